//! The outcome of a request, and the one table of what follows a missing answer.

use crate::client::payment::Payment;
use crate::error::{Code, Error, RollbackResult};
use crate::protocol::answer::Answer;
use crate::protocol::effect::{Effect, ForBuyer};
use crate::protocol::rollback_reason;

/// The four possible results of sending a request.
///
/// Only `Answered` can mean an approved payment that stands. `InDoubt` means that nobody knows yet. There will never be a
/// fifth, so a `match` can handle them all.
#[must_use = "a payment's outcome decides whether the order is paid"]
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A well-formed answer arrived, an approval or a decline. Its code tells which.
    Answered(Answer),
    /// It failed before the first byte of the request could leave. No money moved.
    NotSent(Error),
    /// The request may have arrived and no well-formed answer came. The gateway confirmed the Rollback. No money
    /// moved.
    RolledBack(Error),
    /// The request may have arrived and no well-formed answer came. The Rollback was switched off, refused or
    /// unanswered. Money may have moved. Unless the journal is off, it holds the transaction for
    /// [`crate::Client::recover`].
    InDoubt(Error),
}

/// The name of each [`Outcome`] in what programs read, at its number in C; 0 means that nothing was sent.
pub const OUTCOMES: [&str; 5] = ["none", "answered", "not_sent", "rolled_back", "in_doubt"];

impl Outcome {
    /// The number of [`Outcome::Answered`], for a caller that has no [`Answer`] at hand.
    pub const ANSWERED: u8 = 1;
    /// The number of [`Outcome::NotSent`].
    pub const NOT_SENT: u8 = 2;
    /// The number of [`Outcome::InDoubt`].
    pub const IN_DOUBT: u8 = 4;

    /// Its place in [`OUTCOMES`].
    pub const fn number(&self) -> u8 {
        match self {
            Outcome::Answered(_) => Outcome::ANSWERED,
            Outcome::NotSent(_) => Outcome::NOT_SENT,
            Outcome::RolledBack(_) => 3,
            Outcome::InDoubt(_) => Outcome::IN_DOUBT,
        }
    }

    /// The answer, if there is one.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// Why there is no answer.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Outcome::Answered(_) => None,
            Outcome::NotSent(error) | Outcome::RolledBack(error) | Outcome::InDoubt(error) => Some(error),
        }
    }

    /// What a buyer reads of a request with this effect that got no answer. `earlier_may_stand`: the same payment was
    /// requested before, and that may have succeeded.
    pub(crate) fn for_buyer(&self, effect: Effect, earlier_may_stand: bool) -> Option<String> {
        let error = self.error()?;
        let ForBuyer { undone, then, unknown } = &effect.info().buyer;
        let sentence = match self {
            Outcome::NotSent(_) if !earlier_may_stand => format!("{undone}. {}", error.what_buyers_can_do()),
            Outcome::RolledBack(_) if !earlier_may_stand => format!("{undone}. {then}"),
            _ => (*unknown).to_owned(),
        };
        Some(error.in_words_for_buyer(&sentence))
    }

    /// Reads this as the outcome of a Rollback request: whether the Rollback was confirmed.
    pub(crate) fn as_rollback(&self) -> RollbackResult {
        match self {
            Outcome::Answered(answer) if answer.is_success() => RollbackResult::Confirmed,
            Outcome::Answered(answer) => {
                RollbackResult::Refused { code: answer.code().into(), message: answer.message().into() }
            }
            Outcome::NotSent(error) | Outcome::RolledBack(error) | Outcome::InDoubt(error) => {
                RollbackResult::Unanswered(error.code())
            }
        }
    }
}

/// What follows a request that left and got no well-formed answer, in this order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FollowUp {
    /// A Rollback, with this LGD_RB_REASON.
    pub(crate) rollback: Option<String>,
    /// A Report to aux_url, with this LGD_STATUS.
    pub(crate) report: Option<String>,
}

/// The table. The reasons `Timeout`, `HTTP 5xx` and `JSON decode fail` are the vendor's. The vendor leaves every
/// other failure to the merchant; we do not. `rollback` and `report`: whether the settings and the caller want them.
pub(crate) fn follow_up(code: Code, sent: bool, rollback: bool, report: bool) -> FollowUp {
    let (reason, reported) = match (code, code.http_status()) {
        (_, Some(status)) => (format!("HTTP {status}"), true),
        (Code::JSON, _) => (rollback_reason::JSON.to_owned(), true),
        (Code::TIMEDOUT, _) => (rollback_reason::TIMEOUT.to_owned(), false),
        (Code::SEND, _) => (rollback_reason::SEND.to_owned(), false),
        (Code::RECV, _) => (rollback_reason::RECV.to_owned(), false),
        (Code::INTERRUPTED, _) => (rollback_reason::INTERRUPTED.to_owned(), false),
        _ => (rollback_reason::TRANSPORT.to_owned(), false),
    };
    FollowUp {
        rollback: (sent && rollback).then(|| reason.clone()),
        report: (sent && report && reported).then_some(reason),
    }
}

/// The outcome of a request without a well-formed answer, by the result of its Rollback. `None`: the Rollback got no
/// answer. `recorded`: the journal holds the transaction.
pub(crate) fn outcome_after_rollback(
    error: Error,
    payment: &Payment,
    rollback: Option<RollbackResult>,
    recorded: bool,
) -> Outcome {
    let confirmed = rollback == Some(RollbackResult::Confirmed);
    let info = payment.effect.info();
    let note = match (confirmed, recorded) {
        (true, _) => &info.rolled_back,
        (false, true) => &info.in_doubt,
        (false, false) => info.in_doubt_unrecorded.as_ref().unwrap_or(&info.in_doubt),
    };
    let error = error.with_outcome(note, &payment.tx_id, rollback);
    if confirmed { Outcome::RolledBack(error) } else { Outcome::InDoubt(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_after_sending_is_rolled_back() {
        for (code, reason, reported) in [
            (Code::SEND, "Send error", false),
            (Code::RECV, "Recv error", false),
            (Code::TIMEDOUT, "Timeout", false),
            (Code::TRANSPORT, "Transport error", false),
            (Code::INTERRUPTED, "Interrupted", false),
            (Code::http(302), "HTTP 302", true),
            (Code::http(404), "HTTP 404", true),
            (Code::http(500), "HTTP 500", true),
            (Code::JSON, "JSON decode fail", true),
        ] {
            let report = reported.then(|| reason.to_owned());
            let due = FollowUp { rollback: Some(reason.to_owned()), report };
            assert_eq!(follow_up(code, true, true, true), due, "{code}");
            assert!(rollback_reason::is_library_reason(reason), "{reason}");
        }
    }

    #[test]
    fn nothing_follows_if_nothing_was_sent_or_all_is_switched_off() {
        let nothing = FollowUp { rollback: None, report: None };
        assert_eq!(follow_up(Code::CONNECT, false, true, true), nothing);
        assert_eq!(follow_up(Code::TRANSPORT, false, true, true), nothing);
        assert_eq!(follow_up(Code::http(500), true, false, false), nothing);
    }
}
