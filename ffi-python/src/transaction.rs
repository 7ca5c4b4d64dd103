//! A request on its way: sent while signal handlers run, held for the shop's own step, or waited for on another thread.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use xpayclient_core::binding::Exchanged;
use xpayclient_core::{Error, Outcome};

use crate::answer::Answer;
use crate::errors;
use crate::from_python::{FromPython, Text};
use crate::waiting::{Interrupted, finish, run_in_background, run_in_thread, wait};

/// Ends a wait in another thread.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Stop(xpayclient_core::Stop);

#[pymethods]
impl Stop {
    #[new]
    fn new() -> Stop {
        Stop(xpayclient_core::Stop::new())
    }

    fn stop(&self) {
        self.0.stop();
    }
}

/// A request that can be sent once.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Transaction {
    tx_id: String,
    unsent: Mutex<Option<xpayclient_core::Transaction>>,
}

impl Transaction {
    pub(crate) fn new(transaction: xpayclient_core::Transaction) -> Transaction {
        Transaction { tx_id: transaction.tx_id().to_owned(), unsent: Mutex::new(Some(transaction)) }
    }

    fn take(&self, py: Python<'_>) -> PyResult<xpayclient_core::Transaction> {
        let unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner).take();
        unsent.ok_or_else(|| sent_before(py))
    }

    fn change<T>(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&mut xpayclient_core::Transaction) -> T,
    ) -> PyResult<T> {
        let mut unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner);
        unsent.as_mut().map(change).ok_or_else(|| sent_before(py))
    }
}

fn sent_before(py: Python<'_>) -> PyErr {
    errors::not_sent(py, &Error::call_order("this transaction was sent already; begin another"))
}

/// For what cannot happen: an outcome without an answer and without an error.
fn unknown(py: Python<'_>) -> PyErr {
    errors::in_doubt(py, Error::internal("neither an answer nor an error"), "")
}

#[pymethods]
impl Transaction {
    #[getter]
    fn tx_id(&self) -> &str {
        &self.tx_id
    }

    fn set(&self, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let (py, name) = (name.py(), String::from_python(name, "name")?);
        let value = Text::from_python(value, &name)?;
        let set = self.change(py, |transaction| transaction.set(&name, value))?;
        set.map_err(|error| errors::not_sent(py, &error))
    }

    fn rollback_on_error(&self, py: Python<'_>, rollback: bool) -> PyResult<()> {
        self.change(py, |transaction| transaction.rollback_on_error(rollback))
    }

    /// Sends it and gives the answer, or raises why there is none.
    fn send(&self, py: Python<'_>) -> PyResult<Answer> {
        let held = self.exchange(py, Exchanged::hand_over)?;
        answer(py, py.detach(|| held.confirm()), &self.tx_id)
    }

    /// Sends it and holds an approval until the shop's own step is done.
    fn hold(&self, py: Python<'_>) -> PyResult<Held> {
        self.exchange(py, Exchanged::hold).map(Held::new)
    }

    /// Sends it on this thread, until `stop` is stopped. The answer counts only once the `Held` is confirmed.
    fn wait(&self, py: Python<'_>, stop: &Stop, for_step: bool) -> PyResult<Held> {
        let mut transaction = self.take(py)?;
        transaction.stop_with(&stop.0);
        let held = py.detach(|| match for_step {
            true => transaction.hold(),
            false => transaction.hand_over(),
        });
        Ok(Held::new(held))
    }
}

/// How far a request came on the calling thread.
#[allow(clippy::large_enum_variant, reason = "it is matched once, where it was made")]
enum Progress {
    Concluded(xpayclient_core::Held),
    /// What follows the exchange is still to be done.
    Exchanged(Exchanged),
}

