//! The gateway itself: who may speak, which transaction it is, and what the answer says.

use crate::clock::Clock;
use crate::codes::{self, Code, Refusal};
use crate::fault::Fault;
use crate::fault::script::Script;
use crate::form::Form;
use crate::ledger::journal::{self, Entry};
use crate::ledger::{self, Ledger};
use crate::random::Random;
use crate::request_log::Record;
use crate::rollback_rules::Habits;
use crate::row::Row;
use crate::shops::Shops;
use crate::sync::lock;
use crate::transactions;
use crate::transactions::call::{self, Call, Done};
use crate::wakeup::Bell;
use crate::{signature, txid};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

/// What all connections share.
pub(crate) struct Gateway {
    pub(crate) shops: Shops,
    pub(crate) home: PathBuf,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    habits: Habits,
    /// Rung when a notice was written.
    pub(crate) bell: Bell,
    ledger: Mutex<Ledger>,
    record: Mutex<Record>,
    faults: Mutex<VecDeque<Fault>>,
    script: Mutex<Script>,
}

/// What goes back: a code, its message, and the rows or the file that belong to it.
pub(crate) struct Answer {
    pub(crate) code: &'static str,
    message: String,
    rows: Vec<Row>,
    pub(crate) file: Option<String>,
}

impl Gateway {
    pub(crate) fn new(
        ledger: Ledger,
        shops: Shops,
        home: PathBuf,
        clock: Clock,
        random: Random,
        habits: Habits,
    ) -> Self {
        Self {
            shops,
            home,
            clock,
            random,
            habits,
            bell: Bell::default(),
            ledger: Mutex::new(ledger),
            record: Mutex::default(),
            faults: Mutex::default(),
            script: Mutex::default(),
        }
    }

    /// The books. Each hold is short, so that even the async side may wait for it.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        lock(&self.record)
    }

    /// Faults waiting for the next requests, first come first served.
    pub(crate) fn faults(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        lock(&self.faults)
    }

    /// The rules by which requests fail.
    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        lock(&self.script)
    }

    /// A number that is another one whenever there is something new to see.
    pub(crate) fn changes(&self) -> Result<i64, Refusal> {
        let booked: i64 = self.ledger().read().query_row("SELECT total_changes()", [], |row| row.get(0))?;
        Ok(booked + self.record().count())
    }

    /// Serves a request: either everything it does is in the books, with its TXID, or nothing is.
    pub(crate) fn serve(&self, form: &Form) -> Answer {
        self.settle(form).unwrap_or_else(Answer::from)
    }

    fn settle(&self, form: &Form) -> Result<Answer, Refusal> {
        call::require(form, transactions::COMMON)?;
        let shop = self.shops.find(form.text("LGD_MID"))?;
        let txid = form.text("LGD_TXID");
        txid::check("LGD_TXID", txid, &shop.mid)?;
        let expected = signature::auth_code(txid, &shop.key);
        if !signature::equal(&expected, form.text("LGD_AUTHCODE")) {
            return Err(codes::AUTH_CODE.with("LGD_AUTHCODE", "MertKey"));
        }
        let mut ledger = self.ledger();
        let db = ledger.begin()?;
        admit(&db, txid)?;
        let call = Call {
            form,
            shop,
            db: &db,
            now: self.clock.now(),
            random: &self.random,
            habits: self.habits,
            home: &self.home,
        };
        let done = ledger::attempt(&db, || transactions::run(&call));
        let (answer, effect, told) = match done {
            Ok(Done { rows, effect, code, file, told }) => (Answer::done(code, rows, file), effect, told),
            Err(refusal) => (refusal.into(), Default::default(), false),
        };
        let entry = Entry {
            txid: txid.to_owned(),
            mid: shop.mid.clone(),
            txname: form.text("LGD_TXNAME").to_owned(),
            code: answer.code.to_owned(),
            effect: effect.kind.to_owned(),
            subject: effect.subject,
            amount: effect.amount,
            taxfree: effect.taxfree,
            before: effect.before,
            undone: false,
            at: call.stamp(),
        };
        entry.enter(&db)?;
        db.commit()?;
        if told {
            self.bell.ring();
        }
        Ok(answer)
    }
}

/// A client never sends a transaction twice, and never one it has rolled back.
fn admit(db: &Connection, txid: &str) -> Result<(), Refusal> {
    if journal::is_barred(db, txid)? {
        return Err(codes::ROLLED_BACK_FIRST.on("LGD_TXID"));
    }
    match journal::find(db, txid)? {
        Some(_) => Err(codes::TXID_SEEN.on("LGD_TXID")),
        None => Ok(()),
    }
}

impl Answer {
    fn done(code: Option<Code>, rows: Vec<Row>, file: Option<String>) -> Self {
        let said = code.unwrap_or(codes::OK).on("");
        Self { code: said.code(), message: said.message(), rows, file }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// For the record: the message, then the first row.
    pub(crate) fn told(&self) -> Vec<(String, String)> {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let row = self.rows.first().into_iter().flat_map(Row::iter);
        std::iter::once(("LGD_RESPMSG", self.message.as_str())).chain(row).map(owned).collect()
    }

    /// The body. Code and message are repeated in each row: shops read them from there.
    pub(crate) fn json(&self) -> String {
        let head = Row::default().put("LGD_RESPCODE", self.code).put("LGD_RESPMSG", &self.message);
        let rows: Vec<Row> = self.rows.iter().map(|row| head.clone().and(row.clone())).collect();
        let body = Body { code: self.code, message: &self.message, rows: &rows };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Written by serde and not through a JSON value, which would sort the names.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "LGD_RESPCODE")]
    code: &'a str,
    #[serde(rename = "LGD_RESPMSG")]
    message: &'a str,
    #[serde(rename = "LGD_RESPONSE")]
    rows: &'a [Row],
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let (code, message) = (refusal.code(), refusal.message());
        Self { code, message, rows: vec![Row::default()], file: None }
    }
}
