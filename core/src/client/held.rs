//! The shop's own step after an approval: what was approved and could not be booked is rolled back.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::client::Client;
use crate::client::outcome::{Outcome, settle};
use crate::client::payment::Payment;
use crate::error::{Code, Error};
use crate::journal::Entry;
use crate::log::Level;
use crate::protocol::answer::Answer;
use crate::protocol::rollback_reason;

/// How [`crate::Transaction::guard`] ended.
#[must_use = "a payment's outcome decides whether the order is paid"]
#[derive(Debug)]
pub enum Guarded<T, E> {
    /// Approved, and the shop's step is done.
    Done(Answer, T),
    /// The gateway answered with another code than `0000`; the step was not run.
    Declined(Answer),
    /// Approved, but the shop's step failed with this error. The outcome is rolled back, or in doubt when no Rollback was
    /// confirmed; then the journal holds it.
    Undone(Outcome, E),
    /// No answer, no step: not sent, rolled back, or in doubt.
    Unanswered(Outcome),
}

/// A sent request whose approval waits for the shop's own step, or for its caller to take it.
///
/// Dropped before either [`Held::confirm`] or [`Held::undo`], an approval stands. From [`crate::Transaction::hold`] the
/// journal shows it to the merchant as unconfirmed, from [`crate::Transaction::hand_over`] recovery rolls it back.
#[must_use = "an approval has to be confirmed or undone"]
#[derive(Debug)]
pub struct Held {
    client: Client,
    payment: Payment,
    outcome: Outcome,
    entry: Option<Entry>,
    /// Whether the shop has a step of its own to do, which the journal says as well.
    for_step: bool,
}

impl Held {
    pub(crate) fn new(
        client: Client,
        payment: Payment,
        outcome: Outcome,
        entry: Option<Entry>,
        for_step: bool,
    ) -> Held {
        Held { client, payment, outcome, entry, for_step }
    }

    /// LGD_TXID of what was sent.
    pub fn tx_id(&self) -> &str {
        &self.payment.tx_id
    }

    /// The caller is told now, and has a step of its own to do: an approval that nobody confirms or undoes is shown as
    /// unconfirmed from here on, while before this recovery rolled it back. `Err`: that cannot be written, so it is undone.
    pub(crate) fn for_step(mut self) -> Result<Held, Outcome> {
        self.for_step = true;
        let Some(mut entry) = self.entry.take() else { return Ok(self) };
        match entry.hold() {
            Ok(()) => Ok(Held { entry: Some(entry), ..self }),
            Err(cause) => Err(self.client.disown(entry, &self.payment, &cause)),
        }
    }

    /// Its place in the journal, for whoever undoes it otherwise.
    pub(crate) fn into_entry(self) -> Option<Entry> {
        self.entry
    }

    /// What the gateway said.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Whether the gateway answered `0000`, so that there is something to confirm or undo.
    pub fn is_approved(&self) -> bool {
        self.outcome.answer().is_some_and(Answer::is_success)
    }

    /// The shop's step is done, or there was none to do: the caller has the answer. Its outcome from now on; an approval
    /// that recovery would undo, because that it was taken cannot be written, is undone here.
    pub fn confirm(mut self) -> Outcome {
        let Some(mut entry) = self.entry.take() else { return self.outcome };
        match entry.deliver() {
            Err(cause) if !self.for_step => self.client.disown(entry, &self.payment, &cause),
            written => {
                // Unconfirmed at worst, which undoes nothing.
                self.client.warn_unless(written, &self.payment.tx_id);
                self.outcome
            }
        }
    }

    /// The shop's step failed: an approval is rolled back. What was no approval stays what it was.
    pub fn undo(self, reason: &str) -> Outcome {
        self.take_back(Code::SHOP_STEP, reason)
    }

    /// Its caller is gone and will never know of it: an approval is rolled back. What was no approval stays what it was.
    pub fn abandon(self) -> Outcome {
        self.take_back(Code::INTERRUPTED, rollback_reason::INTERRUPTED)
    }

    fn take_back(mut self, code: Code, reason: &str) -> Outcome {
        if !self.is_approved() {
            return self.outcome;
        }
        let kept = self.entry.is_some();
        let (_, rollback) = self.client.undo(self.entry.take(), &self.payment, reason.into());
        // A shop's own reason may be its whole failed statement.
        let then = if rollback_reason::is_ours(reason) { reason } else { rollback_reason::STEP_FAILED };
        let error = Error::new(code, format!("{}, then: {then}", self.payment.effect.info().done));
        let outcome = settle(error, &self.payment, Some(rollback.as_rollback()), kept);
        if let Some(error) = outcome.error() {
            self.client.log().write(Level::Error, &self.payment.tx_id, error);
        }
        outcome
    }

    /// Runs `step` if there is an approval; see [`crate::Transaction::guard`].
    pub(crate) fn guard<T, E>(self, step: impl FnOnce(&Answer) -> Result<T, E>) -> Guarded<T, E> {
        let answer = match &self.outcome {
            Outcome::Answered(answer) if answer.is_success() => answer.clone(),
            Outcome::Answered(answer) => return Guarded::Declined(answer.clone()),
            _ => return Guarded::Unanswered(self.confirm()),
        };
        match catch_unwind(AssertUnwindSafe(|| step(&answer))) {
            Ok(Ok(done)) => {
                // The answer is known already.
                let _ = self.confirm();
                Guarded::Done(answer, done)
            }
            Ok(Err(error)) => Guarded::Undone(self.undo(rollback_reason::STEP_FAILED), error),
            Err(panic) => {
                // It is told in the log; whoever panicked is told by the panic.
                let _ = self.undo(rollback_reason::STEP_FAILED);
                resume_unwind(panic)
            }
        }
    }
}
