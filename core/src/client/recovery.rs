//! Recovery: rolls back transactions that dead processes left in doubt, and shows those that need the merchant.

use std::io;

use crate::client::Client;
use crate::client::open::{OpenTransaction, State, reported_state, retry_is_due};
use crate::client::outcome::Outcome;
use crate::client::payment::Payment;
use crate::client::rehearsal::Rehearsal;
use crate::client::rollback::SEGMENT_LIFETIME;
use crate::error::{Code, Error, Result, RollbackResult};
use crate::journal::record::{Mark, Record, RecordState};
use crate::journal::{Entry, FoundFile, Unavailable};
use crate::log::Level;
use crate::net::address::Address;
use crate::os::owner::Owner;
use crate::protocol::rollback_reason;
use crate::text::dates;

/// The line in the log when recovery has rolled a transaction back.
pub(super) const ROLLED_BACK: &str = "rolled back by recovery / 복구하여 망취소했습니다";

/// How the line begins when a person has closed one.
pub(super) const CLOSED: &str = "closed in the journal: ";

/// The result of [`Client::recover`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Recovery {
    /// Transactions whose Rollback the gateway confirmed, with their state before it.
    pub rolled_back: Vec<OpenTransaction>,
    /// Transactions that are still open, and why. Running ones are not included.
    pub open: Vec<OpenTransaction>,
    /// Whether nothing was done because another process is recovering right now.
    pub elsewhere: bool,
    /// What came of the Rollbacks, those of transactions that were rolled back before included.
    pub rollbacks: Rollbacks,
}

/// How many transactions [`Client::recover`] asked the gateway to roll back, by what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rollbacks {
    /// The gateway rolled it back.
    pub confirmed: u64,
    /// The gateway answered that it did not.
    pub refused: u64,
    /// No answer came, or nothing could be sent.
    pub unanswered: u64,
}

impl Client {
    /// Rolls back transactions that earlier processes left in doubt, each under its own LGD_MID. Returns the open
    /// ones.
    ///
    /// It never touches a transaction whose process is alive, nor one whose answer was delivered. Only one process
    /// recovers at a time. It takes at most `timeout` for each transaction, and stops asking a gateway that it cannot
    /// reach. A later call continues. If the journal is off, it does nothing.
    ///
    /// ```
    /// fn every_minute(client: &xpayclient_core::Client) -> Result<(), xpayclient_core::Error> {
    ///     for settled in client.recover()?.rolled_back {
    ///         println!("{}: the order {} is not paid", settled.tx_id, settled.oid);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Code::JOURNAL`] when the journal cannot be read.
    pub fn recover(&self) -> Result<Recovery> {
        self.recover_telling(|_, _| ())
    }

    /// As [`Client::recover`]. Before each transaction it calls `tell` with its number, from 1, and with how many are open:
    /// a gateway that does not answer takes `timeout` for each.
    ///
    /// # Errors
    /// As [`Client::recover`].
    pub fn recover_telling(&self, mut tell: impl FnMut(usize, usize)) -> Result<Recovery> {
        let mut recovery = Recovery::default();
        let Some(journal) = self.journal() else { return Ok(recovery) };
        self.check_journal()?;
        let lock = journal.lock_recovery().map_err(|error| self.journal_error(&error))?;
        recovery.elsewhere = lock.is_none();
        if recovery.elsewhere {
            recovery.open = self.waiting_transactions()?;
            return Ok(recovery);
        }
        let now = self.world().owner();
        let mut unreachable = Vec::new();
        let (mut number, all) = (0, self.waiting_transactions()?.len());
        for found in journal.files().map_err(|error| self.journal_error(&error))? {
            let Some(mut open) = self.describe(&found, &now) else { continue };
            if open.state.is_open() {
                number += 1;
                tell(number, all.max(number));
            }
            if let Ok(entry) = found.entry {
                let due = match &entry.state {
                    RecordState::RolledBack { at } => {
                        dates::between(at, &self.now()).is_none_or(|age| age >= SEGMENT_LIFETIME)
                    }
                    RecordState::Refused { at, .. } if open.state != State::AskAgain => {
                        retry_is_due(&open.at, at, &self.now())
                    }
                    _ => open.state.is_recoverable(),
                };
                if due && !unreachable.contains(&open.platform) {
                    let repeated = open.state == State::RolledBack;
                    if self.roll_back_entry(entry, &mut open, &mut recovery.rollbacks) {
                        recovery.rolled_back.extend(Some(open).filter(|_| !repeated));
                        continue;
                    }
                    if open.error.as_ref().is_some_and(|error| UNREACHABLE.contains(&error.code())) {
                        unreachable.push(open.platform);
                    }
                }
            }
            if open.state.is_open() {
                recovery.open.push(open);
            }
        }
        drop(lock);
        Ok(recovery)
    }

