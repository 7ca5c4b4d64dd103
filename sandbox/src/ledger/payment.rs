//! Payments: how they are entered, found and drawn down.

use super::stored::stored;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result};
use serde::Serialize;

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A voucher was checked; its money has not moved.
    Pending,
    /// A virtual account was given out; nobody has paid into it.
    Issued,
    /// The buyer paid into the virtual account.
    Paid,
    /// Money moved.
    Approved,
    /// A part of the money went back.
    PartlyCancelled,
    /// All of the money went back.
    Cancelled,
    /// The shop took the approval back with a Rollback.
    RolledBack,
}

impl State {
    const NAMES: [(&'static str, Self); 7] = [
        ("pending", Self::Pending),
        ("issued", Self::Issued),
        ("paid", Self::Paid),
        ("approved", Self::Approved),
        ("partly_cancelled", Self::PartlyCancelled),
        ("cancelled", Self::Cancelled),
        ("rolled_back", Self::RolledBack),
    ];

    /// The name it has in the admin API.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, state)| *state == self).map_or("", |(name, _)| name)
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let known = Self::NAMES.iter().find(|(name, _)| *name == text);
        known.map(|(_, state)| *state).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for State {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

stored! {
    /// One row of the ledger.
    #[derive(Clone, Debug, Serialize)]
    pub struct Payment in "payment" {
        /// LGD_TID, the gateway's number for the payment.
        pub tid: String,
        /// The shop.
        pub mid: String,
        /// The shop's order number.
        pub oid: String,
        /// LGD_PAYTYPE, the means of payment.
        pub paytype: String,
        /// Where it stands.
        pub state: State,
        /// What was approved, in won.
        pub amount: i64,
        /// What is left of it after cancels.
        pub balance: i64,
        /// What is left of its tax-free share.
        pub taxfree: i64,
        /// Card issuer, bank or telecom.
        pub finance: String,
        /// Instalment months, `00` for none.
        pub install: String,
        /// Whether the shop bears the interest of the instalments.
        pub nointerest: bool,
        /// Whether the money is held in escrow.
        pub escrow: bool,
        /// The buyer's name.
        pub buyer: String,
        /// The buyer's id at the shop.
        pub buyerid: String,
        /// What was bought.
        pub productinfo: String,
        /// LGD_TIMESTAMP of the shop's request.
        pub timestamp: String,
        /// Until when a virtual account takes money; empty for ever.
        pub closedate: String,
        /// When it was approved, Korean time.
        pub paydate: String,
        /// Whether the shop asked for settlement (Adjust).
        pub settled: bool,
    }
}

impl Payment {
    /// Whether any of its money is with the shop.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.state, State::Approved | State::PartlyCancelled | State::Paid)
    }

    /// Whether its closing date was before `now`, a virtual account's last moment to be paid into.
    pub(crate) fn is_closed(&self, now: &str) -> bool {
        !self.closedate.is_empty() && self.closedate.as_str() < now
    }
}

/// The payment `tid`, whosever it is.
pub(crate) fn find(db: &Connection, tid: &str) -> Result<Option<Payment>> {
    let mut statement = db.prepare_cached("SELECT * FROM payment WHERE tid = ?1")?;
    statement.query_row([tid], Payment::read).optional()
}

/// The shop's latest virtual account for an order that is still waiting for money.
pub(crate) fn find_issued(db: &Connection, mid: &str, oid: &str) -> Result<Option<Payment>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM payment WHERE mid = ?1 AND oid = ?2 AND state = 'issued' ORDER BY rowid DESC LIMIT 1",
    )?;
    statement.query_row([mid, oid], Payment::read).optional()
}

/// Whether an order of this shop has been paid for, or an account was given out for it, and that still stands.
pub(crate) fn is_sold(db: &Connection, mid: &str, oid: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM payment WHERE mid = ?1 AND oid = ?2
               AND state NOT IN ('cancelled', 'rolled_back', 'pending'))";
    db.prepare_cached(sql)?.query_row([mid, oid], |row| row.get(0))
}

/// All payments, oldest first.
pub(crate) fn all(db: &Connection) -> Result<Vec<Payment>> {
    let mut statement = db.prepare("SELECT * FROM payment ORDER BY rowid")?;
    statement.query_map([], Payment::read)?.collect()
}

/// The money of a pending or issued payment arrives.
pub(crate) fn approve(db: &Connection, tid: &str, paydate: &str) -> Result<()> {
    db.execute(
        "UPDATE payment SET state = 'approved', balance = amount, paydate = ?2 WHERE tid = ?1",
        [tid, paydate],
    )
    .map(drop)
}

/// The bank takes back what was paid into a virtual account, which then waits for money again.
pub(crate) fn take_back(db: &Connection, tid: &str, paydate: &str) -> Result<()> {
    db.execute(
        "UPDATE payment SET state = 'issued', balance = 0, settled = 0, paydate = ?2 WHERE tid = ?1",
        [tid, paydate],
    )
    .map(drop)
}

/// Gives money back. The table refuses to go below zero whatever the caller checked.
pub(crate) fn draw(db: &Connection, tid: &str, amount: i64, taxfree: i64) -> Result<()> {
    db.execute(
        "UPDATE payment SET balance = balance - ?2, taxfree = taxfree - ?3 WHERE tid = ?1",
        (tid, amount, taxfree),
    )
    .map(drop)
}

/// A virtual account asks for another amount or until another day.
pub(crate) fn reassign(db: &Connection, tid: &str, amount: i64, closedate: &str) -> Result<()> {
    db.execute("UPDATE payment SET amount = ?2, closedate = ?3 WHERE tid = ?1", (tid, amount, closedate))
        .map(drop)
}

/// Marks that settlement was asked for.
pub(crate) fn settle(db: &Connection, tid: &str) -> Result<()> {
    db.execute("UPDATE payment SET settled = 1 WHERE tid = ?1", [tid]).map(drop)
}
