//! Sub-interpreters are refused at import: this library's threads can only attach to the main interpreter.

use pyo3::exceptions::PyImportError;
use pyo3::ffi::{PyInterpreterState_Get, PyInterpreterState_GetID};
use pyo3::prelude::*;

/// An ImportError, unless this is the main interpreter.
#[allow(unsafe_code, reason = "only the C API knows which interpreter this is")]
pub(crate) fn refuse(_attached: Python<'_>) -> PyResult<()> {
    // SAFETY: the token proves that this thread is attached, so there is a current interpreter; nothing is kept of it.
    let number = unsafe { PyInterpreterState_GetID(PyInterpreterState_Get()) };
    if number == 0 {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "xpayclient does not work in subinterpreters; under mod_wsgi set WSGIApplicationGroup %{GLOBAL}. / \
         xpayclient는 서브인터프리터에서 쓸 수 없습니다. mod_wsgi에서는 WSGIApplicationGroup %{GLOBAL}을 지정하십시오.",
    ))
}
