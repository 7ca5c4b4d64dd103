//! The shop's own step after an approval. If it fails, the approval is rolled back.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;

use crate::client::Client;
use crate::client::outcome::{Outcome, outcome_after_rollback};
use crate::client::payment::Payment;
use crate::error::{Code, Error};
use crate::journal::Entry;
use crate::log::Level;
use crate::protocol::answer::Answer;
use crate::protocol::rollback_reason;

/// The result of [`crate::Transaction::guard`]. There will never be another one, so a `match` can handle them all.
#[must_use = "a payment's outcome decides whether the order is paid"]
#[derive(Clone, Debug)]
pub enum Guarded<T, E> {
    /// Approved, and the shop's step succeeded.
    Done(Answer, T),
    /// The gateway answered with a code other than `0000`. The step was not run.
    Declined(Answer),
    /// Approved, but the shop's step failed with this error. The outcome is rolled back, or in doubt if no Rollback
    /// was confirmed. In that case the journal holds the transaction.
    Undone(Outcome, E),
    /// No answer, so the step was not run: not sent, rolled back, or in doubt. In doubt too in a process that the step has
    /// forked and that returned from it.
    Unanswered(Outcome),
}

/// A sent request whose approval waits for the shop's own step, or for its caller to receive it.
///
/// If it is dropped before [`Held::confirm`] or [`Held::undo`], an approval stands. After
/// [`crate::Transaction::hold`] the journal shows it to the merchant as unconfirmed. After
/// [`crate::Transaction::hand_over`] recovery rolls it back.
///
/// A process that was forked since has a copy, which ends nothing: to confirm or undo it fails, and the approval stays its
/// parent's.
#[must_use = "an approval has to be confirmed or undone"]
#[derive(Debug)]
pub struct Held {
    client: Client,
    payment: Payment,
    outcome: Outcome,
    entry: Option<Entry>,
    /// Whether the shop has a step of its own to do. The journal records that too.
    for_step: bool,
    /// The process that sent it, and alone may end it.
    pid: u32,
}

impl Held {
    pub(crate) fn new(
        client: Client,
        payment: Payment,
        outcome: Outcome,
        entry: Option<Entry>,
        for_step: bool,
    ) -> Held {
        Held { client, payment, outcome, entry, for_step, pid: process::id() }
    }

    /// LGD_TXID of the request that was sent.
    pub fn tx_id(&self) -> &str {
        &self.payment.tx_id
    }

    /// Starts the shop's step: the caller is told of the approval now. Until here recovery would roll it back. From
    /// here on, an approval that is neither confirmed nor undone is shown as unconfirmed. `Err`: the journal could
    /// not be written, so the approval was rolled back.
    pub(crate) fn start_step(mut self) -> Result<Held, Outcome> {
        self.for_step = true;
        let Some(mut entry) = self.entry.take() else { return Ok(self) };
        match entry.mark_held() {
            Ok(()) => Ok(Held { entry: Some(entry), ..self }),
            Err(cause) => Err(self.client.roll_back_unrecorded(entry, &self.payment, &cause)),
        }
    }

    /// Its journal entry, for a caller that undoes it in another way.
    pub(crate) fn into_entry(self) -> Option<Entry> {
        self.entry
    }

    /// The outcome of the request.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Whether there is an approval to confirm or undo: the gateway answered `0000`, and not to the process that this one
    /// was forked from.
    pub fn is_approved(&self) -> bool {
        self.outcome.answer().is_some_and(Answer::is_success) && !self.is_copy()
    }

    /// Whether it belongs to the process that this one was forked from.
    pub(crate) fn is_copy(&self) -> bool {
        self.pid != process::id()
    }

    /// What a forked child can say of its parent's approval. Whether it stands is not known here.
    fn of_parent(self) -> Outcome {
        match &self.outcome {
            Outcome::Answered(answer) if answer.is_success() => Outcome::InDoubt(Error::held_by_parent()),
            _ => self.outcome,
        }
    }

    /// Confirms: the shop's step is done, or the caller without a step has the answer. Returns the final outcome.
    /// Without a step, an approval whose delivery cannot be recorded is rolled back here, since recovery would roll
    /// it back later.
    pub fn confirm(mut self) -> Outcome {
        if self.is_copy() {
            return self.of_parent();
        }
        let Some(mut entry) = self.entry.take() else { return self.outcome };
        let written = entry.mark_delivered();
        if let Some(by) = entry.overtaken() {
            return self.client.outcome_of_overtaken(self.outcome, &self.payment, by);
        }
        match written {
            Err(cause) if !self.for_step && !entry.keeps_undelivered() => {
                self.client.roll_back_unrecorded(entry, &self.payment, &cause)
            }
            written => {
                // At worst it is shown as unconfirmed, which changes no money.
                self.client.warn_if_unwritten(written, &self.payment.tx_id);
                self.outcome
            }
        }
    }

    /// The shop's step failed: rolls back an approval. Any other outcome stays as it is.
    pub fn undo(self, reason: &str) -> Outcome {
        self.roll_back_approval(Code::SHOP_STEP, reason)
    }

    /// The caller is gone and will never learn of it: rolls back an approval. Any other outcome stays as it is.
    pub fn abandon(self) -> Outcome {
        self.roll_back_approval(Code::INTERRUPTED, rollback_reason::INTERRUPTED)
    }

    fn roll_back_approval(mut self, code: Code, reason: &str) -> Outcome {
        if self.is_copy() {
            return self.of_parent();
        }
        if !self.is_approved() {
            return self.outcome;
        }
        let recorded = self.entry.is_some();
        let (_, rollback) = self.client.undo(self.entry.take(), &self.payment, reason.into());
        // The shop's own reason may be its whole failed SQL statement, so it is not shown.
        let then =
            if rollback_reason::is_library_reason(reason) { reason } else { rollback_reason::STEP_FAILED };
        let error = Error::new(code, format!("{}, then: {then}", self.payment.effect.info().done));
        let outcome = outcome_after_rollback(error, &self.payment, Some(rollback.as_rollback()), recorded);
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
            Ok(Ok(done)) => match self.confirm() {
                Outcome::Answered(answer) => Guarded::Done(answer, done),
                // The step has forked, and this is the child.
                other => Guarded::Unanswered(other),
            },
            Ok(Err(error)) => Guarded::Undone(self.undo(rollback_reason::STEP_FAILED), error),
            Err(panic) => {
                // The outcome is logged. The caller learns of the failure by the panic.
                let _ = self.undo(rollback_reason::STEP_FAILED);
                resume_unwind(panic)
            }
        }
    }
}
