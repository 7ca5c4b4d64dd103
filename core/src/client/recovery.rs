//! Recovery: what dead processes left in doubt is rolled back, what needs a merchant's eye is shown.

use std::io;

use crate::client::Client;
use crate::client::open::{OpenTransaction, State, is_due, state};
use crate::client::outcome::Outcome;
use crate::client::payment::Payment;
use crate::client::rollback::LIFETIME;
use crate::error::{Code, Error, Result, RollbackResult};
use crate::journal::record::{Mark, Record, Stand};
use crate::journal::{Busy, Entry, Found};
use crate::log::Level;
use crate::net::address::Address;
use crate::os::owner::Owner;
use crate::protocol::rollback_reason;
use crate::text::dates;

/// What [`Client::recover`] did and what it left.
#[derive(Debug, Default)]
pub struct Recovery {
    /// What the gateway confirmed as rolled back, as it stood before.
    pub rolled_back: Vec<OpenTransaction>,
    /// What is still open, and why. Transactions that are running now are not among it.
    pub open: Vec<OpenTransaction>,
    /// Whether nothing was done because another process is recovering at this moment.
    pub elsewhere: bool,
}

impl Client {
    /// Rolls back what earlier processes left in doubt, each under its own LGD_MID, and tells what is left.
    ///
    /// It never touches a transaction whose process is at it, nor one whose answer was handed to its caller, and only one
    /// process recovers at a time. It takes at most `timeout` for each transaction, and stops asking a gateway that cannot
    /// be reached. Called again it goes on; where the journal is off there is nothing to do.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] when the journal cannot be read.
    pub fn recover(&self) -> Result<Recovery> {
        let mut recovery = Recovery::default();
        let Some(journal) = self.journal() else { return Ok(recovery) };
        self.check_journal()?;
        let right = journal.recoverer().map_err(|error| self.unreadable(&error))?;
        recovery.elsewhere = right.is_none();
        if recovery.elsewhere {
            recovery.open = self.waiting()?;
            return Ok(recovery);
        }
        let now = self.world().owner();
        let mut unreachable = Vec::new();
        for found in journal.files().map_err(|error| self.unreadable(&error))? {
            let Some(mut open) = self.describe(&found, &now) else { continue };
            if let Ok(entry) = found.entry {
                let due = match &entry.stand {
                    Stand::RolledBack { at } => {
                        dates::between(at, &self.now()).is_none_or(|age| age >= LIFETIME)
                    }
                    Stand::Refused { at, .. } if open.state != State::AskAgain => {
                        is_due(&open.at, at, &self.now())
                    }
                    _ => open.state.is_recoverable(),
                };
                if due && !unreachable.contains(&open.platform) {
                    let repeated = open.state == State::RolledBack;
                    if self.finish(entry, &mut open) {
                        recovery.rolled_back.extend(Some(open).filter(|_| !repeated));
                        continue;
                    }
                    if open.error.as_ref().is_some_and(|error| UNREACHED.contains(&error.code())) {
                        unreachable.push(open.platform);
                    }
                }
            }
            if open.state.is_open() {
                recovery.open.push(open);
            }
        }
        drop(right);
        Ok(recovery)
    }

    /// Whether the journal can be written, so that what is not in it is not open. Nothing is left behind; where the journal is
    /// off there is nothing to ask.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] says what hinders it.
    pub fn check_journal(&self) -> Result<()> {
        match self.journal() {
            Some(journal) => journal.check().map_err(|error| self.unreadable(&error)),
            None => Ok(()),
        }
    }

    /// Everything in the journal that is not settled, those that are running included.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] when the journal cannot be read.
    pub fn open_transactions(&self) -> Result<Vec<OpenTransaction>> {
        let Some(journal) = self.journal() else { return Ok(Vec::new()) };
        let now = self.world().owner();
        let files = journal.files().map_err(|error| self.unreadable(&error))?;
        Ok(files.filter_map(|found| self.describe(&found, &now)).collect())
    }

