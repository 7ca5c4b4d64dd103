//! Code, message and detail of the last call: the message is for the buyer, the detail for the operator.

use std::borrow::Cow;

use super::Session;
use crate::client::outcome::Outcome;
use crate::error::{Error, ErrorKind};
use crate::log::Level;
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;
use crate::protocol::tables;

impl Session {
    /// LGD_RESPCODE, or the code of the error.
    pub fn response_code(&self) -> &str {
        &self.code
    }

    /// The kind of the error whose code [`Session::response_code`] returns; `None` if the code is an answer's, or nothing failed yet.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error_kind
    }

    /// [`Session::response_msg`] as text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// LGD_RESPMSG, or a sentence for the buyer with the vendor's words for the error, in the output encoding.
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
        self.log_error(&error);
        let message = error.for_buyer(self.payment_may_stand());
        self.record_error(&error, message)
    }

    pub(super) fn log_error(&mut self, error: &Error) {
        self.log(error.to_string().as_bytes(), Level::Error);
    }

    pub(super) fn record_error(&mut self, error: &Error, message: String) -> bool {
        self.record(error.code().to_string(), message);
        self.detail = error.message();
        self.error_kind = Some(error.kind());
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
        }
        self.outcome = Some(outcome);
        self.outcome_superseded = false;
        self.answer().is_some()
    }

    pub(super) fn record_answer(&mut self, answer: &Answer) {
        self.record(answer.code().to_owned(), answer.message().to_owned());
        if let Some(known) = tables::refund_code(answer.code()).filter(|_| !answer.is_success()) {
            self.detail = format!("{} ({})", answer.message(), known.meaning_ko);
        }
    }

    /// Sets code and message that are not a failure's.
    pub(super) fn record(&mut self, code: String, message: String) {
        self.code = code;
        self.detail.clone_from(&message);
        self.message = message;
        self.error_kind = None;
    }
}
