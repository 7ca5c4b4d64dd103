//! The log's lines, on their way into `logging`.

use std::cell::RefCell;
use std::sync::Arc;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use xpayclient_core::Stop;
use xpayclient_core::binding::{Level, Sink};

use crate::signals::Signals;

/// The call that a thread works for.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    /// The highest level that `logging` wanted when the work began. `None` where that could not be found out.
    pub(crate) level: Option<u8>,
    /// On the calling thread, where a signal's handler may raise while a line is logged: what keeps the exception, and
    /// what ends the wait.
    pub(crate) signals: Option<(Signals, Stop)>,
}

thread_local! {
    static CALLER: RefCell<Caller> = RefCell::default();
}

/// Hands each line, masked already, to `write(level, line)`. It comes with the GIL released, on whatever thread is at work;
/// once the interpreter goes down nobody reads it any more, and no payment waits for that.
pub(crate) fn sink(write: Py<PyAny>) -> Sink {
    let write = Arc::new(write);
    Arc::new(move |level: Level, line: &str| {
        let caller = CALLER.with_borrow(Caller::clone);
        // Most shops want no INFO, and asking for each line would take the GIL.
        if caller.level.is_some_and(|wanted| level as u8 > wanted) {
            return;
        }
        Python::try_attach(|py| {
            let Err(error) = write.call1(py, (level as u8, line)) else { return };
            match caller.signals {
                Some((signals, stop)) if !error.is_instance_of::<PyException>(py) => {
                    signals.keep(error);
                    stop.stop();
                }
                // A handler that fails does not fail the payment.
                _ => error.write_unraisable(py, None),
            }
        });
    })
}

/// The highest level that `logging` wants now. `None` where that cannot be found out.
pub(crate) fn wanted_level(py: Python<'_>) -> Option<u8> {
    // Looked up each time: a cell that keeps it would stop a child that is forked while it is filled.
    let ask = py.import("xpayclient._log").and_then(|log| log.getattr("wanted_level"));
    ask.and_then(|ask| ask.call0()?.extract()).ok()
}

/// This thread works for `caller` until the guard is dropped.
pub(crate) fn work_for(caller: Caller) -> CallerGuard {
    CallerGuard(CALLER.replace(caller))
}

/// See [`work_for`].
pub(crate) struct CallerGuard(Caller);

impl Drop for CallerGuard {
    fn drop(&mut self) {
        CALLER.set(std::mem::take(&mut self.0));
    }
}
