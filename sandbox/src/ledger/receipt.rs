//! Cash receipts.

use super::next;
use super::payment::Payment;
use super::stored::stored;
use rusqlite::{Connection, OptionalExtension, Result};

stored! {
    /// A cash receipt; its balance is the part that was not cancelled.
    pub(crate) struct Receipt in "receipt" {
        pub(crate) number: String,
        /// The LGD_TXID that issued it; empty for one that a deposit issued.
        pub(crate) txid: String,
        pub(crate) tid: String,
        pub(crate) seqno: String,
        pub(crate) mid: String,
        pub(crate) oid: String,
        pub(crate) paytype: String,
        /// LGD_CASHRECEIPTUSE: `1` for the buyer's income tax, `2` for a business expense.
        pub(crate) purpose: String,
        pub(crate) amount: i64,
        pub(crate) balance: i64,
    }
}

/// The seqno of the only or the first receipt of a payment.
pub(crate) const FIRST: &str = "001";

/// Issues the receipt that the buyer asked for with the payment, unless there is one.
pub(crate) fn issue_wanted(db: &Connection, payment: &Payment, txid: &str) -> Result<()> {
    if payment.cash_receipt.is_empty() || in_force(db, &payment.tid)? > 0 {
        return Ok(());
    }
    let receipt = Receipt {
        number: new_number(db)?,
        txid: txid.to_owned(),
        tid: payment.tid.clone(),
        seqno: FIRST.to_owned(),
        mid: payment.mid.clone(),
        oid: payment.oid.clone(),
        paytype: payment.paytype.clone(),
        purpose: payment.cash_receipt.clone(),
        amount: payment.amount,
        balance: payment.amount,
    };
    receipt.enter(db)
}

/// The next LGD_CASHRECEIPTNUM.
pub(crate) fn new_number(db: &Connection) -> Result<String> {
    Ok(format!("{:09}", next(db)?))
}

/// Takes back what a deposit issued, since the bank reversed it.
pub(crate) fn take_back_of_deposit(db: &Connection, tid: &str) -> Result<()> {
    db.execute("DELETE FROM receipt WHERE tid = ?1 AND txid = ''", [tid]).map(drop)
}

/// The receipt in force for a TID and sequence number. A cancelled one may be followed by another.
pub(crate) fn find(db: &Connection, mid: &str, tid: &str, seqno: &str) -> Result<Option<Receipt>> {
    let sql = "SELECT * FROM receipt WHERE mid = ?1 AND tid = ?2 AND seqno = ?3 AND balance > 0";
    db.query_row(sql, [mid, tid, seqno], Receipt::read).optional()
}

/// The latest receipt for an order.
pub(crate) fn find_of_order(
    db: &Connection,
    mid: &str,
    oid: &str,
    seqno: &str,
    paytype: &str,
) -> Result<Option<Receipt>> {
    let sql = "SELECT * FROM receipt WHERE mid = ?1 AND oid = ?2 AND seqno = ?3 AND paytype = ?4
               ORDER BY rowid DESC LIMIT 1";
    db.query_row(sql, [mid, oid, seqno, paytype], Receipt::read).optional()
}

/// How much of a payment receipts are in force for.
pub(crate) fn in_force(db: &Connection, tid: &str) -> Result<i64> {
    let sql = "SELECT coalesce(sum(balance), 0) FROM receipt WHERE tid = ?1";
    db.query_row(sql, [tid], |row| row.get(0))
}

/// Takes `amount` off a receipt.
pub(crate) fn draw(db: &Connection, number: &str, amount: i64) -> Result<()> {
    let sql = "UPDATE receipt SET balance = balance - ?2 WHERE number = ?1";
    db.execute(sql, (number, amount)).map(drop)
}
