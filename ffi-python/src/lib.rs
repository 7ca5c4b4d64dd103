//! `xpayclient._native`: converts Python values, runs signal handlers, releases the GIL. No decisions: those are the core's.
//!
//! What users see is the Python package around it, `ffi-python/python/xpayclient`.
#![deny(unsafe_code)]
#![deny(clippy::indexing_slicing)]

mod answer;
mod client;
mod errors;
mod escrow;
mod from_python;
mod log;
mod notice;
mod recovery;
mod requests;
mod results;
mod session;
mod signals;
mod store;
mod sub_interpreter;
mod to_python;
mod transaction;
mod waiting;
mod window;
mod window_return;

use pyo3::prelude::*;

/// The Rust half of xpayclient. No stable interface: use the package.
///
/// A free-threaded CPython keeps its GIL for it: without one nobody has tried it.
#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    sub_interpreter::refuse(module.py())?;
    module.add("STEP_FAILED", xpayclient_core::binding::STEP_FAILED)?;
    module.add("VERSION", xpayclient_core::VERSION)?;
    module.add_class::<answer::Answer>()?;
    module.add_class::<client::Client>()?;
    module.add_class::<notice::Notice>()?;
    module.add_class::<session::Session>()?;
    module.add_class::<store::JournalSettings>()?;
    module.add_class::<transaction::Held>()?;
    module.add_class::<transaction::Stop>()?;
    module.add_class::<transaction::Transaction>()?;
    module.add_function(wrap_pyfunction!(client::check_mode, module)?)?;
    module.add_function(wrap_pyfunction!(errors::closed, module)?)?;
    module.add_function(wrap_pyfunction!(errors::delivery_left, module)?)?;
    module.add_function(wrap_pyfunction!(errors::left, module)?)?;
    module.add_function(wrap_pyfunction!(client::merchant_id, module)?)?;
    module.add_function(wrap_pyfunction!(client::payable, module)?)?;
    module.add_function(wrap_pyfunction!(notice::claimed_oid, module)?)?;
    module.add_function(wrap_pyfunction!(window_return::billing_return, module)?)?;
    module.add_function(wrap_pyfunction!(recovery::codes, module)?)?;
    module.add_function(wrap_pyfunction!(session::timestamp, module)?)?;
    module.add_function(wrap_pyfunction!(store::execute, module)?)?;
    module.add_function(wrap_pyfunction!(store::keep_for_ever, module)?)?;
    module.add_function(wrap_pyfunction!(waiting::wait_for_background, module)?)?;
    Ok(())
}
