//! Every transaction with what it did, and how to undo each kind of deed.

use super::stored::stored;
use rusqlite::{Connection, OptionalExtension, Result};
use serde::Serialize;

/// The kinds of deeds a transaction can do, and the statements that undo each; `?1` is its TXID.
///
/// A Rollback looks only here: a new transaction type that does one of these can be rolled back without another line.
const UNDO: &[(&str, &str)] = &[
    (
        "approved",
        "UPDATE payment SET state = 'rolled_back', balance = 0, taxfree = 0
         FROM journal AS done WHERE done.txid = ?1 AND tid = done.subject",
    ),
    // Money given back is with the shop again, unless the payment itself has been undone meanwhile.
    (
        "cancelled",
        "UPDATE payment SET balance = balance + done.amount, taxfree = payment.taxfree + done.taxfree
         FROM journal AS done WHERE done.txid = ?1 AND tid = done.subject AND state <> 'rolled_back'",
    ),
    // A change that another has overtaken moves nothing; it is the other's to take back, to what was there before both.
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
    ("receipt_issued", "DELETE FROM receipt WHERE number = (SELECT subject FROM journal WHERE txid = ?1)"),
    // The same money has no second receipt: one that was issued meanwhile stands instead.
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

/// What one transaction does to the books.
#[derive(Default)]
pub(crate) struct Effect {
    /// A name of [`UNDO`]; empty when there is nothing to undo.
    pub(crate) kind: &'static str,
    pub(crate) subject: String,
    pub(crate) amount: i64,
    pub(crate) taxfree: i64,
    /// What no number says of the state before.
    pub(crate) before: String,
}

impl Effect {
    pub(crate) fn new(kind: &'static str, subject: &str, amount: i64) -> Self {
        Self { kind, subject: subject.into(), amount, ..Self::default() }
    }
}

stored! {
    /// A transaction as the ledger remembers it.
    #[derive(Clone, Debug, Serialize)]
    pub struct Entry in "journal" {
        /// LGD_TXID.
        pub txid: String,
        /// The shop that sent it.
        pub mid: String,
        /// LGD_TXNAME.
        pub txname: String,
        /// The code it was answered with.
        pub code: String,
        /// `approved`, `cancelled`, `receipt_issued` …; empty when it did nothing.
        pub effect: String,
        /// Which payment, receipt or key it touched.
        pub subject: String,
        /// How much money it moved.
        pub amount: i64,
        /// The tax-free share of that.
        pub taxfree: i64,
        /// What a virtual account's closing date was before.
        pub before: String,
        /// Whether a Rollback undid it.
        pub undone: bool,
        /// When, Korean time.
        pub at: String,
    }
}

/// The transaction with this LGD_TXID, if it arrived.
pub(crate) fn find(db: &Connection, txid: &str) -> Result<Option<Entry>> {
    let mut statement = db.prepare_cached("SELECT * FROM journal WHERE txid = ?1")?;
    statement.query_row([txid], Entry::read).optional()
}

/// Whatever touched a payment, in order.
pub(crate) fn of_payment(db: &Connection, tid: &str) -> Result<Vec<Entry>> {
    let mut statement = db.prepare("SELECT * FROM journal WHERE subject = ?1 ORDER BY rowid")?;
    statement.query_map([tid], Entry::read)?.collect()
}

/// Undoes what a transaction did; a second time does nothing.
pub(crate) fn undo(db: &Connection, entry: &Entry) -> Result<()> {
    if entry.undone {
        return Ok(());
    }
    db.execute("UPDATE journal SET undone = 1 WHERE txid = ?1", [&entry.txid])?;
    let mut steps = UNDO.iter().filter(|(kind, _)| *kind == entry.effect);
    steps.try_for_each(|(_, sql)| db.execute(sql, [&entry.txid]).map(drop))
}

/// Refuses a TXID in advance: its Rollback came first.
pub(crate) fn bar(db: &Connection, txid: &str) -> Result<()> {
    db.execute("INSERT OR IGNORE INTO barred VALUES (?1)", [txid]).map(drop)
}

/// Whether a TXID was rolled back before it came.
pub(crate) fn is_barred(db: &Connection, txid: &str) -> Result<bool> {
    db.prepare_cached("SELECT 1 FROM barred WHERE txid = ?1")?.exists([txid])
}
