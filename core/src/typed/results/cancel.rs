//! The result of Cancel and PartialCancel, whose codes depend on the payment method.

use crate::protocol::answer::Answer;
use crate::protocol::means::Means;
use crate::protocol::tables::{self, RefundCode, RefundState};

/// Whether money goes back. Every answer can be read as this, a refusal too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CancelResult {
    /// LGD_RESPCODE.
    pub code: String,
    /// What the code says of the money.
    pub state: CancelState,
    /// Whether the protocol counts it as a cancel that is done, for this payment method.
    ///
    /// Some of these are still in progress; and a virtual account's refund in progress is not among them.
    pub counts_as_done: bool,
    /// What the code means, where a bank refunds: for bank transfers and virtual accounts.
    pub refund: Option<&'static RefundCode>,
    /// LGD_TID, where the answer has it.
    pub tid: Option<String>,
}

/// Where a cancel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelState {
    /// Cancelled, now or before.
    Done,
    /// The gateway finishes it; asking again tells how far it is.
    InProgress,
    /// Not cancelled; asking again can succeed.
    Retry,
    /// Not cancelled.
    Refused,
}

impl CancelResult {
    /// Reads the answer to a cancel of a payment that was made by `means`.
    pub fn read(answer: &Answer, means: &Means) -> CancelResult {
        let code = answer.code();
        let by_bank = matches!(means, Means::BankTransfer | Means::VirtualAccount);
        let refund = tables::refund_code(code).filter(|_| by_bank);
        let counts_as_done = tables::is_cancel_success(means.code(), code);
        CancelResult {
            code: code.to_owned(),
            state: state(counts_as_done, refund.map(|refund| refund.state)),
            counts_as_done,
            refund,
            tid: answer.get("LGD_TID").filter(|tid| !tid.is_empty()).map(str::to_owned),
        }
    }
}

/// A refund's own state says more than whether the cancel counts, except that it cannot make one done.
fn state(counts_as_done: bool, refund: Option<RefundState>) -> CancelState {
    match (counts_as_done, refund) {
        (_, Some(RefundState::InProgress)) => CancelState::InProgress,
        (true, _) => CancelState::Done,
        (false, Some(RefundState::Retry)) => CancelState::Retry,
        (false, _) => CancelState::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::answer;
    use super::*;

    #[test]
    fn each_code_by_the_means_of_payment() {
        use CancelState::{Done, InProgress, Refused, Retry};
        let cases = [
            (Means::Card, "0000", Done, true),
            (Means::Card, "AV11", Done, true),
            (Means::Card, "RF00", Refused, false),
            (Means::Card, "RF09", Refused, false),
            (Means::BankTransfer, "0000", Done, true),
            (Means::BankTransfer, "RF00", Done, true),
            (Means::BankTransfer, "RF09", InProgress, true),
            (Means::BankTransfer, "RF10", InProgress, true),
            (Means::BankTransfer, "RF15", InProgress, true),
            (Means::BankTransfer, "RF19", InProgress, true),
            (Means::BankTransfer, "RF23", InProgress, true),
            (Means::BankTransfer, "RF25", InProgress, true),
            (Means::BankTransfer, "RF02", Retry, false),
            (Means::BankTransfer, "RF21", Refused, false),
            (Means::BankTransfer, "AV11", Refused, false),
            (Means::VirtualAccount, "0000", Done, true),
            (Means::VirtualAccount, "RF25", InProgress, false),
            (Means::VirtualAccount, "RF26", Retry, false),
            (Means::VirtualAccount, "RF24", Refused, false),
            (Means::MobilePhone, "0000", Done, true),
            (Means::MobilePhone, "AV11", Refused, false),
            (Means::Other("SC0999".into()), "0000", Done, true),
        ];
        for (means, code, state, counts) in cases {
            let read = CancelResult::read(&answer(code, &[("LGD_TID", "T1")]), &means);
            assert_eq!((read.state, read.counts_as_done), (state, counts), "{means:?} {code}");
            assert_eq!((read.code.as_str(), read.tid.as_deref()), (code, Some("T1")));
        }
        let read = CancelResult::read(&answer("RF02", &[]), &Means::BankTransfer);
        assert!(read.refund.unwrap().meaning_ko.contains("재요청"));
        assert_eq!(read.tid, None);
    }
}
