//! What became of a request, and the one table that decides what to do about it.

use crate::answer::Answer;
use crate::code::{Code, Remedy};
use crate::error::Error;

/// The four ways in which sending a request ends.
///
/// Only the first can mean an approved payment that is meant to stand. In doubt means that nobody knows yet.
#[must_use = "a payment's outcome decides whether the order is paid"]
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A well-formed answer arrived, approval or decline: look at its code.
    Answered(Answer),
    /// It failed before the first byte of the request could have left. No money moved.
    NotSent(Error),
    /// The request may have arrived and no well-formed answer came; the gateway confirmed the Rollback. No money moved.
    RolledBack(Error),
    /// As above, but the Rollback was switched off, refused or unanswered. Money may have moved.
    InDoubt(Error),
}

impl Outcome {
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
}

/// What follows a request that left and got no well-formed answer, in this order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Aftermath {
    /// A Rollback, with this LGD_RB_REASON.
    pub(crate) rollback: Option<String>,
    /// A Report to aux_url, with this LGD_STATUS.
    pub(crate) report: Option<String>,
}

/// The table. `Timeout`, `HTTP 5xx` and `JSON decode fail` are the vendor's; the vendor leaves every other break to the
/// merchant, we do not. `rollback` and `report`: whether the settings and the caller want them.
pub(crate) fn aftermath(code: Code, sent: bool, rollback: bool, report: bool) -> Aftermath {
    let (reason, reported) = match (code, code.http_status()) {
        (_, Some(status)) => (format!("HTTP {status}"), true),
        (Code::JSON, _) => ("JSON decode fail".to_owned(), true),
        (Code::TIMEDOUT, _) => ("Timeout".to_owned(), false),
        (Code::SEND, _) => ("Send error".to_owned(), false),
        (Code::RECV, _) => ("Recv error".to_owned(), false),
        _ => ("Transport error".to_owned(), false),
    };
    Aftermath {
        rollback: (sent && rollback).then(|| reason.clone()),
        report: (sent && report && reported).then_some(reason),
    }
}

/// The outcome of a request that left and got no well-formed answer, by what became of its Rollback (`None`: there was none).
pub(crate) fn settle(error: Error, tx_id: &str, rollback: Option<Outcome>) -> Outcome {
    match rollback {
        Some(Outcome::Answered(answer)) if answer.is_success() => {
            Outcome::RolledBack(error.with_fate(&NOT_CHARGED, tx_id))
        }
        _ => Outcome::InDoubt(error.with_fate(&MAYBE_CHARGED, tx_id)),
    }
}

static NOT_CHARGED: Remedy = Remedy {
    en: "The gateway confirmed the Rollback: nothing was charged",
    ko: "망취소가 완료되어 결제되지 않았습니다",
};

static MAYBE_CHARGED: Remedy = Remedy {
    en: "No Rollback was confirmed: look this LGD_TXID up in the merchant admin before charging again",
    ko: "망취소가 확인되지 않았습니다. 다시 결제하기 전에 상점관리자에서 LGD_TXID로 거래를 확인하십시오",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_can_follow_a_sent_request_is_rolled_back() {
        for (code, reason, reported) in [
            (Code::SEND, "Send error", false),
            (Code::RECV, "Recv error", false),
            (Code::TIMEDOUT, "Timeout", false),
            (Code::TRANSPORT, "Transport error", false),
            (Code::http(302), "HTTP 302", true),
            (Code::http(404), "HTTP 404", true),
            (Code::http(500), "HTTP 500", true),
            (Code::JSON, "JSON decode fail", true),
        ] {
            let report = reported.then(|| reason.to_owned());
            let due = Aftermath { rollback: Some(reason.to_owned()), report };
            assert_eq!(aftermath(code, true, true, true), due, "{code}");
        }
    }

    #[test]
    fn what_was_not_sent_or_not_wanted_does_not_happen() {
        let nothing = Aftermath { rollback: None, report: None };
        assert_eq!(aftermath(Code::CONNECT, false, true, true), nothing);
        assert_eq!(aftermath(Code::TRANSPORT, false, true, true), nothing);
        assert_eq!(aftermath(Code::http(500), true, false, false), nothing);
    }
}
