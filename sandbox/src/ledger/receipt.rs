//! Cash receipts.

use super::stored::stored;
use rusqlite::{Connection, OptionalExtension, Result};

stored! {
    /// A cash receipt; its balance is the part that was not cancelled.
    pub(crate) struct Receipt in "receipt" {
        pub(crate) number: String,
        pub(crate) tid: String,
        pub(crate) seqno: String,
        pub(crate) mid: String,
        pub(crate) oid: String,
        pub(crate) paytype: String,
        pub(crate) amount: i64,
        pub(crate) balance: i64,
    }
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

/// The number of the latest receipt in force for a payment.
pub(crate) fn number(db: &Connection, tid: &str) -> Result<Option<String>> {
    let sql = "SELECT number FROM receipt WHERE tid = ?1 AND balance > 0 ORDER BY rowid DESC LIMIT 1";
    db.query_row(sql, [tid], |row| row.get(0)).optional()
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
