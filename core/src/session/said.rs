//! Code, message and detail of the last call: the message is for the buyer, the detail for the operator.

use std::borrow::Cow;

use super::Session;
use crate::client::outcome::Outcome;
use crate::error::for_buyer::DO_NOT_PAY_AGAIN;
use crate::error::{Code, Error, ErrorKind, Remedy};
use crate::log::Level;
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;
use crate::protocol::tables;

/// After a payment that the gateway calls a repetition. The payment key may be that of another order, so the code alone pays
/// no order.
static PAID_BEFORE: Remedy = Remedy {
    en: "An earlier request may have taken this payment. Run `xpay recover`, then look the payment up in the merchant admin. \
         Mark the order as paid only if an approval with its LGD_OID and amount is there; do not charge again",
    ko: "앞선 요청으로 결제되었을 수 있습니다. `xpay recover`를 실행한 뒤 상점관리자에서 거래를 확인하십시오. 이 주문번호(LGD_OID)와 금액의 \
         승인이 있을 때만 결제 완료로 처리하고, 다시 결제하지 마십시오",
};

impl Session {
    /// LGD_RESPCODE, or the code of the error.
    pub fn response_code(&self) -> &str {
        &self.code
    }

    /// The number of the error whose code [`Session::response_code`] returns, 30000 for every HTTP status; 0 if the code is an
    /// answer's, or nothing failed yet.
    pub fn error_number(&self) -> u32 {
        self.error.map_or(0, |(code, _)| code.info().code.number())
    }

    /// The kind of that error; `None` where there is none.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error.map(|(_, kind)| kind)
    }

    /// [`Session::response_msg`] as text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// LGD_RESPMSG, or a sentence for the buyer with the vendor's words for the error, in the output encoding. After a payment
    /// that the gateway calls a repetition, LGD_RESPMSG and that the buyer must not pay again.
    pub fn response_msg(&self) -> Cow<'_, [u8]> {
        self.output(&self.message)
    }

    /// [`Session::response_detail`] as text.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// For the operator, never for a buyer: LGD_RESPMSG and what is known of its code, or the error and its remedy, in
    /// the output encoding.
    pub fn response_detail(&self) -> Cow<'_, [u8]> {
        self.output(&self.detail)
    }

    /// Sets code and message from an error of no request, for a binding that detected a misuse itself, and logs it.
    /// Always `false`.
    pub fn fail(&mut self, error: Error) -> bool {
        let error = self.explained(error);
        self.log_error(&error);
        let message = error.for_buyer(self.payment_may_stand());
        self.record_error(&error, message)
    }

    /// A MertKey is also missing because nothing was read.
    pub(super) fn explained(&self, error: Error) -> Error {
        match (&self.init_error, error.code()) {
            (Some(unread), Code::NO_MID) => error.after(unread),
            _ => error,
        }
    }

    pub(super) fn log_error(&mut self, error: &Error) {
        self.log(error.to_string().as_bytes(), Level::Error);
    }

    pub(super) fn record_error(&mut self, error: &Error, message: String) -> bool {
        self.record(error.code().to_string(), message);
        self.detail = error.message();
        self.error = Some((error.code(), error.kind()));
        false
    }

    /// Records the outcome of a request with this effect. The client has logged its error.
    pub(super) fn record_outcome(&mut self, outcome: Outcome, effect: Effect) -> bool {
        if let Some(error) = outcome.error() {
            let message = outcome.for_buyer(effect, self.earlier_may_stand()).unwrap_or_default();
            self.record_error(error, message);
        }
        if let Some(answer) = outcome.answer() {
            self.record_answer(answer);
            if effect == Effect::Pays && answer.is_repeated() {
                self.message = format!("{}. {DO_NOT_PAY_AGAIN}", answer.message().trim_end_matches('.'));
                self.detail = format!("{}. {}. / {}.", self.detail, PAID_BEFORE.en, PAID_BEFORE.ko);
            }
        }
        self.outcome = Some(outcome);
        self.outcome_superseded = false;
        self.answer().is_some()
    }

    pub(super) fn record_answer(&mut self, answer: &Answer) {
        self.record(answer.code().to_owned(), answer.message().to_owned());
        let refund = tables::refund_code(answer.code()).map(|known| known.meaning_ko.to_owned());
        let seen = || {
            let known = tables::seen_code(answer.code())?;
            Some(format!("{} / {}", known.meaning_en, known.meaning_ko))
        };
        if let Some(meaning) = refund.or_else(seen).filter(|_| !answer.is_success()) {
            self.detail = format!("{} ({meaning})", answer.message());
        }
    }

    /// Sets code and message that are not a failure's.
    pub(super) fn record(&mut self, code: String, message: String) {
        self.code = code;
        self.detail.clone_from(&message);
        self.message = message;
        self.error = None;
    }
}
