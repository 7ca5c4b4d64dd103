//! What the client writes into the journal of each request, and what follows where that fails.

use std::io;

use crate::client::Client;
use crate::client::outcome::{Outcome, settle};
use crate::client::payment::Payment;
use crate::client::request::Request;
use crate::config::JournalMode;
use crate::error::{Code, Error, Result, RollbackResult};
use crate::journal::record::{Mark, Record};
use crate::journal::{Entry, Unwritten};
use crate::log::Level;
use crate::net::address::Address;
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;
use crate::protocol::rollback_reason;
use crate::protocol::value::{Value, is_plain};
use crate::text::clock;

/// The journal's part.
impl Client {
    /// A record of the request, durably, where it may move money and the journal is not off.
    pub(super) fn begin(&self, request: &Request, url: &Address) -> Result<Option<Entry>> {
        if self.settings().journal == JournalMode::Off || !request.effect().is_recorded() {
            return Ok(None);
        }
        let amount = [request.plain("LGD_CANCELAMOUNT"), request.plain("LGD_AMOUNT")];
        let record = Record {
            txname: request.plain("LGD_TXNAME"),
            url: url.to_string(),
            oid: request.plain("LGD_OID"),
            tid: request.plain("LGD_TID"),
            amount: amount.into_iter().find(|amount| !amount.is_empty()).unwrap_or_default(),
            ..self.blank_record(&Payment::of(request))
        };
        match self.write(&record) {
            Ok(entry) => {
                self.complain(String::new());
                Ok(Some(entry))
            }
            Err(Unwritten { cause, remains })
                if remains || self.settings().journal == JournalMode::Strict =>
            {
                Err(Error::new(Code::JOURNAL, format!("nothing was sent: {}", self.unrecorded(&cause))))
            }
            Err(Unwritten { cause, .. }) => {
                let error = Error::new(Code::JOURNAL, self.unrecorded(&cause));
                let warning =
                    format!("{error} The payment continues without it. / 저널 없이 결제를 계속합니다.");
                self.log().write(Level::Error, request.tx_id(), &warning);
                self.complain(warning);
                Ok(None)
            }
        }
    }

    /// The shop's wish to undo a payment, in the journal: where the payment still stands there, or anew. The wish is
    /// granted also where it cannot be written.
    pub(super) fn reopen(&self, payment: &Payment) -> Option<Entry> {
        let journal = self.journal()?;
        if let Some(entry) = journal.take(&payment.tx_id).ok().flatten().filter(|entry| !entry.seized) {
            return Some(entry);
        }
        let url = self.gateway(self.platform()).ok()?;
        let record =
            Record { txname: Record::WISH.into(), url: url.to_string(), ..self.blank_record(payment) };
        let begun = self.write(&record).map_err(|unwritten| unwritten.cause);
        self.warn_unless(begun, &payment.tx_id)
    }

    fn blank_record(&self, payment: &Payment) -> Record {
        Record {
            at: self.now(),
            tx_id: payment.tx_id.clone(),
            mid: payment.mid.clone(),
            txname: String::new(),
            platform: self.platform(),
            url: String::new(),
            hash_type: payment.hash_type.as_ref().map(Value::plain).unwrap_or_default(),
            oid: String::new(),
            tid: String::new(),
            amount: String::new(),
            owner: self.world().owner(),
        }
    }

    /// Korean time, as records have it.
    pub(crate) fn now(&self) -> String {
        clock::stamp(self.world().now())
    }

    fn write(&self, record: &Record) -> std::result::Result<Entry, Unwritten> {
        let nowhere =
            || io::Error::new(io::ErrorKind::NotFound, "no journal_dir, log_dir or home_dir is set");
        let journal = self.journal().ok_or_else(nowhere)?;
        if journal.has_vanished() {
            let warning = format!(
                "journal_dir [{0}] vanished, with all open transactions in it; it is created again. / \
                 journal_dir [{0}]이 사라져 다시 만듭니다. 그 안의 미결 기록도 사라졌습니다.",
                journal.dir().display()
            );
            self.log().write(Level::Error, &record.tx_id, warning);
        }
        journal.begin(record)
    }