impl Transaction {
    /// Sends it and does what follows. Raises what a signal's handler raised, after the Rollback of an approval.
    fn exchange(
        &self,
        py: Python<'_>,
        conclude: fn(Exchanged) -> xpayclient_core::Held,
    ) -> PyResult<xpayclient_core::Held> {
        let mut transaction = self.take(py)?;
        let (progress, signal) = wait(py, |stop| {
            transaction.stop_with(stop);
            let exchanged = transaction.exchange();
            match exchanged.is_answered() && !stop.is_stopped() {
                true => Progress::Concluded(conclude(exchanged)),
                false => Progress::Exchanged(exchanged),
            }
        })?;
        let result = match (progress, signal) {
            (Progress::Concluded(held), None) => return Ok(held),
            (Progress::Concluded(held), signal) => run_in_thread(py, signal, || Err(held.abandon())),
            (Progress::Exchanged(exchanged), None) => {
                run_in_thread(py, None, move || Ok(conclude(exchanged)))
            }
            (Progress::Exchanged(exchanged), signal) => {
                run_in_thread(py, signal, move || Err(conclude(exchanged).abandon()))
            }
        };
        match result {
            Ok(held) => held.map_err(|outcome| {
                errors::of_outcome(py, &outcome, &self.tx_id).unwrap_or_else(|| unknown(py))
            }),
            Err(Interrupted { error, result }) => {
                let outcome =
                    result.map(|result| result.map_or_else(|outcome| outcome, |held| held.confirm()));
                let cause = match outcome {
                    Some(outcome) => errors::of_left(py, &outcome, &self.tx_id),
                    None => errors::caller_left(py, &self.tx_id),
                };
                error.set_cause(py, Some(cause));
                Err(error)
            }
        }
    }
}

/// The answer, or the exception that says why there is none.
pub(crate) fn answer(py: Python<'_>, outcome: Outcome, tx_id: &str) -> PyResult<Answer> {
    match outcome {
        Outcome::Answered(answer) => Ok(Answer(answer)),
        other => Err(errors::of_outcome(py, &other, tx_id).unwrap_or_else(|| unknown(py))),
    }
}

/// What was sent, before it counts. Ended once, by one of `confirm`, `undo` and `abandon`.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Held {
    tx_id: String,
    held: Mutex<Option<xpayclient_core::Held>>,
}

impl Held {
    fn new(held: xpayclient_core::Held) -> Held {
        Held { tx_id: held.tx_id().to_owned(), held: Mutex::new(Some(held)) }
    }

    fn take(&self, py: Python<'_>) -> PyResult<xpayclient_core::Held> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        held.ok_or_else(|| errors::not_sent(py, &Error::call_order("this was confirmed or undone already")))
    }
}

#[pymethods]
impl Held {
    #[getter]
    fn tx_id(&self) -> &str {
        &self.tx_id
    }

    /// Whether there is an approval to confirm or undo; never in a forked child.
    #[getter]
    fn is_approved(&self) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().is_some_and(xpayclient_core::Held::is_approved)
    }

    /// The answer, or raises why there is none.
    fn answer(&self, py: Python<'_>) -> PyResult<Answer> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = held.as_ref().map(|held| held.outcome().clone());
        drop(held);
        outcome.map_or_else(|| self.take(py).map(drop).and(Err(unknown(py))), |o| answer(py, o, &self.tx_id))
    }

    /// The answer, which counts from now on, or raises why there is none.
    fn confirm(&self, py: Python<'_>) -> PyResult<Answer> {
        let held = self.take(py)?;
        answer(py, py.detach(|| held.confirm()), &self.tx_id)
    }

    /// The shop's step failed: rolls an approval back, and gives the exception that says what became of it.
    fn undo(&self, py: Python<'_>, reason: String) -> PyResult<Option<PyErr>> {
        let held = self.take(py)?;
        let outcome = finish(py, move || held.undo(&reason))?;
        Ok(errors::of_outcome(py, &outcome, &self.tx_id))
    }

    /// The caller has left: rolls an approval back, on this thread, and gives the exception that says what became of it.
    fn abandon(&self, py: Python<'_>) -> PyResult<PyErr> {
        let held = self.take(py)?;
        let outcome = py.detach(|| held.abandon());
        Ok(errors::of_left(py, &outcome, &self.tx_id))
    }
}

/// An approval that is dropped is rolled back: Ctrl-C can come between a call's return and the assignment of its result.
impl Drop for Held {
    fn drop(&mut self) {
        let held = self.held.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(held) = held.filter(xpayclient_core::Held::is_approved) {
            // What becomes of it is in the log; nobody waits for it.
            let undo = || drop(held.abandon());
            Python::attach(|py| run_in_background(py, undo));
        }
    }
}
