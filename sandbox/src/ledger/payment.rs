//! Payments and their states.

use super::stored::stored;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result, Row};
use serde::Serialize;

/// The state of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// A voucher was checked; its money has not moved.
    Pending,
    /// A virtual account was issued; there was no deposit yet.
    Issued,
    /// The buyer paid into the virtual account.
    Paid,
    /// Money moved.
    Approved,
    /// Cancelled in part.
    PartlyCancelled,
    /// Cancelled in full.
    Cancelled,
    /// The approval was rolled back.
    RolledBack,
}

impl PaymentState {
    const NAMES: [(&'static str, Self); 7] = [
        ("pending", Self::Pending),
        ("issued", Self::Issued),
        ("paid", Self::Paid),
        ("approved", Self::Approved),
        ("partly_cancelled", Self::PartlyCancelled),
        ("cancelled", Self::Cancelled),
        ("rolled_back", Self::RolledBack),
    ];

    /// All names.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().map(|(name, _)| *name)
    }

    /// The state with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, state)| *state)
    }

    /// Its name in the admin API.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, state)| *state == self).map_or("", |(name, _)| name)
    }
}

impl FromSql for PaymentState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::named(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for PaymentState {
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
        /// LGD_PAYTYPE, the payment method.
        pub paytype: String,
        /// Its state.
        pub state: PaymentState,
        /// The approved amount, in won.
        pub amount: i64,
        /// The amount left after cancellations.
        pub balance: i64,
        /// The tax-free share of the balance.
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
        /// The closing date of a virtual account; empty for none.
        pub closedate: String,
        /// LGD_CASHRECEIPTUSE of the cash receipt that the buyer asked for; empty for none.
        pub cash_receipt: String,
        /// When it was approved, Korean time.
        pub paydate: String,
        /// Whether the shop asked for settlement (Adjust).
        pub settled: bool,
    }
}

impl Payment {
    /// Whether the shop has any of its money.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.state, PaymentState::Approved | PaymentState::PartlyCancelled | PaymentState::Paid)
    }

    /// Whether its closing date, after which a virtual account takes no deposit, was before `now`.
    pub(crate) fn is_closed(&self, now: &str) -> bool {
        !self.closedate.is_empty() && self.closedate.as_str() < now
    }
}

/// The payment `tid` of any shop.
pub(crate) fn find(db: &Connection, tid: &str) -> Result<Option<Payment>> {
    let mut statement = db.prepare_cached("SELECT * FROM payment WHERE tid = ?1")?;
    statement.query_row([tid], Payment::read).optional()
}

/// The shop's latest virtual account for an order, if it still waits for the deposit.
pub(crate) fn find_issued(db: &Connection, mid: &str, oid: &str) -> Result<Option<Payment>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM payment WHERE mid = ?1 AND oid = ?2 AND state = 'issued' ORDER BY rowid DESC LIMIT 1",
    )?;
    statement.query_row([mid, oid], Payment::read).optional()
}

/// The latest payment of an order of this shop.
pub(crate) fn find_of_order(db: &Connection, mid: &str, oid: &str) -> Result<Option<Payment>> {
    let sql = "SELECT * FROM payment WHERE mid = ?1 AND oid = ?2 ORDER BY rowid DESC LIMIT 1";
    db.prepare_cached(sql)?.query_row([mid, oid], Payment::read).optional()
}

/// Whether an order of this shop has a payment or a virtual account that was not cancelled.
pub(crate) fn is_sold(db: &Connection, mid: &str, oid: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM payment WHERE mid = ?1 AND oid = ?2
               AND state NOT IN ('cancelled', 'rolled_back', 'pending'))";
    db.prepare_cached(sql)?.query_row([mid, oid], |row| row.get(0))
}

/// Which payments are looked for; an empty text stands for any.
#[derive(Clone, Default)]
pub(crate) struct Wanted {
    /// A part of LGD_OID, LGD_TID, LGD_MID, or the buyer's name or id.
    pub(crate) text: String,
    /// A name of [`PaymentState`].
    pub(crate) state: String,
    /// The first and the last day, `yyyyMMdd` in Korea.
    pub(crate) from: String,
    pub(crate) to: String,
}

