//! The log's lines, on their way into `logging`.

use std::cell::RefCell;
use std::sync::Arc;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use xpayclient_core::{Level, Sink, Stop};

use crate::attended::Ear;

/// For whom a thread works.
#[derive(Clone, Default)]
pub(crate) struct Asker {
    /// The highest level that anybody heard when the work began. `None` where that could not be told.
    pub(crate) heard: Option<u8>,
    /// On the thread that asked, where a signal's handler may raise in the midst of a line: who is to know, and what to end.
    pub(crate) ear: Option<(Ear, Stop)>,
}

thread_local! {
    static ASKER: RefCell<Asker> = RefCell::default();
}

/// Hands each line, masked already, to `write(level, line)`. It comes with the GIL released, on whatever thread is at work;
/// once the interpreter goes down nobody listens any more, and no payment waits for that.
pub(crate) fn sink(write: Py<PyAny>) -> Sink {
    let write = Arc::new(write);
    Arc::new(move |level: Level, line: &str| {
        let asker = ASKER.with_borrow(Asker::clone);
        // Most shops hear no INFO, and to be told so for each line would take the GIL.
        if asker.heard.is_some_and(|heard| level as u8 > heard) {
            return;
        }
        Python::try_attach(|py| {
            let Err(error) = write.call1(py, (level as u8, line)) else { return };
            match asker.ear {
                Some((ear, stop)) if !error.is_instance_of::<PyException>(py) => {
                    ear.keep(error);
                    stop.stop();
                }
                // A handler that fails is not the payment's affair.
                _ => error.write_unraisable(py, None),
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

/// This thread works for `asker` until what it gets is dropped.
pub(crate) fn work_for(asker: Asker) -> OnBehalf {
    OnBehalf(ASKER.replace(asker))
}

/// See [`work_for`].
pub(crate) struct OnBehalf(Asker);

impl Drop for OnBehalf {
    fn drop(&mut self) {
        ASKER.set(std::mem::take(&mut self.0));
    }
}
