//! A transaction that the journal has as open: its state, and how that follows from its last mark.

use std::fmt;

use time::Duration;

use crate::config::Platform;
use crate::error::Error;
use crate::journal::record::{Record, RecordState};
use crate::os::owner::Owner;
use crate::protocol::effect::Effect;
use crate::protocol::fields::won;
use crate::text::dates;

/// A transaction in the journal that is not settled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpenTransaction {
    /// LGD_TXID. Empty if damage made it unreadable.
    pub tx_id: String,
    /// LGD_MID.
    pub mid: String,
    /// LGD_TXNAME. `Rollback` if the record stands for the shop's request to undo an approval.
    pub txname: String,
    /// Where it was sent.
    pub platform: Platform,
    /// When it began, in Korean time as `yyyyMMddHHmmss`.
    pub at: String,
    /// LGD_OID. It is empty if the journal does not know it; so are LGD_TID and the amount.
    pub oid: String,
    /// LGD_TID.
    pub tid: String,
    /// LGD_AMOUNT, or LGD_CANCELAMOUNT of a partial cancellation, as it was sent or answered: see
    /// [`OpenTransaction::won`].
    pub amount: String,
    /// Its state.
    pub state: State,
    /// The journal file that contains it; empty if a database does.
    pub file: String,
    /// Why the last [`crate::Client::recover`] could not settle it.
    pub error: Option<Error>,
}

/// The state of a transaction in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Its process is alive and working on it; in a database, its time for it is not over.
    Running,
    /// Its process died before the caller had an answer. Recovery rolls it back.
    Abandoned,
    /// Its process was told that it is in doubt, or asked to undo it. Recovery rolls it back.
    InDoubt,
    /// A refund or a receipt whose result is unknown. Recovery never rolls it back: the shop may have sent the
    /// request again and got an answer. The merchant sends the request again, then closes this.
    AskAgain,
    /// Rolled back. The gateway confirmed the Rollback while the request might still arrive, so recovery repeats it
    /// once. Nobody has to do anything.
    RolledBack,
    /// Approved, and nobody knows whether the shop recorded it. Its process died in the step after the approval, or
    /// the machine stopped just after it. Recovery does nothing; the merchant checks whether there is an order.
    Unconfirmed,
    /// The gateway refused to roll it back, with this code and message. Recovery repeats the Rollback for a week,
    /// with doubling pauses. The merchant has to look it up.
    Refused {
        /// LGD_RESPCODE.
        code: String,
        /// LGD_RESPMSG.
        message: String,
    },
    /// A line of the journal was damaged after it was written, or the file cannot be read. The merchant has to look
    /// it up.
    Damaged,
}

impl State {
    /// Whether it waits for recovery or for the merchant.
    pub fn is_open(&self) -> bool {
        !matches!(self, State::Running | State::RolledBack)
    }

    /// Whether [`crate::Client::recover`] rolls it back on every call.
    pub fn is_recoverable(&self) -> bool {
        matches!(self, State::Abandoned | State::InDoubt)
    }

