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
use crate::journal::{Condition, Entry, Found, Journal, Store};
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
    /// It never touches a transaction whose process is alive (in a database: whose time is not over), nor one whose answer
    /// was delivered. Of files only one process recovers at a time, of a database any number. It takes at most `timeout`
    /// for each transaction, and stops asking a gateway that it cannot reach. A later call continues. If the journal is
    /// off, it does nothing.
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
        let (mut number, all) = (0, self.count_waiting());
        let mut count = || {
            number += 1;
            tell(number, all.max(number));
        };
        let mut failed = None;
        for store in journal.stores() {
            if let Err(error) = self.recover_in(store, &mut recovery, &mut count) {
                failed.get_or_insert(error);
            }
        }
        // Of a database nobody has the right alone.
        recovery.elsewhere &= journal.database.is_none();
        match failed {
            // What was found in the other place is not lost: the next call shows it again, and what was rolled back is logged.
            Some(error) => Err(error),
            None => Ok(recovery),
        }
    }

    fn recover_in(&self, store: &dyn Store, recovery: &mut Recovery, count: &mut dyn FnMut()) -> Result<()> {
        let cannot = |error: io::Error| journal_error(store, &error);
        if self.journal().and_then(Journal::first).is_some_and(|first| first.place() == store.place()) {
            store.check().map_err(cannot)?;
        }
        let Some(_right) = store.recovering().map_err(cannot)? else {
            recovery.elsewhere = true;
            recovery.open.extend(self.waiting_in(store)?);
            return Ok(());
        };
        let now = self.world().owner();
        let mut unreachable = Vec::new();
        for found in store.open().map_err(cannot)? {
            let Some(mut open) = self.describe(&found, store, &now) else { continue };
            if open.state.is_open() {
                count();
            }
            let due = match &found.state {
                RecordState::RolledBack { at } => {
                    dates::between(at, &self.now()).is_none_or(|age| age >= SEGMENT_LIFETIME)
                }
                RecordState::Refused { at, .. } if open.state != State::AskAgain => {
                    retry_is_due(&open.at, at, &self.now())
                }
                _ => open.state.is_recoverable(),
            };
            if due && matches!(found.condition, Condition::Free(_)) && !unreachable.contains(&open.platform) {
                let repeated = open.state == State::RolledBack;
                match found.claim() {
                    Ok(Some(entry)) => {
                        if self.roll_back_entry(entry, &mut open, &mut recovery.rollbacks) {
                            recovery.rolled_back.extend(Some(open).filter(|_| !repeated));
                            continue;
                        }
                    }
                    // Another process was faster.
                    Ok(None) => continue,
                    Err(error) => open.error = Some(cannot(error)),
                }
                if open.error.as_ref().is_some_and(|error| UNREACHABLE.contains(&error.code())) {
                    unreachable.push(open.platform);
                }
            }
            if open.state.is_open() {
                recovery.open.push(open);
            }
        }
        Ok(())
    }

    /// Checks that the journal can be written, so that it has recorded every open transaction. Leaves nothing behind.
    /// If the journal is off, there is nothing to check.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] names the obstacle.
    pub fn check_journal(&self) -> Result<()> {
        match self.journal().and_then(Journal::first) {
            Some(first) => first.check().map_err(|error| journal_error(first, &error)),
            None => Ok(()),
        }
    }

    /// All transactions in the journal that are not settled, including running ones.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] when the journal cannot be read.
    pub fn open_transactions(&self) -> Result<Vec<OpenTransaction>> {
        let Some(journal) = self.journal() else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for store in journal.stores() {
            all.extend(self.open_in(store)?);
        }
        Ok(all)
    }

    fn open_in(&self, store: &dyn Store) -> Result<Vec<OpenTransaction>> {
        let now = self.world().owner();
        let found = store.open().map_err(|error| journal_error(store, &error))?;
        Ok(found.filter_map(|found| self.describe(&found, store, &now)).collect())
    }

    fn waiting_in(&self, store: &dyn Store) -> Result<Vec<OpenTransaction>> {
        let mut open = self.open_in(store)?;
        open.retain(|open| open.state.is_open());
        Ok(open)
    }

    /// How many are open, as far as that can be read.
    fn count_waiting(&self) -> usize {
        let stores = self.journal().into_iter().flat_map(Journal::stores);
        stores.filter_map(|store| self.waiting_in(store).ok()).map(|open| open.len()).sum()
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
        let ForPerson { found, store, right: _right } = self.find_for_person(tx_id)?;
        let closed = claim(tx_id, store, found)?.settle(&Mark::Closed { reason: reason.to_owned() });
        closed.map_err(|error| journal_error(store, &error))?;
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
        let ForPerson { found, store, right: _right } = self.find_for_person(tx_id)?;
        let (payment, _) = self.undoable(&found)?;
        let entry = claim(tx_id, store, found)?;
        Ok(self.undo_in(Some(entry), &payment, reason.into()).1)
    }

    /// Shows what [`Client::undo_open`] would send. Nothing is sent, and the transaction stays as it is.
    ///
    /// # Errors
    /// As there.
    pub fn rehearse_undo_open(&self, tx_id: &str, reason: &str) -> Result<Rehearsal> {
        let found = self.find_for_person(tx_id)?;
        let (payment, url) = self.undoable(&found.found)?;
        self.rehearsal(url, self.rollback_request(&payment, reason.into())?.texts())
    }

    /// The payment of an open transaction and its gateway.
    fn undoable(&self, found: &Found<'_>) -> Result<(Payment, &Address)> {
        let Some(record) = &found.record else {
            return Err(Error::new(Code::BAD_VALUE, "its LGD_TXID is damaged: close it with a reason"));
        };
        let url = self.gateway_of(record)?;
        Ok((Payment::from_record(record), url))
    }

    /// Logs how many transactions wait for recovery or for the merchant.
    pub(crate) fn warn_of_open(&self) {
        // Not those of a database: nothing connects to it before a payment.
        let Some(files) = self.journal().and_then(|journal| journal.files()) else { return };
        let message = match self.waiting_in(files) {
            Ok(open) if open.is_empty() => return,
            Ok(open) => format!(
                "{0} open in the journal: run `xpay recover`. / 저널에 미결 거래가 {0}건 있습니다. `xpay recover`를 실행하십시오.",
                open.len()
            ),
            Err(error) => error.to_string(),
        };
        self.log().write(Level::Warn, "", message);
    }

    /// Finds a transaction for a person's decision, under the recovery lock: no recovery may act on it at the same
    /// moment.
    fn find_for_person(&self, tx_id: &str) -> Result<ForPerson<'_>> {
        let mut elsewhere = false;
        for store in self.journal().into_iter().flat_map(Journal::stores) {
            let cannot = |error: io::Error| journal_error(store, &error);
            let Some(right) = store.recovering().map_err(cannot)? else {
                elsewhere = true;
                continue;
            };
            let found = store.find(tx_id).map_err(cannot)?;
            // A Rollback that is only to be repeated needs no decision.
            let found = found.filter(|found| {
                !matches!(found.state, RecordState::RolledBack { .. } | RecordState::Settled)
                    && matches!(found.condition, Condition::Free(_))
            });
            if let Some(found) = found {
                return Ok(ForPerson { found, store, right });
            }
        }
        let busy = "cannot be settled while another process recovers: try again once that is done";
        Err(if elsewhere { wrong(tx_id, busy) } else { not_open(tx_id) })
    }

    /// Describes a transaction. `None`: it is settled. An unreadable file does not keep recovery from the others.
    pub(super) fn describe(
        &self,
        found: &Found<'_>,
        store: &dyn Store,
        now: &Owner,
    ) -> Option<OpenTransaction> {
        let record = found.record.as_ref();
        let state = match &found.condition {
            // Whoever works on it only repeats what is confirmed, or waits to.
            Condition::Running(_) if matches!(found.state, RecordState::RolledBack { .. }) => {
                State::RolledBack
            }
            Condition::Running(_) => State::Running,
            Condition::Unreadable(_) => State::Damaged,
            Condition::Free(_) | Condition::Refused(_) => reported_state(&found.state, record, now)?,
        };
        let error = match &found.condition {
            Condition::Refused(error) | Condition::Unreadable(error) => Some(journal_error(store, error)),
            _ => None,
        };
        Some(OpenTransaction { error, ..OpenTransaction::new(record, state, &found.name) })
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
        let record = entry.record().ok_or_else(|| Error::internal("a transaction without a record"))?;
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
}

/// A transaction that a person decides about, under the right to recover.
struct ForPerson<'a> {
    found: Found<'a>,
    store: &'a dyn Store,
    right: Box<dyn Send>,
}

fn claim(tx_id: &str, store: &dyn Store, found: Found<'_>) -> Result<Entry> {
    let claimed = found.claim().map_err(|error| journal_error(store, &error))?;
    claimed.ok_or_else(|| not_open(tx_id))
}

fn wrong(tx_id: &str, detail: &str) -> Error {
    Error::new(Code::BAD_VALUE, format!("[{tx_id}] {detail}"))
}

fn not_open(tx_id: &str) -> Error {
    wrong(tx_id, "is not open in the journal, or its process is still running")
}

pub(super) fn journal_error(store: &dyn Store, error: &io::Error) -> Error {
    let failed = Error::new(Code::JOURNAL, format!("{} cannot be used: {error}", store.place()));
    store.remedy().map_or(failed.clone(), |remedy| failed.with_remedy(remedy))
}

/// Errors after which no other Rollback can reach the same gateway either.
const UNREACHABLE: [Code; 4] = [Code::RESOLVE_HOST, Code::RESOLVE_PROXY, Code::CONNECT, Code::SSL];
