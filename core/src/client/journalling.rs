//! Records each request and its outcome in the journal, and handles a journal that cannot be written.

use std::io;

use crate::client::Client;
use crate::client::outcome::{Outcome, outcome_after_rollback};
use crate::client::payment::Payment;
use crate::client::request::Request;
use crate::config::JournalMode;
use crate::error::{Code, Error, Result, RollbackResult};
use crate::journal::record::{Mark, Record};
use crate::journal::{BeginError, Entry, Found, Journal, Overtaken, Store};
use crate::log::Level;
use crate::net::address::Address;
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;
use crate::protocol::rollback_reason;
use crate::protocol::value::{Value, is_journal_safe};
use crate::text::dates;

/// Recording requests and outcomes.
impl Client {
    /// Records the request, durably, if it may move money and the journal is not off.
    pub(super) fn begin(&self, request: &Request, url: &Address) -> Result<Option<Entry>> {
        if self.settings().journal == JournalMode::Off || !request.effect().is_recorded() {
            return Ok(None);
        }
        let amount = [request.journal_text("LGD_CANCELAMOUNT"), request.journal_text("LGD_AMOUNT")];
        let record = Record {
            txname: request.journal_text("LGD_TXNAME"),
            url: url.to_string(),
            oid: request.journal_text("LGD_OID"),
            tid: request.journal_text("LGD_TID"),
            amount: amount.into_iter().find(|amount| !amount.is_empty()).unwrap_or_default(),
            ..self.blank_record(&Payment::from_request(request))
        };
        match self.begin_entry(&record) {
            Ok(entry) => {
                self.set_journal_problem(String::new());
                Ok(Some(entry))
            }
            Err(BeginError { cause, may_remain })
                if may_remain || self.settings().journal == JournalMode::Strict =>
            {
                Err(self.journal_failure(format!("nothing was sent: {}", self.journal_write_error(&cause))))
            }
            Err(BeginError { cause, .. }) => self.begin_elsewhere(&record, &cause),
        }
    }

    /// Where the first place of the journal has certainly not taken a record: the files of this machine, if a database is the
    /// first, and otherwise nothing.
    ///
    /// # Errors
    /// A file may have it although it could not be written: then recovery would roll it back.
    fn begin_elsewhere(&self, record: &Record, cause: &io::Error) -> Result<Option<Entry>> {
        let error = self.journal_failure(self.journal_write_error(cause));
        let second = self.journal().and_then(|journal| journal.second());
        let entry = match second.map(|files| (files, files.begin(record))) {
            Some((files, Err(BeginError { cause, may_remain: true }))) => {
                let detail = format!("nothing was sent: {} cannot be written: {cause}", files.place());
                return Err(Error::new(Code::JOURNAL, detail));
            }
            Some((_, begun)) => begun.ok(),
            None => None,
        };
        let then = match &entry {
            Some(_) => {
                "The payment is recorded in the files of this machine instead: run `xpay recover` here. / \
                 대신 이 서버의 파일에 기록했습니다. 이 서버에서 `xpay recover`를 실행하십시오."
            }
            None => "The payment continues without it. / 저널 없이 결제를 계속합니다.",
        };
        let warning = format!("{error} {then}");
        self.log().write(Level::Error, &record.tx_id, &warning);
        self.set_journal_problem(warning);
        Ok(entry)
    }

    /// Records the shop's request to undo a payment: in the payment's own entry, or else in a new one. The Rollback
    /// is sent even if this cannot be written.
    pub(super) fn open_for_undo(&self, payment: &Payment) -> Option<Entry> {
        let journal = self.journal()?;
        for store in journal.stores() {
            let found = store.find(&payment.tx_id).and_then(|found| found.map_or(Ok(None), Found::seize));
            if let Some(entry) = found.ok().flatten().filter(|entry| !entry.without_lock()) {
                return Some(entry);
            }
        }
        let url = self.gateway(self.platform()).ok()?;
        let record = Record {
            txname: Record::UNDO_REQUEST.into(),
            url: url.to_string(),
            ..self.blank_record(payment)
        };
        match self.begin_entry(&record) {
            Ok(entry) => Some(entry),
            // To ask for a Rollback twice changes nothing: the files may have it, too.
            Err(BeginError { cause, .. }) if journal.second().is_some() => {
                self.begin_elsewhere(&record, &cause).ok().flatten()
            }
            Err(BeginError { cause, .. }) => self.warn_if_unwritten(Err(cause), &payment.tx_id),
        }
    }

    fn blank_record(&self, payment: &Payment) -> Record {
        Record {
            at: self.now(),
            tx_id: payment.tx_id.clone(),
            mid: payment.mid.clone(),
            txname: String::new(),
            platform: self.platform(),
            url: String::new(),
            hash_type: payment.hash_type.as_ref().map(Value::journal_text).unwrap_or_default(),
            oid: String::new(),
            tid: String::new(),
            amount: String::new(),
            owner: self.world().owner(),
        }
    }

    /// The current Korean time in the format of records.
    pub(crate) fn now(&self) -> String {
        dates::stamp(self.world().now())
    }

    fn begin_entry(&self, record: &Record) -> std::result::Result<Entry, BeginError> {
        let off = || io::Error::new(io::ErrorKind::NotFound, "it is off");
        let first = self.journal().ok_or_else(off)?.beginning()?;
        if first.has_vanished() {
            let warning = format!(
                "{0} vanished, with all open transactions in it; it is created again. / \
                 {0}: 저널 디렉터리가 사라져 다시 만듭니다. 그 안의 미결 기록도 사라졌습니다.",
                first.place()
            );
            self.log().write(Level::Error, &record.tx_id, warning);
        }
        first.begin(record)
    }

