//! Notices to shops: where they go, which are due, and every attempt to deliver them.

use super::stored::stored;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result};
use serde::Serialize;
use std::fmt;

/// The state of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// To be sent when it is due.
    Waiting,
    /// The shop answered `OK`.
    Delivered,
    /// The shop did not answer `OK` for two hours.
    GivenUp,
    /// The shop's answer took the payment back (LGD_CUSTOM_ROLLBACK).
    RolledBack,
}

impl Delivery {
    const NAMES: [(&'static str, Self); 4] = [
        ("waiting", Self::Waiting),
        ("delivered", Self::Delivered),
        ("given_up", Self::GivenUp),
        ("rolled_back", Self::RolledBack),
    ];

    /// Its name in the admin API.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, delivery)| *delivery == self).map_or("", |(name, _)| name)
    }
}

impl FromSql for Delivery {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let known = Self::NAMES.iter().find(|(name, _)| *name == text);
        known.map(|(_, delivery)| *delivery).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Delivery {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.name().into())
    }
}

stored! {
    /// Where the notices of a PAYKEY's or TID's account go.
    pub(crate) struct Address in "note_address" {
        pub(crate) subject: String,
        /// LGD_CASNOTEURL.
        pub(crate) url: String,
        /// LGD_ENCODING_NOTEURL.
        pub(crate) encoding: String,
        /// LGD_CUSTOM_NOTEURLTIMEOUT, in seconds.
        pub(crate) patience: i64,
        /// Whether the shop also wants to know that the account was issued (LGD_CASASSIGNNOTIYN).
        pub(crate) issued: bool,
    }
}

stored! {
    /// One notice. Neither `Debug` nor JSON shows its body, or the user and query of its address.
    #[derive(Clone, Serialize)]
    pub struct Notice in "notice" {
        /// Its number, from 1.
        pub id: i64,
        /// LGD_TID.
        pub tid: String,
        /// The shop's order number.
        pub oid: String,
        /// The parameter that named the address: LGD_CASNOTEURL, LGD_KVPMISPNOTEURL …
        pub name: String,
        /// LGD_CASFLAG of an account: `R`, `I` or `C`.
        pub flag: String,
        /// LGD_CASSEQNO of an account.
        pub seqno: String,
        /// LGD_CUSTOM_ROLLBACK of a payment that the gateway finished: `Y`, `C` or `N`.
        pub rollback: String,
        /// The address.
        #[serde(serialize_with = "crate::url::serialize")]
        pub url: String,
        /// Its state.
        pub state: Delivery,
        /// How often it was sent since it was queued, or queued again.
        pub tries: i64,
        /// How often it was queued.
        #[serde(skip)]
        pub round: i64,
        /// When it is sent next, in milliseconds since 1970.
        pub due: i64,
        /// When the event happened, Korean time.
        pub at: String,
        /// How long an answer is waited for, in seconds.
        pub patience: i64,
        /// The form that is posted.
        #[serde(skip)]
        pub body: Vec<u8>,
    }
}

stored! {
    /// One attempt to deliver a notice.
    #[derive(Clone, Debug, Serialize)]
    pub struct Attempt in "attempt" {
        /// Which notice.
        #[serde(skip)]
        pub notice: i64,
        /// When, Korean time.
        pub at: String,
        /// Where to, without user and query.
        pub url: String,
        /// The HTTP status; 0 when there was no answer.
        pub status: u16,
        /// Why there was no answer, or why it is not accepted; empty on success.
        pub error: String,
        /// What is wrong with an answer that is accepted.
        pub warning: String,
        /// The beginning of the shop's answer, with long numbers masked.
        pub answer: String,
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("id", &self.id)
            .field("tid", &self.tid)
            .field("flag", &self.flag)
            .field("state", &self.state)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

/// Where the notices of `subject` go, if anywhere.
pub(crate) fn address(db: &Connection, subject: &str) -> Result<Option<Address>> {
    let mut statement = db.prepare_cached("SELECT * FROM note_address WHERE subject = ?1")?;
    statement.query_row([subject], Address::read).optional()
}

/// The number of the next notice. None is ever deleted.
pub(crate) fn next_id(db: &Connection) -> Result<i64> {
    Ok(count(db)? + 1)
}

/// How many deposits of an account have a notice.
pub(crate) fn deposits(db: &Connection, tid: &str) -> Result<i64> {
    db.query_row("SELECT count(*) FROM notice WHERE tid = ?1 AND flag = 'I'", [tid], |row| row.get(0))
}

/// The notice that is due first.
pub(crate) fn first_due(db: &Connection) -> Result<Option<Notice>> {
    let sql = "SELECT * FROM notice WHERE state = 'waiting' ORDER BY due, id LIMIT 1";
    db.prepare_cached(sql)?.query_row([], Notice::read).optional()
}

/// The notice with this number.
pub(crate) fn find(db: &Connection, id: i64) -> Result<Option<Notice>> {
    db.prepare_cached("SELECT * FROM notice WHERE id = ?1")?.query_row([id], Notice::read).optional()
}

/// The notices with a number above `seen`, oldest first, at most `limit`.
pub(crate) fn after(db: &Connection, seen: i64, limit: i64) -> Result<Vec<Notice>> {
    let sql = "SELECT * FROM notice WHERE id > ?1 ORDER BY id LIMIT ?2";
    db.prepare_cached(sql)?.query_map([seen, limit], Notice::read)?.collect()
}

/// The newest notices without the first `skipped`, at most `limit`.
pub(crate) fn newest(db: &Connection, skipped: i64, limit: i64) -> Result<Vec<Notice>> {
    let sql = "SELECT * FROM notice ORDER BY id DESC LIMIT ?2 OFFSET ?1";
    db.prepare_cached(sql)?.query_map([skipped, limit], Notice::read)?.collect()
}

/// The notices of a payment, oldest first.
pub(crate) fn of_payment(db: &Connection, tid: &str) -> Result<Vec<Notice>> {
    let sql = "SELECT * FROM notice WHERE tid = ?1 ORDER BY id";
    db.prepare_cached(sql)?.query_map([tid], Notice::read)?.collect()
}

/// How many notices there are.
pub(crate) fn count(db: &Connection) -> Result<i64> {
    db.query_row("SELECT count(*) FROM notice", [], |row| row.get(0))
}

/// The attempts to deliver a notice, in order.
pub(crate) fn attempts(db: &Connection, id: i64) -> Result<Vec<Attempt>> {
    let mut statement = db.prepare_cached("SELECT * FROM attempt WHERE notice = ?1 ORDER BY rowid")?;
    statement.query_map([id], Attempt::read)?.collect()
}

/// Sets the state of a notice after an attempt, and when it is sent again.
pub(crate) fn update(db: &Connection, id: i64, state: Delivery, tries: i64, due: i64) -> Result<()> {
    let sql = "UPDATE notice SET state = ?2, tries = ?3, due = ?4 WHERE id = ?1";
    db.execute(sql, (id, state, tries, due)).map(drop)
}

/// Queues a notice again. A new round tells an attempt that is under way.
pub(crate) fn queue_again(db: &Connection, id: i64, due: i64) -> Result<()> {
    let sql = "UPDATE notice SET state = ?2, tries = 0, due = ?3, round = round + 1 WHERE id = ?1";
    db.execute(sql, (id, Delivery::Waiting, due)).map(drop)
}
