//! The core's errors as the exceptions of `xpayclient._errors`, where the classes live.

use pyo3::exceptions::{PyBaseException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyType;
use xpayclient_core::{Error, ErrorKind, Outcome, Unregistered};

use crate::to_python::dict;

/// The exception class of a kind of errors.
const fn class(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Usage => "UsageError",
        ErrorKind::Config => "ConfigError",
        ErrorKind::Transport => "TransportError",
        ErrorKind::Protocol => "ProtocolError",
        ErrorKind::Internal => "XPayError",
    }
}

/// An error before anything was sent.
pub(crate) fn not_sent(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error.kind(), error, "", Outcome::NotSent(error.clone()).number())
}

/// A malformed answer, or a notification that is not the gateway's.
pub(crate) fn unreadable(py: Python<'_>, error: &Error, tx_id: &str) -> PyErr {
    exception(py, ErrorKind::Protocol, error, tx_id, Outcome::ANSWERED)
}

/// Why there is no answer; `None` where there is one.
pub(crate) fn of_outcome(py: Python<'_>, outcome: &Outcome, tx_id: &str) -> Option<PyErr> {
    let error = outcome.error()?;
    Some(exception(py, error.kind(), error, tx_id, outcome.number()))
}

/// An error after which it is not known whether money moved.
pub(crate) fn in_doubt(py: Python<'_>, error: Error, tx_id: &str) -> PyErr {
    exception(py, error.kind(), &error, tx_id, Outcome::InDoubt(error.clone()).number())
}

/// What became of a request whose caller is gone.
pub(crate) fn of_left(py: Python<'_>, outcome: &Outcome, tx_id: &str) -> PyErr {
    match outcome {
        Outcome::Answered(answer) => {
            let error = Error::untaken(answer.code());
            exception(py, error.kind(), &error, tx_id, Outcome::ANSWERED)
        }
        other => {
            of_outcome(py, other, tx_id).unwrap_or_else(|| in_doubt(py, Error::interrupted(tx_id), tx_id))
        }
    }
}

/// For a caller that left before its call ended: `tx_id` is empty where nothing was sent.
#[pyfunction]
pub(crate) fn left<'py>(py: Python<'py>, tx_id: &str) -> Bound<'py, PyBaseException> {
    match tx_id {
        "" => not_sent(py, &Error::not_begun()),
        _ => caller_left(py, tx_id),
    }
    .into_value(py)
    .into_bound(py)
}

/// For a caller that left before its escrow delivery was registered.
#[pyfunction]
pub(crate) fn delivery_left(py: Python<'_>, is_begun: bool) -> Bound<'_, PyBaseException> {
    unregistered(py, &Unregistered::left(is_begun)).into_value(py).into_bound(py)
}

/// For a call on a closed client.
#[pyfunction]
pub(crate) fn closed(py: Python<'_>) -> Bound<'_, PyBaseException> {
    not_sent(py, &Error::closed()).into_value(py).into_bound(py)
}

/// Why an escrow delivery does not count as registered.
pub(crate) fn unregistered(py: Python<'_>, unregistered: &Unregistered) -> PyErr {
    let Unregistered { error, .. } = unregistered;
    exception(py, error.kind(), error, "", unregistered.outcome())
}

/// For a caller that left before the transaction ended.
pub(crate) fn caller_left(py: Python<'_>, tx_id: &str) -> PyErr {
    in_doubt(py, Error::interrupted(tx_id), tx_id)
}

fn exception(py: Python<'_>, kind: ErrorKind, error: &Error, tx_id: &str, outcome: u8) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let class = py.import("xpayclient._errors")?.getattr(class(kind))?.cast_into::<PyType>()?;
        let code = error.code().to_string();
        let fields = dict!(py, code: code, message: error.message(), tx_id: tx_id, outcome: outcome)?;
        Ok(PyErr::from_value(class.call((), Some(&fields))?))
    };
    // A second signal may have come in between; otherwise the package is torn down already.
    make().or_else(|_| make()).unwrap_or_else(|_| PyRuntimeError::new_err(error.to_string()))
}