    /// An error of the journal where transactions begin, with what to do about it.
    fn journal_failure(&self, detail: String) -> Error {
        let error = Error::new(Code::JOURNAL, detail);
        match self.journal().and_then(Journal::remedy) {
            Some(remedy) => error.with_remedy(remedy),
            None => error,
        }
    }

    fn journal_write_error(&self, cause: &io::Error) -> String {
        let first = self.journal().and_then(|journal| journal.beginning().ok());
        format!("{} cannot be written: {cause}", first.map_or("the journal".to_owned(), Store::place))
    }

    /// Records the outcome of a request, durably. Returns the entry too if the caller still has to confirm an
    /// approval.
    pub(super) fn record_outcome(
        &self,
        entry: Option<Entry>,
        outcome: Outcome,
        payment: &Payment,
        held: bool,
    ) -> (Option<Entry>, Outcome) {
        let Some(mut entry) = entry else { return (None, outcome) };
        let written = match &outcome {
            Outcome::Answered(answer) if answer.is_success() => {
                let marked = entry.mark_durably(&answered_mark(answer));
                // Until here nobody was told of it. From here on the caller is, and has a step to do.
                let Err(cause) = marked.and_then(|()| if held { entry.mark_held() } else { Ok(()) }) else {
                    return (Some(entry), outcome);
                };
                // An approval with a step must stay in the journal until the step is done. Without a step, it counts
                // as delivered once recovery can no longer find it.
                if held || entry.clear().is_err() {
                    return (None, self.roll_back_unrecorded(entry, payment, &cause));
                }
                Err(cause)
            }
            // If this cannot be written and recovery rolls it back, a decline stays a decline.
            Outcome::Answered(answer) => entry.settle(&answered_mark(answer)),
            Outcome::NotSent(_) => entry.settle(&Mark::NotSent),
            Outcome::RolledBack(error) => self.record_rollback(&mut entry, !error.code().is_of_an_answer()),
            Outcome::InDoubt(error) => self.record_doubt(&mut entry, error),
        };
        self.warn_if_unwritten(written, &payment.tx_id);
        (None, outcome)
    }

    /// Records a confirmed Rollback. If the request may still arrive, the mark says that the Rollback must be
    /// repeated. If that cannot be written, recovery repeats it anyway. See [`Client::may_still_arrive`].
    pub(super) fn record_rollback(&self, entry: &mut Entry, may_still_arrive: bool) -> io::Result<()> {
        let effect = entry.record().map(|record| Effect::of(&record.txname));
        match may_still_arrive && effect.is_some_and(Effect::is_recoverable) {
            true => entry.mark_durably(&Mark::RolledBack { again: Some(self.now()) }),
            false => entry.settle(&Mark::RolledBack { again: None }),
        }
    }

    fn record_doubt(&self, entry: &mut Entry, error: &Error) -> io::Result<()> {
        let mark = match error.rollback() {
            Some(RollbackResult::Refused { code, message }) => {
                Mark::Refused { code: code.clone(), message: message.clone(), at: self.now() }
            }
            _ => Mark::Doubt { code: error.code().to_string() },
        };
        match entry.record().cloned() {
            Some(record) if entry.has_vanished() => {
                self.begin_entry(&record).map_err(|error| error.cause)?.mark_durably(&mark)
            }
            _ => entry.mark_durably(&mark),
        }
    }

    /// Rolls back an approval whose answer cannot be recorded. Recovery might roll it back later. So it is rolled
    /// back now, and the outcome that the shop learns stays true.
    pub(crate) fn roll_back_unrecorded(&self, entry: Entry, payment: &Payment, cause: &io::Error) -> Outcome {
        let done = payment.effect.info().done;
        let error = self.journal_failure(format!("{done}, but {}", self.journal_write_error(cause)));
        let (_, rollback) = self.undo_in(Some(entry), payment, rollback_reason::JOURNAL.into());
        let outcome = outcome_after_rollback(error, payment, Some(rollback.as_rollback()), true);
        if let Some(error) = outcome.error() {
            self.log().write(Level::Error, &payment.tx_id, error);
        }
        outcome
    }

    /// The outcome of an approval that another process has taken over while this one held it: only what that one made of it is true.
    pub(crate) fn outcome_of_overtaken(
        &self,
        approved: Outcome,
        payment: &Payment,
        by: Overtaken,
    ) -> Outcome {
        let rollback = match by {
            Overtaken::Stands => return approved,
            Overtaken::RolledBack => Some(RollbackResult::Confirmed),
            Overtaken::Unknown => None,
        };
        let done = payment.effect.info().done;
        let error =
            Error::new(Code::JOURNAL, format!("{done}, but another process was asked to undo it meanwhile"));
        let outcome = outcome_after_rollback(error, payment, rollback, true);
        if let Some(error) = outcome.error() {
            self.log().write(Level::Error, &payment.tx_id, error);
        }
        outcome
    }

    pub(crate) fn warn_if_unwritten<T>(&self, written: io::Result<T>, tx_id: &str) -> Option<T> {
        match written {
            Ok(value) => Some(value),
            Err(cause) => {
                let error = self.journal_failure(self.journal_write_error(&cause));
                self.log().write(Level::Error, tx_id, &error);
                self.set_journal_problem(error.to_string());
                None
            }
        }
    }
}

fn answered_mark(answer: &Answer) -> Mark {
    let value = |name| answer.get(name).filter(|value| is_journal_safe(value)).unwrap_or_default().to_owned();
    Mark::Answered {
        code: answer.code().to_owned(),
        tid: value("LGD_TID"),
        oid: value("LGD_OID"),
        amount: value("LGD_AMOUNT"),
    }
}
