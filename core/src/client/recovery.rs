//! Recovery: what dead processes left in doubt is rolled back, what needs a merchant's eye is shown.

use std::fmt;
use std::io;

use time::Duration;

use crate::client::Client;
use crate::client::outcome::{Outcome, RollbackResult};
use crate::client::sending::{LIFETIME, Payment};
use crate::config::platform::Platform;
use crate::error::code::Code;
use crate::error::{Error, Result};
use crate::journal::record::{Mark, Record, Stand};
use crate::journal::{Busy, Entry, Found};
use crate::log::Level;
use crate::net::address::Address;
use crate::os::owner::Owner;
use crate::protocol::effect::Effect;
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

/// A transaction in the journal that is not settled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpenTransaction {
    /// LGD_TXID; empty where damage has taken it.
    pub tx_id: String,
    /// LGD_MID.
    pub mid: String,
    /// LGD_TXNAME; `Rollback` where the shop wished to undo an approval.
    pub txname: String,
    /// Where it was sent.
    pub platform: Platform,
    /// When it began, Korean time, `yyyyMMddHHmmss`.
    pub at: String,
    /// LGD_OID; empty where the journal does not know it, as for LGD_TID and the amount.
    pub oid: String,
    /// LGD_TID.
    pub tid: String,
    /// LGD_AMOUNT, or LGD_CANCELAMOUNT of a partial cancel, in won.
    pub amount: String,
    /// How it stands.
    pub state: State,
    /// The file of the journal that holds it.
    pub file: String,
    /// Why the last [`Client::recover`] could not settle it.
    pub error: Option<Error>,
}

/// How a transaction in the journal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Its process is at it now.
    Running,
    /// Its process died before it had an answer. To be rolled back.
    Abandoned,
    /// Its process was told that it is in doubt, or wished to undo it. To be rolled back.
    InDoubt,
    /// What gives money back or issues a receipt, of which nobody knows whether it was done. It is never rolled back by
    /// itself, for the shop may have asked again and have been answered: whoever is responsible asks again, then closes it.
    AskAgain,
    /// Rolled back: the gateway confirmed that at a time when the request might still have been on its way, so it is asked for
    /// once more. Nobody has to do anything.
    RolledBack,
    /// Approved, and nobody knows whether the shop took note: its process died in the step after the approval, or the
    /// machine just after it. The merchant looks whether there is an order; nothing is done by itself.
    Unconfirmed,
    /// The gateway refused to roll it back, with this code and message. It is asked again for a week, less and less often;
    /// the merchant has to look it up.
    Refused {
        /// LGD_RESPCODE.
        code: String,
        /// LGD_RESPMSG.
        message: String,
    },
    /// A line of the journal was damaged after it was written, or its file cannot be read. The merchant has to look it up.
    Damaged,
}

impl State {
    /// Whether it waits for recovery or for a person.
    pub fn is_open(&self) -> bool {
        !matches!(self, State::Running | State::RolledBack)
    }

    /// Whether [`Client::recover`] settles it by itself whenever it is called.
    pub fn is_recoverable(&self) -> bool {
        matches!(self, State::Abandoned | State::InDoubt)
    }

    /// Its name in programs: `running`, `abandoned`, `in doubt`, `ask again`, `rolled back`, `unconfirmed`, `refused`,
    /// `damaged`.
    pub fn name(&self) -> &'static str {
        match self {
            State::Running => "running",
            State::Abandoned => "abandoned",
            State::InDoubt => "in doubt",
            State::AskAgain => "ask again",
            State::RolledBack => "rolled back",
            State::Unconfirmed => "unconfirmed",
            State::Refused { .. } => "refused",
            State::Damaged => "damaged",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Refused { code, message } => write!(f, "refused: {code} {message}"),
            other => f.write_str(other.name()),
        }
    }
}

/// Whether a refused Rollback is worth another try: a gateway may refuse to undo what it is still doing. The time it has
/// been open doubles from try to try, and after a week it is left to the merchant.
fn is_due(begun: &str, refused: &str, now: &str) -> bool {
    let (Some(open), Some(since)) = (dates::between(begun, refused), dates::between(refused, now)) else {
        return false;
    };
    let waited = open.max(Duration::MINUTE);
    waited < Duration::WEEK && since >= waited
}

