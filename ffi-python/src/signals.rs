//! Signals that come while the library waits: their handlers run, and the first exception is kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;

/// The signals of one wait. Clones share the exception.
#[derive(Clone, Default)]
pub(crate) struct Signals(Arc<Mutex<Option<PyErr>>>);

impl Signals {
    /// Runs the handlers of the signals that came. True where one raised, now or before.
    pub(crate) fn check(&self, py: Python<'_>) -> bool {
        match py.check_signals() {
            Ok(()) => self.raised().is_some(),
            Err(error) => {
                self.keep(error);
                true
            }
        }
    }

    /// Keeps an exception, unless there is one already.
    pub(crate) fn keep(&self, error: PyErr) {
        self.raised().get_or_insert(error);
    }

    pub(crate) fn take(&self) -> Option<PyErr> {
        self.raised().take()
    }

    fn raised(&self) -> MutexGuard<'_, Option<PyErr>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
