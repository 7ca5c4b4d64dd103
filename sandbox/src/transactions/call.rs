//! A request while it is served: its parameters, how they are read, and its result.

use crate::clock;
use crate::codes::{self, Code, Refusal};
use crate::form::Form;
use crate::ledger::journal::Effect;
use crate::ledger::new_tid;
use crate::ledger::payment::{self as payments, Payment};
use crate::ledger::{carried, receipt};
use crate::profile::Profile;
use crate::random::Random;
use crate::row::Row;
use crate::shops::Shop;
use crate::{tables, text};
use rusqlite::Connection;
use std::path::Path;

/// The result of a transaction.
#[derive(Default)]
pub(crate) struct Completed {
    pub(crate) rows: Vec<Row>,
    pub(crate) effect: Effect,
    /// The code of the answer if it succeeded with another code than `0000`: a bank's refund in progress.
    pub(crate) code: Option<Code>,
    /// Only Patch answers with a file instead of rows.
    pub(crate) file: Option<String>,
    /// Whether a notice was queued.
    pub(crate) notice_queued: bool,
    /// Whether there is no answer: the connection stays open and silent.
    pub(crate) silent: bool,
}

impl Completed {
    pub(crate) fn row(row: Row, effect: Effect) -> Self {
        Self { rows: vec![row], effect, ..Self::default() }
    }
}

/// A request whose shop is authenticated, with what is needed to serve it.
pub(crate) struct Call<'a> {
    pub(crate) form: &'a Form,
    pub(crate) shop: &'a Shop,
    pub(crate) db: &'a Connection,
    pub(crate) now: i64,
    pub(crate) random: &'a Random,
    pub(crate) profile: &'a Profile,
    pub(crate) home: &'a Path,
}

impl Call<'_> {
    pub(crate) fn stamp(&self) -> String {
        clock::stamp(self.now)
    }

    /// LGD_TIMESTAMP as sent, or now.
    pub(crate) fn timestamp(&self) -> String {
        self.form.get("LGD_TIMESTAMP").map_or_else(|| self.stamp(), str::to_owned)
    }

    /// An amount in won; 0 if it is missing.
    pub(crate) fn amount(&self, name: &str) -> Result<i64, Refusal> {
        self.form.get(name).map_or(Ok(0), |text| amount(name, text))
    }

    /// An amount in won above 0.
    pub(crate) fn some_amount(&self, name: &str) -> Result<i64, Refusal> {
        let amount = self.amount(name)?;
        if amount == 0 { Err(codes::MALFORMED.with(name, "> 0")) } else { Ok(amount) }
    }

    /// The tax-free share of `whole`.
    pub(crate) fn tax_free(&self, whole: i64) -> Result<i64, Refusal> {
        let share = self.amount("LGD_TAXFREEAMOUNT")?;
        let sane = share <= whole;
        if sane { Ok(share) } else { Err(codes::TAX_FREE.with("LGD_TAXFREEAMOUNT", format!("0..{whole}"))) }
    }

    pub(crate) fn oid(&self) -> Result<&str, Refusal> {
        oid(self.form.text("LGD_OID"))
    }

    /// The parameter's value if it is one of `allowed`.
    pub(crate) fn one_of(&self, name: &str, allowed: &[&str]) -> Result<&str, Refusal> {
        let value = self.form.text(name);
        let wrong = || codes::MALFORMED.with(name, allowed.join("|"));
        if allowed.contains(&value) { Ok(value) } else { Err(wrong()) }
    }

    /// The payment with this LGD_TID, if it is the shop's own.
    pub(crate) fn payment(&self) -> Result<Payment, Refusal> {
        let found = payments::find(self.db, self.form.text("LGD_TID"))?;
        found.filter(|payment| payment.mid == self.shop.mid).ok_or_else(|| codes::TID.on("LGD_TID"))
    }

    /// Refuses an order that has a payment or an account already.
    pub(crate) fn check_unsold(&self, oid: &str) -> Result<(), Refusal> {
        let sold = payments::is_sold(self.db, &self.shop.mid, oid)?;
        if sold { Err(codes::ORDER_USED.on("LGD_OID")) } else { Ok(()) }
    }

    /// Enters a new payment, with the receipt that the buyer asked for and what the shop sent of the buyer and the goods.
    pub(crate) fn book(&self, payment: &Payment) -> Result<(), Refusal> {
        self.check_unsold(&payment.oid)?;
        payment.enter(self.db)?;
        if payment.is_live() {
            receipt::issue_wanted(self.db, payment, self.form.text("LGD_TXID"))?;
        }
        let sent = self.form.iter().filter(|(name, _)| tables::buyer_and_goods().contains(name));
        Ok(carried::enter(self.db, &payment.tid, sent)?)
    }

    /// A new payment of this order, filled from the request.
    pub(crate) fn order(
        &self,
        paytype: &str,
        finance: &str,
        state: payments::PaymentState,
    ) -> Result<Payment, Refusal> {
        let amount = self.some_amount("LGD_AMOUNT")?;
        Ok(Payment {
            tid: new_tid(self.db, &self.shop.mid, &self.stamp())?,
            mid: self.shop.mid.clone(),
            oid: self.oid()?.to_owned(),
            paytype: paytype.to_owned(),
            state,
            amount,
            balance: if state == payments::PaymentState::Approved { amount } else { 0 },
            taxfree: self.tax_free(amount)?,
            finance: finance.to_owned(),
            // A card's are the caller's to set; no other method has any.
            install: "00".to_owned(),
            nointerest: false,
            escrow: false,
            buyer: self.form.text("LGD_BUYER").to_owned(),
            buyerid: self.form.text("LGD_BUYERID").to_owned(),
            productinfo: self.form.text("LGD_PRODUCTINFO").to_owned(),
            timestamp: self.timestamp(),
            closedate: String::new(),
            cash_receipt: String::new(),
            paydate: self.stamp(),
            settled: false,
        })
    }
}

/// Refuses the first of `names` that is missing.
pub(crate) fn require(form: &Form, names: &[&str]) -> Result<(), Refusal> {
    match names.iter().find(|name| form.get(name).is_none()) {
        Some(name) => Err(codes::MISSING.on(*name)),
        None => Ok(()),
    }
}

/// Refuses a value that is longer, in bytes of CP949, than the window accepts.
pub(crate) fn within_limit(name: &str, value: &str) -> Result<(), Refusal> {
    match tables::request_limit(name) {
        Some(limit) if text::length(value) > limit => {
            Err(codes::MALFORMED.with(name, format!("max {limit} bytes")))
        }
        _ => Ok(()),
    }
}

/// Digits only, no more than LGD_AMOUNT of a result can hold.
pub(crate) fn amount(name: &str, text: &str) -> Result<i64, Refusal> {
    let limit = tables::result_limit("LGD_AMOUNT").unwrap_or(10);
    let wrong = || codes::MALFORMED.with(name, format!("1-{limit} digits"));
    let digits = text.len() <= limit && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| wrong()) } else { Err(wrong()) }
}

/// A well-formed order ID.
pub(crate) fn oid(text: &str) -> Result<&str, Refusal> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let sane = (1..=63).contains(&text.len()) && text.bytes().all(allowed);
    if sane { Ok(text) } else { Err(codes::MALFORMED.with("LGD_OID", "1-63 of A-Za-z0-9_-")) }
}