/// The table of what a transaction's last mark means once its process is not at it. `None`: it is settled.
///
/// An approval that was not handed over is undone like one that was never read, since nobody was told of it. But that
/// nothing says it was handed over proves it only while the machine runs on: the mark is not synced.
fn state(stand: &Stand, record: Option<&Record>, now: &Owner) -> Option<State> {
    let is_recoverable = record.is_none_or(|record| Effect::of(&record.txname).is_recoverable());
    let same_boot = record.is_some_and(|record| record.owner.same_boot(now));
    Some(match stand {
        Stand::Settled => return None,
        Stand::RolledBack { .. } => State::RolledBack,
        Stand::Approved { held: true } => State::Unconfirmed,
        Stand::Approved { held: false } if !same_boot => State::Unconfirmed,
        Stand::Begun | Stand::Doubt { .. } | Stand::Approved { .. } | Stand::Refused { .. }
            if !is_recoverable =>
        {
            State::AskAgain
        }
        Stand::Begun | Stand::Approved { .. } => State::Abandoned,
        Stand::Doubt { .. } => State::InDoubt,
        Stand::Refused { code, message, .. } => {
            State::Refused { code: code.clone(), message: message.clone() }
        }
        Stand::Damaged => State::Damaged,
    })
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
            return Err(Error::new(Code::BAD_VALUE, "damage has taken its LGD_TXID: close it with a reason"));
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
        let unknown = || wrong("is not open in the journal, or its process is at it".into());
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
        let (_, outcome) = self.undo_in(Some(entry), &payment, "Recovery".into());
        open.error = outcome.error().cloned();
        match RollbackResult::of(&outcome) {
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

impl OpenTransaction {
    fn new(record: Option<&Record>, state: State, file: &str) -> OpenTransaction {
        let text = |pick: fn(&Record) -> &String| record.map(pick).cloned().unwrap_or_default();
        OpenTransaction {
            tx_id: text(|record| &record.tx_id),
            mid: text(|record| &record.mid),
            txname: text(|record| &record.txname),
            platform: record.map_or(Platform::Service, |record| record.platform),
            at: text(|record| &record.at),
            oid: text(|record| &record.oid),
            tid: text(|record| &record.tid),
            amount: text(|record| &record.amount),
            state,
            file: file.to_owned(),
            error: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_rollback_is_asked_again_less_and_less_often() {
        let noon = "20261123120000";
        for (refused, now, due) in [
            ("20261123120001", "20261123120100", false),
            ("20261123120001", "20261123120101", true),
            ("20261123121000", "20261123121959", false),
            ("20261123121000", "20261123122000", true),
            ("20261129120000", "20261205120000", true),
            ("20261130120000", "20261230120000", false),
            // A clock that was set back.
            ("20261123121000", "20261123110000", false),
            ("20261123110000", "20261123110100", true),
        ] {
            assert_eq!(is_due(noon, refused, now), due, "{refused} {now}");
        }
    }

    fn record(txname: &str, owner: &Owner) -> Record {
        let none = String::new;
        Record {
            at: none(),
            tx_id: none(),
            mid: none(),
            txname: txname.into(),
            platform: Platform::Test,
            url: none(),
            hash_type: none(),
            oid: none(),
            tid: none(),
            amount: none(),
            owner: owner.clone(),
        }
    }

    /// What gives money back may have been asked again meanwhile, and have been answered as done.
    #[test]
    fn a_refund_is_never_undone_by_itself() {
        let owner = Owner::new("boot", 1);
        let refused = Stand::Refused { code: "9999".into(), message: String::new(), at: String::new() };
        let doubt = Stand::Doubt { code: "20009".into() };
        for stand in [Stand::Begun, doubt, refused, Stand::Approved { held: false }] {
            for txname in ["Cancel", "PartialCancel", "Settlement", "CashReceipt"] {
                let state = state(&stand, Some(&record(txname, &owner)), &owner);
                assert_eq!(state, Some(State::AskAgain), "{txname} {stand:?}");
            }
            for txname in ["PaymentByKey", "CyberAccount", "SomethingNew", Record::WISH] {
                let state = state(&stand, Some(&record(txname, &owner)), &owner);
                assert_ne!(state, Some(State::AskAgain), "{txname} {stand:?}");
            }
        }
    }

    /// That an approval was not handed over is known only while the machine runs on.
    #[test]
    fn an_approval_nobody_was_told_of_is_undone_only_where_that_is_certain() {
        let (owner, rebooted) = (Owner::new("boot", 1), Owner::new("another boot", 2));
        let approved = |held| Stand::Approved { held };
        let state = |stand, owner: Option<&Owner>, now| {
            let record = owner.map(|owner| record("PaymentByKey", owner));
            super::state(&stand, record.as_ref(), now)
        };
        assert_eq!(state(approved(false), Some(&owner), &owner), Some(State::Abandoned));
        assert_eq!(state(approved(false), Some(&owner), &rebooted), Some(State::Unconfirmed));
        assert_eq!(state(approved(false), None, &owner), Some(State::Unconfirmed));
        assert_eq!(state(approved(true), Some(&owner), &owner), Some(State::Unconfirmed));
        let unknown = Owner::new("", 1);
        assert_eq!(state(approved(false), Some(&unknown), &unknown), Some(State::Unconfirmed));
        assert_eq!(state(Stand::Settled, Some(&owner), &owner), None);
    }
}
