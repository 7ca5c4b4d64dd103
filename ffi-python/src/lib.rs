//! `xpayclient._native`: Python values in and out, signals heard, the GIL released. No decisions: those are the core's.
//!
//! What users see is the Python package around it, `ffi-python/python/xpayclient`.
#![deny(unsafe_code)]
#![deny(clippy::indexing_slicing)]

mod answer;
mod attended;
mod client;
mod errors;
mod log;
mod notice;
mod recovery;
mod session;
mod sub_interpreter;
mod text;
mod transaction;
mod views;
mod window;

use pyo3::prelude::*;

/// The Rust half of xpayclient. No stable interface: use the package.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    sub_interpreter::refuse(module.py())?;
    module.add("VERSION", xpayclient_core::VERSION)?;
    module.add_class::<answer::Answer>()?;
    module.add_class::<client::Client>()?;
    module.add_class::<notice::Notice>()?;
    module.add_class::<session::Session>()?;
    module.add_class::<transaction::Held>()?;
    module.add_class::<transaction::Stop>()?;
    module.add_class::<transaction::Transaction>()?;
    module.add_function(wrap_pyfunction!(attended::settle, module)?)?;
    module.add_function(wrap_pyfunction!(client::check_mode, module)?)?;
    module.add_function(wrap_pyfunction!(notice::claimed_oid, module)?)?;
    module.add_function(wrap_pyfunction!(recovery::codes, module)?)?;
    module.add_function(wrap_pyfunction!(session::timestamp, module)?)?;
    Ok(())
}
