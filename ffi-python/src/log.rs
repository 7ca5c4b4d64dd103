//! The log's lines, on their way into `logging`.

use std::sync::Arc;

use pyo3::prelude::*;
use xpayclient_core::{Level, Sink};

/// Hands each line, masked already, to `write(level, line)`. It comes with the GIL released, on whatever thread is at work;
/// once the interpreter goes down nobody listens any more, and no payment waits for that.
pub(crate) fn sink(write: Py<PyAny>) -> Sink {
    let write = Arc::new(write);
    Arc::new(move |level: Level, line: &str| {
        Python::try_attach(|py| {
            if let Err(error) = write.call1(py, (level as u8, line)) {
                // A handler that fails is not the payment's affair.
                error.write_unraisable(py, None);
            }
        });
    })
}
