//! The gateway: authenticates a request, executes its transaction in the ledger, and makes the answer.

use crate::clock::Clock;
use crate::codes::{self, Code, Refusal};
use crate::fault::Fault;
use crate::fault::script::Script;
use crate::form::Form;
use crate::ledger::journal::{self, LedgerEntry};
use crate::ledger::{self, Ledger};
use crate::profile::Profile;
use crate::random::Random;
use crate::request_log::RequestLog;
use crate::row::Row;
use crate::session::recorder::Recorder;
use crate::shops::Shops;
use crate::sync::lock;
use crate::transactions;
use crate::transactions::call::{self, Call, Completed};
use crate::wakeup::Wakeup;
use crate::{signature, txid};
use rusqlite::Connection;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;

/// Shared by all connections.
pub(crate) struct Gateway {
    pub(crate) shops: Shops,
    pub(crate) home: PathBuf,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    /// Whether it refuses what it would otherwise only warn of.
    pub(crate) strict: bool,
    /// Records the session, if it is asked to.
    pub(crate) recorder: Option<Arc<Recorder>>,
    /// What it does where nobody has published what the real gateway does.
    pub(crate) profile: Profile,
    /// Wakes the sender of notices.
    pub(crate) wakeup: Wakeup,
    /// Notified after each attempt to send a notice.
    pub(crate) answered: Notify,
    ledger: Mutex<Ledger>,
    requests: Mutex<RequestLog>,
    faults: Mutex<VecDeque<Fault>>,
    script: Mutex<Script>,
}

/// An answer: a code, its message, and its rows or its file.
pub(crate) struct Answer {
    pub(crate) code: Cow<'static, str>,
    message: String,
    rows: Vec<Row>,
    pub(crate) file: Option<String>,
    /// Whether nothing of it is sent.
    pub(crate) silent: bool,
}

impl Gateway {
    pub(crate) fn new(
        ledger: Ledger,
        shops: Shops,
        home: PathBuf,
        clock: Clock,
        random: Random,
        profile: Profile,
    ) -> Self {
        Self {
            shops,
            home,
            clock,
            random,
            strict: false,
            recorder: None,
            profile,
            wakeup: Wakeup::default(),
            answered: Notify::new(),
            ledger: Mutex::new(ledger),
            requests: Mutex::default(),
            faults: Mutex::default(),
            script: Mutex::default(),
        }
    }

    /// The ledger. It is never locked for long, so async code may wait for it.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }

    /// The faults for the next requests, in order.
    pub(crate) fn faults(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        lock(&self.faults)
    }

    /// The rules by which requests fail.
    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        lock(&self.script)
    }

    /// A counter that changes whenever the ledger or the request log does.
    pub(crate) fn changes(&self) -> Result<i64, Refusal> {
        let booked: i64 = self.ledger().read().query_row("SELECT total_changes()", [], |row| row.get(0))?;
        Ok(booked + self.requests().count())
    }

    /// Records what a developer did, and its outcome.
    pub(crate) fn record_act<T>(
        &self,
        name: &str,
        request: &[(&str, &str)],
        outcome: &Result<T, Refusal>,
        answer: &[(&str, &str)],
    ) {
        if let Some(recorder) = &self.recorder {
            let code = outcome.as_ref().err().map_or(codes::OK.code, Refusal::code);
            recorder.act((&self.shops, &self.clock), name, request, code, answer);
        }
    }

    /// Serves a request in one database transaction: it is recorded completely, with its TXID, or not at all.
    pub(crate) fn serve(&self, form: &Form) -> Answer {
        let answer = self.execute(form).unwrap_or_else(Answer::from);
        match self.profile.code_table.iter().find(|(ours, _)| *ours == answer.code) {
            Some((_, theirs)) => {
                Answer { code: theirs.clone().into(), message: codes::message_of(theirs), ..answer }
            }
            None => answer,
        }
    }

    fn execute(&self, form: &Form) -> Result<Answer, Refusal> {
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
            profile: &self.profile,
            home: &self.home,
        };
        let done = ledger::in_savepoint(&db, || transactions::run(&call));
        let (answer, effect, notice_queued) = match done {
            Ok(Completed { rows, effect, code, file, notice_queued, silent }) => {
                (Answer { silent, ..Answer::completed(code, rows, file) }, effect, notice_queued)
            }
            Err(refusal) => (refusal.into(), Default::default(), false),
        };
        let entry = LedgerEntry {
            txid: txid.to_owned(),
            mid: shop.mid.clone(),
            txname: form.text("LGD_TXNAME").to_owned(),
            code: answer.code.to_string(),
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
        if notice_queued {
            self.wakeup.notify();
        }
        Ok(answer)
    }
}

/// Refuses an LGD_TXID that arrived before, or that was rolled back before it arrived.
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
    fn completed(code: Option<Code>, rows: Vec<Row>, file: Option<String>) -> Self {
        let answered = code.unwrap_or(codes::OK).on("");
        Self { code: answered.code().into(), message: answered.message(), rows, file, silent: false }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// For the request log: the message, then the first row.
    pub(crate) fn recorded(&self) -> Vec<(String, String)> {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let row = self.rows.first().into_iter().flat_map(Row::iter);
        std::iter::once(("LGD_RESPMSG", self.message.as_str())).chain(row).map(owned).collect()
    }

    pub(crate) fn json(&self) -> String {
        body(&self.code, &self.message, &self.rows)
    }
}

/// The body of a refusal with this code.
pub(crate) fn refusal(code: &str, message: &str) -> String {
    body(code, message, &[Row::default()])
}

/// Code and message are repeated in each row, where shops read them.
fn body(code: &str, message: &str, rows: &[Row]) -> String {
    let head = Row::default().put("LGD_RESPCODE", code).put("LGD_RESPMSG", message);
    let rows: Vec<Row> = rows.iter().map(|row| head.clone().and(row.clone())).collect();
    serde_json::to_string(&Body { code, message, rows: &rows }).unwrap_or_default()
}

/// A struct, because a JSON value would sort the names.
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
        let (code, message) = (refusal.code().into(), refusal.message());
        Self { code, message, rows: vec![Row::default()], file: None, silent: false }
    }
}
