//! The result of Cancel and PartialCancel. The meaning of its codes depends on the payment method.

use crate::protocol::answer::Answer;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::tables::{self, RefundCode, RefundState};

/// Whether the payment is refunded. Every answer can be read as this, including a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CancelResult {
    /// LGD_RESPCODE.
    pub code: String,
    /// The state of the refund, by the code.
    pub state: CancelState,
    /// Whether the protocol counts the code as a completed cancellation for this payment method.
    ///
    /// Some of these codes are still in progress. The refund in progress of a virtual account is not among them.
    pub counts_as_done: bool,
    /// The meaning of the code, for refunds by a bank: bank transfers and virtual accounts.
    pub refund: Option<&'static RefundCode>,
    /// LGD_TID, if the answer has it.
    pub tid: Option<String>,
}

/// The state of a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelState {
    /// Cancelled, now or before.
    Done,
    /// The gateway completes it later. Sending the request again shows the progress.
    InProgress,
    /// Not cancelled. Sending the request again can succeed.
    Retry,
    /// Not cancelled.
    Refused,
}

impl CancelResult {
    /// Reads the answer to the cancellation of a payment by `means`.
    pub fn read(answer: &Answer, means: &PaymentMethod) -> CancelResult {
        let code = answer.code();
        let by_bank = matches!(means, PaymentMethod::BankTransfer | PaymentMethod::VirtualAccount);
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

/// The refund's state is more precise than `counts_as_done`, except that it cannot make a cancellation done.
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
    fn the_meaning_of_a_code_depends_on_the_payment_method() {
        use CancelState::{Done, InProgress, Refused, Retry};
        let cases = [
            (PaymentMethod::Card, "0000", Done, true),
            (PaymentMethod::Card, "AV11", Done, true),
            (PaymentMethod::Card, "RF00", Refused, false),
            (PaymentMethod::Card, "RF09", Refused, false),
            (PaymentMethod::BankTransfer, "0000", Done, true),
            (PaymentMethod::BankTransfer, "RF00", Done, true),
            (PaymentMethod::BankTransfer, "RF09", InProgress, true),
            (PaymentMethod::BankTransfer, "RF10", InProgress, true),
            (PaymentMethod::BankTransfer, "RF15", InProgress, true),
            (PaymentMethod::BankTransfer, "RF19", InProgress, true),
            (PaymentMethod::BankTransfer, "RF23", InProgress, true),
            (PaymentMethod::BankTransfer, "RF25", InProgress, true),
            (PaymentMethod::BankTransfer, "RF02", Retry, false),
            (PaymentMethod::BankTransfer, "RF21", Refused, false),
            (PaymentMethod::BankTransfer, "AV11", Refused, false),
            (PaymentMethod::VirtualAccount, "0000", Done, true),
            (PaymentMethod::VirtualAccount, "RF25", InProgress, false),
            (PaymentMethod::VirtualAccount, "RF26", Retry, false),
            (PaymentMethod::VirtualAccount, "RF24", Refused, false),
            (PaymentMethod::MobilePhone, "0000", Done, true),
            (PaymentMethod::MobilePhone, "AV11", Refused, false),
            (PaymentMethod::Other("SC0999".into()), "0000", Done, true),
        ];
        for (means, code, state, counts) in cases {
            let read = CancelResult::read(&answer(code, &[("LGD_TID", "T1")]), &means);
            assert_eq!((read.state, read.counts_as_done), (state, counts), "{means:?} {code}");
            assert_eq!((read.code.as_str(), read.tid.as_deref()), (code, Some("T1")));
        }
        let read = CancelResult::read(&answer("RF02", &[]), &PaymentMethod::BankTransfer);
        assert!(read.refund.unwrap().meaning_ko.contains("재요청"));
        assert_eq!(read.tid, None);
    }
}
