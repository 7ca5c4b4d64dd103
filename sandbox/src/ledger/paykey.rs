//! LGD_PAYKEYs: what the buyer agreed to in the payment window.

use super::payment::{Payment, PaymentState};
use super::stored::stored;
use rusqlite::{Connection, OptionalExtension, Result};

stored! {
    /// The buyer's consent to a payment or an identity check.
    pub(crate) struct Consent in "paykey" {
        pub(crate) paykey: String,
        /// Whether it is for an identity check.
        pub(crate) identity: bool,
        pub(crate) mid: String,
        pub(crate) oid: String,
        pub(crate) amount: i64,
        pub(crate) taxfree: i64,
        pub(crate) paytype: String,
        pub(crate) finance: String,
        pub(crate) install: String,
        pub(crate) nointerest: bool,
        pub(crate) escrow: bool,
        pub(crate) buyer: String,
        pub(crate) buyerid: String,
        pub(crate) productinfo: String,
        pub(crate) timestamp: String,
        /// Of a virtual account.
        pub(crate) closedate: String,
        /// LGD_CASHRECEIPTUSE of the receipt that the buyer asked for; empty for none.
        pub(crate) cash_receipt: String,
        /// Seconds since 1970.
        pub(crate) made: i64,
        pub(crate) used: bool,
    }
}

impl Consent {
    /// What was agreed to, approved; of a virtual account, issued.
    pub(crate) fn payment(self, tid: String, at: String) -> Payment {
        let account = self.paytype == "SC0040";
        Payment {
            tid,
            state: if account { PaymentState::Issued } else { PaymentState::Approved },
            balance: if account { 0 } else { self.amount },
            closedate: if account { self.closedate } else { String::new() },
            mid: self.mid,
            oid: self.oid,
            paytype: self.paytype,
            amount: self.amount,
            taxfree: self.taxfree,
            finance: self.finance,
            install: self.install,
            nointerest: self.nointerest,
            escrow: self.escrow,
            buyer: self.buyer,
            buyerid: self.buyerid,
            productinfo: self.productinfo,
            timestamp: self.timestamp,
            cash_receipt: self.cash_receipt,
            paydate: at,
            settled: false,
        }
    }
}

/// The consent of a key, if it is for this shop and purpose.
pub(crate) fn find(db: &Connection, key: &str, identity: bool, mid: &str) -> Result<Option<Consent>> {
    let sql = "SELECT * FROM paykey WHERE paykey = ?1 AND identity = ?2 AND mid = ?3";
    db.prepare_cached(sql)?.query_row((key, identity, mid), Consent::read).optional()
}

/// Marks a consent as used.
pub(crate) fn spend(db: &Connection, key: &str) -> Result<()> {
    db.execute("UPDATE paykey SET used = 1 WHERE paykey = ?1", [key]).map(drop)
}
