//! A transaction that the journal does not hold as settled: how it stands, and what its last mark means.

use std::fmt;

use time::Duration;

use crate::config::Platform;
use crate::error::Error;
use crate::journal::record::{Record, Stand};
use crate::os::owner::Owner;
use crate::protocol::effect::Effect;
use crate::text::dates;

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
    /// Why the last [`crate::Client::recover`] could not settle it.
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

    /// Whether [`crate::Client::recover`] settles it by itself whenever it is called.
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
}

/// Whether a refused Rollback is worth another try: a gateway may refuse to undo what it is still doing. The time it has
/// been open doubles from try to try, and after a week it is left to the merchant.
pub(super) fn is_due(begun: &str, refused: &str, now: &str) -> bool {
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
pub(super) fn state(stand: &Stand, record: Option<&Record>, now: &Owner) -> Option<State> {
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