    /// Checks that the journal can be written, so that it has recorded every open transaction. Leaves nothing behind.
    /// If the journal is off, there is nothing to check.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] names the obstacle.
    pub fn check_journal(&self) -> Result<()> {
        match self.journal() {
            Some(journal) => journal.check().map_err(|error| self.journal_error(&error)),
            None => Ok(()),
        }
    }

    /// All transactions in the journal that are not settled, including running ones.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] when the journal cannot be read.
    pub fn open_transactions(&self) -> Result<Vec<OpenTransaction>> {
        let Some(journal) = self.journal() else { return Ok(Vec::new()) };
        let now = self.world().owner();
        let files = journal.files().map_err(|error| self.journal_error(&error))?;
        Ok(files.filter_map(|found| self.describe(&found, &now)).collect())
    }

    /// Closes a transaction in the journal that a person has looked up. `tx_id` is its LGD_TXID, or the name of its
    /// file if damage made that unreadable. The reason is logged.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] without a reason, if there is no such transaction, if it is running, or while another
    /// process recovers; [`Code::JOURNAL`] if the journal cannot be written.
    pub fn close(&self, tx_id: &str, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Error::new(Code::BAD_VALUE, "closing needs a reason"));
        }
        let (_lock, mut entry) = self.take_for_person(tx_id)?;
        let closed = entry.settle(&Mark::Closed { reason: reason.to_owned() });
        closed.map_err(|error| self.journal_error(&error))?;
        let warning = format!("{CLOSED}{reason} / 저널에서 종결했습니다");
        self.log().write(Level::Warn, tx_id, warning);
        Ok(())
    }

    /// Asks the gateway once more to undo a transaction in the journal. It may be unconfirmed, or one whose Rollback
    /// was refused before. A person who has looked it up decides that.
    ///
    /// # Errors
    /// As [`Client::close`]. Also [`Code::BAD_VALUE`] if the configuration names another gateway than the transaction
    /// was sent to: that gateway's answer would prove nothing. Then nothing is sent and nothing changes.
    pub fn undo_open(&self, tx_id: &str, reason: &str) -> Result<Outcome> {
        let (_lock, entry) = self.take_for_person(tx_id)?;
        let (payment, _) = self.undoable(&entry)?;
        Ok(self.undo_in(Some(entry), &payment, reason.into()).1)
    }

    /// Shows what [`Client::undo_open`] would send. Nothing is sent, and the transaction stays as it is.
    ///
    /// # Errors
    /// As there.
    pub fn rehearse_undo_open(&self, tx_id: &str, reason: &str) -> Result<Rehearsal> {
        let (_lock, entry) = self.take_for_person(tx_id)?;
        let (payment, url) = self.undoable(&entry)?;
        self.rehearsal(url, self.rollback_request(&payment, reason.into())?.texts())
    }

    /// The payment of an open transaction and its gateway.
    fn undoable(&self, entry: &Entry) -> Result<(Payment, &Address)> {
        let Some(record) = &entry.record else {
            return Err(Error::new(Code::BAD_VALUE, "its LGD_TXID is damaged: close it with a reason"));
        };
        let url = self.gateway_of(record)?;
        Ok((Payment::from_record(record), url))
    }

    /// Logs how many transactions wait for recovery or for the merchant.
    pub(crate) fn warn_of_open(&self) {
        let message = match self.waiting_transactions() {
            Ok(open) if open.is_empty() => return,
            Ok(open) => format!(
                "{0} open in the journal: run `xpay recover`. / 저널에 미결 거래가 {0}건 있습니다. `xpay recover`를 실행하십시오.",
                open.len()
            ),
            Err(error) => error.to_string(),
        };
        self.log().write(Level::Warn, "", message);
    }

    fn waiting_transactions(&self) -> Result<Vec<OpenTransaction>> {
        let mut open = self.open_transactions()?;
        open.retain(|open| open.state.is_open());
        Ok(open)
    }

    /// Opens a transaction for a person's decision, under the recovery lock: no recovery may act on it at the same
    /// moment.
    fn take_for_person(&self, tx_id: &str) -> Result<(Box<dyn Send>, Entry)> {
        let wrong = |detail: String| Error::new(Code::BAD_VALUE, format!("[{tx_id}] {detail}"));
        let not_open = || wrong("is not open in the journal, or its process is still running".into());
        let journal = self.journal().ok_or_else(not_open)?;
        let lock = journal.lock_recovery().map_err(|error| self.journal_error(&error))?;
        let lock = lock.ok_or_else(|| {
            wrong("cannot be settled while another process recovers: try again once that is done".into())
        })?;
        let taken = journal.take(tx_id).map_err(|error| self.journal_error(&error))?;
        // A Rollback that is only to be repeated needs no decision.
        let entry = taken.filter(|entry| !matches!(entry.state, RecordState::RolledBack { .. }));
        Ok((lock, entry.ok_or_else(not_open)?))
    }

    /// Describes the transaction in a file. `None`: it is settled. An unreadable file does not keep recovery from the
    /// others.
    fn describe(&self, found: &FoundFile, now: &Owner) -> Option<OpenTransaction> {
        let mut unusable = None;
        let (record, state) = match &found.entry {
            Ok(Entry { record, state, .. }) => {
                (record.as_ref(), reported_state(state, record.as_ref(), now)?)
            }
            Err(Unavailable::Running(contents)) if contents.state == RecordState::Settled => return None,
            Err(Unavailable::Running(contents)) => (contents.record.as_ref(), State::Running),
            Err(Unavailable::Refused(contents, error)) => {
                let record = contents.record.as_ref();
                let state = reported_state(&contents.state, record, now)?;
                unusable = Some(self.journal_error(error));
                (record, state)
            }
            Err(Unavailable::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(Unavailable::Unreadable(error)) => {
                unusable = Some(self.journal_error(error));
                (None, State::Damaged)
            }
        };
        Some(OpenTransaction { error: unusable, ..OpenTransaction::new(record, state, &found.name) })
    }

    /// Rolls back one transaction. `false`: it was not, and `open` tells why.
    fn roll_back_entry(&self, entry: Entry, open: &mut OpenTransaction, rollbacks: &mut Rollbacks) -> bool {
        let state = open.state.clone();
        let payment = match self.payment_to_roll_back(&entry) {
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
                rollbacks.confirmed += 1;
                let (level, done) = match state {
                    State::RolledBack => {
                        (Level::Info, "the Rollback was confirmed once more / 망취소를 다시 확인했습니다")
                    }
                    _ => (Level::Warn, ROLLED_BACK),
                };
                self.log().write(level, &open.tx_id, done);
                return true;
            }
            RollbackResult::Refused { code, message } => {
                rollbacks.refused += 1;
                open.state = State::Refused { code, message };
            }
            RollbackResult::Unanswered(_) | RollbackResult::Off => {
                rollbacks.unanswered += 1;
                // A Rollback that was confirmed once stays confirmed.
                if state != State::RolledBack {
                    open.state = State::InDoubt;
                }
            }
        }
        false
    }

    /// The payment to roll back, if the configuration still names the gateway that it was sent to.
    fn payment_to_roll_back(&self, entry: &Entry) -> Result<Payment> {
        let record =
            entry.record.as_ref().ok_or_else(|| Error::internal("a transaction without a record"))?;
        self.gateway_of(record)?;
        Ok(Payment::from_record(record))
    }

    /// The gateway that a transaction was sent to, if the configuration still names it. Another gateway's answer
    /// would prove nothing.
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

    pub(crate) fn journal_error(&self, error: &io::Error) -> Error {
        let dir = self.journal().map(|journal| journal.dir().display().to_string()).unwrap_or_default();
        Error::new(Code::JOURNAL, format!("the journal in [{dir}] cannot be used: {error}"))
    }
}

/// Errors after which no other Rollback can reach the same gateway either.
const UNREACHABLE: [Code; 4] = [Code::RESOLVE_HOST, Code::RESOLVE_PROXY, Code::CONNECT, Code::SSL];