/// The payments that are wanted, by the parameters of [`Wanted::values`].
const WANTED: &str = "FROM payment WHERE paydate >= ?1 AND paydate < ?2 AND ?3 IN ('', state) AND (?4 = ''
    OR instr(oid, ?4) OR instr(tid, ?4) OR instr(mid, ?4) OR instr(buyer, ?4) OR instr(buyerid, ?4))";

impl Wanted {
    fn values(&self) -> [String; 4] {
        // The tilde comes behind every digit: the last day counts to its end.
        [self.from.clone(), format!("{}~", self.to), self.state.clone(), self.text.clone()]
    }
}

/// All payments, oldest first.
pub(crate) fn all(db: &Connection) -> Result<Vec<Payment>> {
    let found = after(db, &Wanted::default(), 0, i64::MAX)?;
    Ok(found.into_iter().map(|(_, payment)| payment).collect())
}

/// Those that are wanted and came after the first `seen` of all, oldest first, at most `limit`, each with its number from 1.
pub(crate) fn after(db: &Connection, wanted: &Wanted, seen: i64, limit: i64) -> Result<Vec<(i64, Payment)>> {
    let sql = format!("SELECT rowid AS number, * {WANTED} AND rowid > ?5 ORDER BY rowid LIMIT ?6");
    let [from, to, state, text] = wanted.values();
    let numbered = |row: &Row<'_>| Ok((row.get("number")?, Payment::read(row)?));
    let mut statement = db.prepare_cached(&sql)?;
    statement.query_map((from, to, state, text, seen, limit), numbered)?.collect()
}

/// Those that are wanted, the newest first, without the first `skipped`, at most `limit`.
pub(crate) fn newest(db: &Connection, wanted: &Wanted, skipped: i64, limit: i64) -> Result<Vec<Payment>> {
    let sql = format!("SELECT * {WANTED} ORDER BY paydate DESC, rowid DESC LIMIT ?6 OFFSET ?5");
    let [from, to, state, text] = wanted.values();
    let mut statement = db.prepare_cached(&sql)?;
    statement.query_map((from, to, state, text, skipped, limit), Payment::read)?.collect()
}

/// How many are wanted, and how much of their money is left.
pub(crate) fn total(db: &Connection, wanted: &Wanted) -> Result<(i64, i64)> {
    let sql = format!("SELECT count(*), coalesce(sum(balance), 0) {WANTED}");
    db.prepare_cached(&sql)?.query_row(wanted.values(), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The money of a pending or issued payment arrives.
pub(crate) fn approve(db: &Connection, tid: &str, paydate: &str) -> Result<()> {
    db.execute(
        "UPDATE payment SET state = 'approved', balance = amount, paydate = ?2 WHERE tid = ?1",
        [tid, paydate],
    )
    .map(drop)
}

/// The bank reverses the deposit into a virtual account, which then waits for a deposit again.
pub(crate) fn reverse(db: &Connection, tid: &str, paydate: &str) -> Result<()> {
    db.execute(
        "UPDATE payment SET state = 'issued', balance = 0, settled = 0, paydate = ?2 WHERE tid = ?1",
        [tid, paydate],
    )
    .map(drop)
}

/// Refunds money. The table refuses a negative balance.
pub(crate) fn draw(db: &Connection, tid: &str, amount: i64, taxfree: i64) -> Result<()> {
    db.execute(
        "UPDATE payment SET balance = balance - ?2, taxfree = taxfree - ?3 WHERE tid = ?1",
        (tid, amount, taxfree),
    )
    .map(drop)
}

/// Changes the amount and the closing date of a virtual account.
pub(crate) fn reassign(db: &Connection, tid: &str, amount: i64, closedate: &str) -> Result<()> {
    db.execute("UPDATE payment SET amount = ?2, closedate = ?3 WHERE tid = ?1", (tid, amount, closedate))
        .map(drop)
}

/// Marks that settlement was asked for.
pub(crate) fn settle(db: &Connection, tid: &str) -> Result<()> {
    db.execute("UPDATE payment SET settled = 1 WHERE tid = ?1", [tid]).map(drop)
}