    /// Closes a transaction of the journal that a person has looked up. `tx_id` is its LGD_TXID, or the name of its file
    /// where damage has taken that. The reason goes into the log.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] when there is no such transaction, when its process is at it, while another process recovers,
    /// or without a reason;
    /// [`Code::JOURNAL`] when the journal cannot be written.
    pub fn close(&self, tx_id: &str, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Error::new(Code::BAD_VALUE, "closing needs a reason"));
        }
        let (_right, mut entry) = self.take(tx_id)?;
        let closed = entry.settle(&Mark::Closed { reason: reason.to_owned() });
        closed.map_err(|error| self.unreadable(&error))?;
        let warning = format!("closed in the journal: {reason} / 저널에서 종결했습니다");
        self.log().write(Level::Warn, tx_id, warning);
        Ok(())
    }

    /// Asks the gateway once more to undo a transaction of the journal, also one that is unconfirmed, or that it refused
    /// to undo before. A person who has looked it up decides that.
    ///
    /// # Errors
    /// As [`Client::close`]; [`Code::BAD_VALUE`] also where the configuration names another gateway than it was sent to,
    /// whose word on it would be worth nothing. Nothing is sent and nothing changes then.
    pub fn undo_open(&self, tx_id: &str, reason: &str) -> Result<Outcome> {
        let (_right, entry) = self.take(tx_id)?;
        let Some(record) = &entry.record else {
            return Err(Error::new(Code::BAD_VALUE, "its LGD_TXID is damaged: close it with a reason"));
        };
        self.gateway_of(record)?;
        let payment = Payment::recorded(record);
        Ok(self.undo_in(Some(entry), &payment, reason.into()).1)
    }

    /// Says in the log how many transactions wait for recovery or for the merchant.
    pub(crate) fn warn_of_open(&self) {
        let message = match self.waiting() {
            Ok(open) if open.is_empty() => return,
            Ok(open) => format!(
                "{0} open in the journal: run `xpay recover`. / 저널에 미결 거래가 {0}건 있습니다. `xpay recover`를 실행하십시오.",
                open.len()
            ),
            Err(error) => error.to_string(),
        };
        self.log().write(Level::Warn, "", message);
    }

    fn waiting(&self) -> Result<Vec<OpenTransaction>> {
        let mut open = self.open_transactions()?;
        open.retain(|open| open.state.is_open());
        Ok(open)
    }

    /// A transaction for a person to decide on, and the right to, lest a recovery do the same at the same moment.
    fn take(&self, tx_id: &str) -> Result<(Box<dyn Send>, Entry)> {
        let wrong = |detail: String| Error::new(Code::BAD_VALUE, format!("[{tx_id}] {detail}"));
        let unknown = || wrong("is not open in the journal, or its process is still running".into());
        let journal = self.journal().ok_or_else(unknown)?;
        let right = journal.recoverer().map_err(|error| self.unreadable(&error))?;
        let right = right.ok_or_else(|| {
            wrong("cannot be settled while another process recovers: try again once that is done".into())
        })?;
        let taken = journal.take(tx_id).map_err(|error| self.unreadable(&error))?;
        // What is only asked for once more is no person's affair.
        let entry = taken.filter(|entry| !matches!(entry.stand, Stand::RolledBack { .. }));
        Ok((right, entry.ok_or_else(unknown)?))
    }

    /// How a file's transaction stands; `None` when it is settled. A file that cannot be read keeps no other from recovery.
    fn describe(&self, found: &Found, now: &Owner) -> Option<OpenTransaction> {
        let mut unreadable = None;
        let (record, state) = match &found.entry {
            Ok(Entry { record, stand, .. }) => (record.as_ref(), state(stand, record.as_ref(), now)?),
            Err(Busy::With(contents)) if contents.stand == Stand::Settled => return None,
            Err(Busy::With(contents)) => (contents.record.as_ref(), State::Running),
            Err(Busy::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(Busy::Unreadable(error)) => {
                unreadable = Some(self.unreadable(error));
                (None, State::Damaged)
            }
        };
        Some(OpenTransaction { error: unreadable, ..OpenTransaction::new(record, state, &found.name) })
    }

    /// Whether one transaction was rolled back; `open` says why not.
    fn finish(&self, entry: Entry, open: &mut OpenTransaction) -> bool {
        let state = open.state.clone();
        let payment = match self.recoverable(&entry) {
            Ok(payment) => payment,
            Err(error) => {
                open.error = Some(error);
                return false;
            }
        };
        let (_, outcome) = self.undo_in(Some(entry), &payment, rollback_reason::RECOVERY.into());
        open.error = outcome.error().cloned();
        match outcome.as_rollback() {
            RollbackResult::Confirmed => {
                let (level, done) = match state {
                    State::RolledBack => {
                        (Level::Info, "the Rollback was confirmed once more / 망취소를 다시 확인했습니다")
                    }
                    _ => (Level::Warn, "rolled back by recovery / 복구하여 망취소했습니다"),
                };
                self.log().write(level, &open.tx_id, done);
                return true;
            }
            RollbackResult::Refused { code, message } => open.state = State::Refused { code, message },
            // What was confirmed once stays so.
            RollbackResult::Unanswered(_) | RollbackResult::Off if state == State::RolledBack => {}
            RollbackResult::Unanswered(_) | RollbackResult::Off => open.state = State::InDoubt,
        }
        false
    }

    /// What is to be rolled back, if that can be asked where it was sent.
    fn recoverable(&self, entry: &Entry) -> Result<Payment> {
        let record =
            entry.record.as_ref().ok_or_else(|| Error::internal("a transaction without a record"))?;
        self.gateway_of(record)?;
        Ok(Payment::recorded(record))
    }

    /// The gateway that a transaction was sent to, if the configuration still names it. Another one's word on it would be
    /// worth nothing.
    pub(crate) fn gateway_of(&self, record: &Record) -> Result<&Address> {
        let here = self.gateway(record.platform)?;
        if here.to_string() == record.url {
            return Ok(here);
        }
        let detail = format!(
            "it was sent to [{}], but the configuration says [{here}]: recover with the one it was sent with",
            record.url
        );
        Err(Error::new(Code::BAD_VALUE, detail))
    }

    pub(crate) fn unreadable(&self, error: &io::Error) -> Error {
        let dir = self.journal().map(|journal| journal.dir().display().to_string()).unwrap_or_default();
        Error::new(Code::JOURNAL, format!("the journal in [{dir}] cannot be used: {error}"))
    }
}

/// What keeps every other Rollback from the same gateway as well.
const UNREACHED: [Code; 4] = [Code::RESOLVE_HOST, Code::RESOLVE_PROXY, Code::CONNECT, Code::SSL];