    /// Its name in programs: `running`, `abandoned`, `in_doubt`, `ask_again`, `rolled_back`, `unconfirmed`, `refused`,
    /// `damaged`.
    pub fn name(&self) -> &'static str {
        match self {
            State::Running => "running",
            State::Abandoned => "abandoned",
            State::InDoubt => "in_doubt",
            State::AskAgain => "ask_again",
            State::RolledBack => "rolled_back",
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

impl OpenTransaction {
    pub(super) fn new(record: Option<&Record>, state: State, file: &str) -> OpenTransaction {
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

    /// The amount in won. `None` if the journal does not know it, or what the shop sent is no number.
    pub fn won(&self) -> Option<u64> {
        won(&self.amount)
    }
}

/// Whether to repeat a refused Rollback: the gateway may have refused because it was still processing the payment.
/// The time since the start doubles from try to try. After a week it is left to the merchant.
pub(super) fn retry_is_due(begun: &str, refused: &str, now: &str) -> bool {
    let (Some(open), Some(since)) = (dates::between(begun, refused), dates::between(refused, now)) else {
        return false;
    };
    let waited = open.max(Duration::MINUTE);
    waited < Duration::WEEK && since >= waited
}

/// Maps the last mark of a transaction to its state, once its process no longer works on it. `None`: it is settled.
///
/// An undelivered approval is rolled back, since nobody was told of it. But a missing delivery mark proves that only
/// until the machine reboots, where the mark is not synced.
pub(super) fn reported_state(recorded: &RecordState, record: Option<&Record>, now: &Owner) -> Option<State> {
    let is_recoverable = record.is_none_or(|record| Effect::of(&record.txname).is_recoverable());
    let is_all_there = record.is_some_and(|record| record.owner.is_all_there(now));
    Some(match recorded {
        RecordState::Settled => return None,
        RecordState::RolledBack { .. } => State::RolledBack,
        RecordState::Approved { held: true } => State::Unconfirmed,
        RecordState::Approved { held: false } if !is_all_there => State::Unconfirmed,
        RecordState::Begun
        | RecordState::Doubt { .. }
        | RecordState::Approved { .. }
        | RecordState::Refused { .. }
            if !is_recoverable =>
        {
            State::AskAgain
        }
        RecordState::Begun | RecordState::Approved { .. } => State::Abandoned,
        RecordState::Doubt { .. } => State::InDoubt,
        RecordState::Refused { code, message, .. } => {
            State::Refused { code: code.clone(), message: message.clone() }
        }
        RecordState::Damaged => State::Damaged,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_before_a_refused_rollback_is_repeated_doubles() {
        let noon = "20261123120000";
        for (refused, now, due) in [
            ("20261123120001", "20261123120100", false),
            ("20261123120001", "20261123120101", true),
            ("20261123121000", "20261123121959", false),
            ("20261123121000", "20261123122000", true),
            ("20261129120000", "20261205120000", true),
            ("20261130120000", "20261230120000", false),
            // The clock was set back.
            ("20261123121000", "20261123110000", false),
            ("20261123110000", "20261123110100", true),
        ] {
            assert_eq!(retry_is_due(noon, refused, now), due, "{refused} {now}");
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

    /// The shop may have sent the refund again meanwhile and been told that it is done.
    #[test]
    fn recovery_never_rolls_back_a_refund() {
        let owner = Owner::new("boot", 1);
        let refused = RecordState::Refused { code: "9999".into(), message: String::new(), at: String::new() };
        let doubt = RecordState::Doubt { code: "20009".into() };
        for recorded in [RecordState::Begun, doubt, refused, RecordState::Approved { held: false }] {
            for txname in ["Cancel", "PartialCancel", "Settlement", "CashReceipt"] {
                let state = reported_state(&recorded, Some(&record(txname, &owner)), &owner);
                assert_eq!(state, Some(State::AskAgain), "{txname} {recorded:?}");
            }
            for txname in ["PaymentByKey", "CyberAccount", "SomethingNew", Record::UNDO_REQUEST] {
                let state = reported_state(&recorded, Some(&record(txname, &owner)), &owner);
                assert_ne!(state, Some(State::AskAgain), "{txname} {recorded:?}");
            }
        }
    }

    /// The delivery mark is not synced, so its absence proves nothing after a reboot; without a boot's ID it is synced.
    #[test]
    fn an_undelivered_approval_is_rolled_back_only_within_the_same_boot() {
        let (owner, rebooted) = (Owner::new("boot", 1), Owner::new("another boot", 2));
        let approved = |held| RecordState::Approved { held };
        let state = |recorded, owner: Option<&Owner>, now| {
            let record = owner.map(|owner| record("PaymentByKey", owner));
            reported_state(&recorded, record.as_ref(), now)
        };
        assert_eq!(state(approved(false), Some(&owner), &owner), Some(State::Abandoned));
        assert_eq!(state(approved(false), Some(&owner), &rebooted), Some(State::Unconfirmed));
        assert_eq!(state(approved(false), None, &owner), Some(State::Unconfirmed));
        assert_eq!(state(approved(true), Some(&owner), &owner), Some(State::Unconfirmed));
        let unknown = Owner::new("", 1);
        assert_eq!(state(approved(false), Some(&unknown), &unknown), Some(State::Unconfirmed));
        let (synced, later) = (Owner::from_text("unknown//7/0"), Owner::from_text("unknown//8/0"));
        assert_eq!(state(approved(false), Some(&synced), &later), Some(State::Abandoned));
        assert_eq!(state(approved(true), Some(&synced), &synced), Some(State::Unconfirmed));
        assert_eq!(state(RecordState::Settled, Some(&owner), &owner), None);
    }
}