    fn unrecorded(&self, cause: &io::Error) -> String {
        let dir = self.journal().map(|journal| journal.dir().display().to_string()).unwrap_or_default();
        format!("the journal in [{dir}] cannot be written: {cause}")
    }

    /// What became of a request, durably. Gives the entry back while the caller still has to take note of an approval.
    pub(super) fn note(
        &self,
        entry: Option<Entry>,
        outcome: Outcome,
        payment: &Payment,
        held: bool,
    ) -> (Option<Entry>, Outcome) {
        let Some(mut entry) = entry else { return (None, outcome) };
        let written = match &outcome {
            Outcome::Answered(answer) if answer.is_success() => {
                let noted = entry.note(&answered(answer));
                // Until here nobody is told; from here on its caller is, who has a step to do.
                let Err(cause) = noted.and_then(|()| if held { entry.hold() } else { Ok(()) }) else {
                    return (Some(entry), outcome);
                };
                // What is held must stay in the journal until the caller's step is done. What is not is as good as handed
                // over once recovery cannot find it any more.
                if held || entry.clear().is_err() {
                    return (None, self.disown(entry, payment, &cause));
                }
                Err(cause)
            }
            // Undone later, a decline stays a decline.
            Outcome::Answered(answer) => entry.settle(&answered(answer)),
            Outcome::NotSent(_) => entry.settle(&Mark::NotSent),
            Outcome::RolledBack(error) => self.note_rollback(&mut entry, !error.code().is_of_an_answer()),
            Outcome::InDoubt(error) => self.note_doubt(&mut entry, error),
        };
        self.warn_unless(written, &payment.tx_id);
        (None, outcome)
    }

    /// A Rollback that was confirmed. Where what it undid may still be on its way, it is noted as to be asked for once more;
    /// where that cannot be written, recovery asks for it all the same. See [`Client::may_be_late`].
    pub(super) fn note_rollback(&self, entry: &mut Entry, may_be_late: bool) -> io::Result<()> {
        let effect = entry.record.as_ref().map(|record| Effect::of(&record.txname));
        match may_be_late && effect.is_some_and(Effect::is_recoverable) {
            true => entry.note(&Mark::RolledBack { again: Some(self.now()) }),
            false => entry.settle(&Mark::RolledBack { again: None }),
        }
    }

    fn note_doubt(&self, entry: &mut Entry, error: &Error) -> io::Result<()> {
        let mark = match error.rollback() {
            Some(RollbackResult::Refused { code, message }) => {
                Mark::Refused { code: code.clone(), message: message.clone(), at: self.now() }
            }
            _ => Mark::Doubt { code: error.code().to_string() },
        };
        match &entry.record {
            Some(record) if entry.has_vanished() => {
                self.write(record).map_err(|unwritten| unwritten.cause)?.note(&mark)
            }
            _ => entry.note(&mark),
        }
    }

    /// An approval that the journal may undo later, because that it was answered cannot be written. It is undone now, so
    /// that what the shop is told stays true.
    pub(crate) fn disown(&self, entry: Entry, payment: &Payment, cause: &io::Error) -> Outcome {
        let done = payment.effect.info().done;
        let error = Error::new(Code::JOURNAL, format!("{done}, but {}", self.unrecorded(cause)));
        let (_, rollback) = self.undo_in(Some(entry), payment, rollback_reason::JOURNAL.into());
        let outcome = settle(error, payment, Some(rollback.as_rollback()), true);
        if let Some(error) = outcome.error() {
            self.log().write(Level::Error, &payment.tx_id, error);
        }
        outcome
    }

    pub(crate) fn warn_unless<T>(&self, written: io::Result<T>, tx_id: &str) -> Option<T> {
        match written {
            Ok(value) => Some(value),
            Err(cause) => {
                let error = Error::new(Code::JOURNAL, self.unrecorded(&cause));
                self.log().write(Level::Error, tx_id, &error);
                self.complain(error.to_string());
                None
            }
        }
    }
}

fn answered(answer: &Answer) -> Mark {
    let value = |name| answer.get(name).filter(|value| is_plain(value)).unwrap_or_default().to_owned();
    Mark::Answered {
        code: answer.code().to_owned(),
        tid: value("LGD_TID"),
        oid: value("LGD_OID"),
        amount: value("LGD_AMOUNT"),
    }
}
