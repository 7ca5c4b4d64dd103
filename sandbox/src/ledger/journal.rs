//! Every transaction with its effect, and how to undo each kind of effect.

use super::stored::stored;
use rusqlite::{Connection, OptionalExtension, Result};
use serde::Serialize;

/// The kinds of effects, and the statements that undo each; `?1` is the TXID.
///
/// A Rollback uses only this table: a new transaction type with one of these effects can be rolled back without new code.
const UNDO: &[(&str, &str)] = &[
    (
        "approved",
        "UPDATE payment SET state = 'rolled_back', balance = 0, taxfree = 0
         FROM journal AS done WHERE done.txid = ?1 AND tid = done.subject",
    ),
    (
        "approved",
        "DELETE FROM receipt WHERE txid = ?1
         OR (txid = '' AND tid = (SELECT subject FROM journal WHERE txid = ?1))",
    ),
    // Refunded money returns to the shop, unless the payment itself was rolled back since.
    (
        "cancelled",
        "UPDATE payment SET balance = balance + done.amount, taxfree = payment.taxfree + done.taxfree
         FROM journal AS done WHERE done.txid = ?1 AND tid = done.subject AND state <> 'rolled_back'",
    ),
    // If there was a later change, nothing is restored here; undoing the later one restores what was before both.
    (
        "reassigned",
        "UPDATE payment SET amount = payment.amount - done.amount, closedate = done.before
         FROM journal AS done WHERE done.txid = ?1 AND tid = done.subject AND state = 'issued' AND NOT EXISTS (
             SELECT 1 FROM journal AS later WHERE later.subject = done.subject AND later.effect = 'reassigned'
             AND NOT later.undone AND later.rowid > done.rowid)",
    ),
    (
        "reassigned",
        "UPDATE journal SET amount = journal.amount + done.amount, before = done.before
         FROM journal AS done WHERE done.txid = ?1 AND journal.rowid = (
             SELECT min(later.rowid) FROM journal AS later WHERE later.subject = done.subject
             AND later.effect = 'reassigned' AND NOT later.undone AND later.rowid > done.rowid)",
    ),
    (
        "settled",
        "UPDATE payment SET settled = 0 FROM journal AS done WHERE done.txid = ?1 AND tid = done.subject",
    ),
    ("receipt_issued", "DELETE FROM receipt WHERE txid = ?1"),
    // A payment has one receipt at a time: one that was issued since stays.
    (
        "receipt_cancelled",
        "UPDATE receipt SET balance = receipt.balance + done.amount
         FROM journal AS done WHERE done.txid = ?1 AND number = done.subject AND NOT EXISTS (
             SELECT 1 FROM receipt AS other WHERE other.tid = receipt.tid AND other.seqno = receipt.seqno
             AND other.number <> receipt.number AND other.balance > 0)",
    ),
    (
        "billing_key_made",
        "DELETE FROM billing_key WHERE digest = (SELECT subject FROM journal WHERE txid = ?1)",
    ),
];

/// The effect of a transaction on the ledger.
#[derive(Default)]
pub(crate) struct Effect {
    /// A name of [`UNDO`]; empty when there is nothing to undo.
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) amount: i64,
    pub(crate) taxfree: i64,
    /// The previous closing date of a virtual account.
    pub(crate) before: String,
}

impl Effect {
    pub(crate) fn new(kind: &'static str, subject: &str, amount: i64) -> Self {
        Self { kind, subject: subject.into(), amount, ..Self::default() }
    }
}

stored! {
    /// A transaction in the ledger.
    #[derive(Clone, Debug, Serialize)]
    pub struct LedgerEntry in "journal" {
        /// LGD_TXID.
        pub txid: String,
        /// The shop that sent it.
        pub mid: String,
        /// LGD_TXNAME; empty for a payment that the gateway finished itself.
        pub txname: String,
        /// The code of the answer.
        pub code: String,
        /// `approved`, `cancelled`, `receipt_issued` …; empty if it had no effect.
        pub effect: String,
        /// The payment, receipt or key that it changed.
        pub subject: String,
        /// How much money it moved.
        pub amount: i64,
        /// The tax-free share of that.
        pub taxfree: i64,
        /// The previous closing date of a virtual account.
        pub before: String,
        /// Whether a Rollback undid it.
        pub undone: bool,
        /// When, Korean time.
        pub at: String,
    }
}

/// The transaction with this LGD_TXID, if it arrived.
pub(crate) fn find(db: &Connection, txid: &str) -> Result<Option<LedgerEntry>> {
    let mut statement = db.prepare_cached("SELECT * FROM journal WHERE txid = ?1")?;
    statement.query_row([txid], LedgerEntry::read).optional()
}

/// The transactions of a payment, in order.
pub(crate) fn of_payment(db: &Connection, tid: &str) -> Result<Vec<LedgerEntry>> {
    let mut statement = db.prepare("SELECT * FROM journal WHERE subject = ?1 ORDER BY rowid")?;
    statement.query_map([tid], LedgerEntry::read)?.collect()
}

/// Undoes the effect of a transaction, once.
pub(crate) fn undo(db: &Connection, entry: &LedgerEntry) -> Result<()> {
    if entry.undone {
        return Ok(());
    }
    db.execute("UPDATE journal SET undone = 1 WHERE txid = ?1", [&entry.txid])?;
    let mut steps = UNDO.iter().filter(|(kind, _)| *kind == entry.effect);
    steps.try_for_each(|(_, sql)| db.execute(sql, [&entry.txid]).map(drop))
}

/// Bars a TXID whose Rollback came first.
pub(crate) fn bar(db: &Connection, txid: &str) -> Result<()> {
    db.execute("INSERT OR IGNORE INTO barred VALUES (?1)", [txid]).map(drop)
}

/// Whether a TXID was rolled back before it came.
pub(crate) fn is_barred(db: &Connection, txid: &str) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM barred WHERE txid = ?1")?.exists([txid])
}
