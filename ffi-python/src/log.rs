//! The log's lines, on their way into `logging`.

use std::cell::Cell;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use xpayclient_core::{Level, Sink};

thread_local! {
    /// On a thread that works for somebody: the highest level that anybody heard when the work began.
    static HEARD: Cell<Option<u8>> = const { Cell::new(None) };
}

/// Hands each line, masked already, to `write(level, line)`. It comes with the GIL released, on whatever thread is at work;
/// once the interpreter goes down nobody listens any more, and no payment waits for that.
pub(crate) fn sink(write: Py<PyAny>) -> Sink {
    let write = Arc::new(write);
    Arc::new(move |level: Level, line: &str| {
        // Most shops hear no INFO, and to be told so for each line would take the GIL.
        if HEARD.get().is_some_and(|heard| level as u8 > heard) {
            return;
        }
        Python::try_attach(|py| {
            if let Err(error) = write.call1(py, (level as u8, line)) {
                // A handler that fails is not the payment's affair.
                error.write_unraisable(py, None);
            }
        });
    })
}

/// The highest level that anybody hears now. `None` where that cannot be told.
pub(crate) fn heard(py: Python<'_>) -> Option<u8> {
    static ASK: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let ask =
        ASK.get_or_try_init(py, || Ok::<_, PyErr>(py.import("xpayclient._log")?.getattr("heard")?.unbind()));
    ask.and_then(|ask| ask.call0(py)?.extract(py)).ok()
}

/// For the thread that begins to work.
pub(crate) fn work_for(heard: Option<u8>) {
    HEARD.set(heard);
}
