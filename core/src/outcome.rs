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

/// LGD_RB_REASON for a request that left and got no well-formed answer.
///
/// `Timeout`, `HTTP 5xx` and `JSON decode fail` are the vendor's; the vendor leaves the other cases to the merchant, we do not.
pub(crate) fn rollback_reason(code: Code) -> String {
    match (code, code.http_status()) {
        (Code::TIMEDOUT, _) => "Timeout".to_owned(),
        (Code::JSON, _) => "JSON decode fail".to_owned(),
        (_, Some(status)) => format!("HTTP {status}"),
        (Code::SEND, _) => "Send error".to_owned(),
        (Code::RECV, _) => "Recv error".to_owned(),
        _ => "Transport error".to_owned(),
    }
}

/// The outcome of a request that left and got no well-formed answer, by what became of its Rollback (`None`: not allowed).
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
