//! The core's errors as the exceptions of `xpayclient._errors`, where the classes live.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyType;
use xpayclient_core::{Error, Family, Outcome};

use crate::to_python::dict;

/// The number of an outcome, as the C ABI has it.
pub(crate) const fn number(outcome: Option<&Outcome>) -> u8 {
    match outcome {
        None => 0,
        Some(Outcome::Answered(_)) => ANSWERED,
        Some(Outcome::NotSent(_)) => NOT_SENT,
        Some(Outcome::RolledBack(_)) => 3,
        Some(Outcome::InDoubt(_)) => 4,
    }
}

pub(crate) const ANSWERED: u8 = 1;
pub(crate) const NOT_SENT: u8 = 2;

/// The class of a family of errors.
const fn class(family: Family) -> &'static str {
    match family {
        Family::Usage => "UsageError",
        Family::Config => "ConfigError",
        Family::Transport => "TransportError",
        Family::Protocol => "ProtocolError",
        Family::Internal => "XPayError",
    }
}

/// An error before anything was sent.
pub(crate) fn not_sent(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, class(error.family()), error, "", NOT_SENT)
}

/// A malformed answer, or a notification that is not the gateway's.
pub(crate) fn unreadable(py: Python<'_>, error: &Error, tx_id: &str) -> PyErr {
    exception(py, class(Family::Protocol), error, tx_id, ANSWERED)
}

/// Why there is no answer; `None` where there is one.
pub(crate) fn of_outcome(py: Python<'_>, outcome: &Outcome, tx_id: &str) -> Option<PyErr> {
    let error = outcome.error()?;
    Some(exception(py, class(error.family()), error, tx_id, number(Some(outcome))))
}

/// An error after which it is not known whether money moved.
pub(crate) fn in_doubt(py: Python<'_>, error: Error, tx_id: &str) -> PyErr {
    exception(py, class(error.family()), &error, tx_id, number(Some(&Outcome::InDoubt(error.clone()))))
}

/// For a caller that left before the transaction ended.
pub(crate) fn caller_left(py: Python<'_>, tx_id: &str) -> PyErr {
    in_doubt(py, Error::interrupted(tx_id), tx_id)
}

fn exception(py: Python<'_>, class: &str, error: &Error, tx_id: &str, outcome: u8) -> PyErr {
    let make = || -> PyResult<PyErr> {
        let class = py.import("xpayclient._errors")?.getattr(class)?.cast_into::<PyType>()?;
        let code = error.code().to_string();
        let fields = dict!(py, code: code, message: error.message(), tx_id: tx_id, outcome: outcome)?;
        Ok(PyErr::from_value(class.call((), Some(&fields))?))
    };
    // A second signal may have come in between; otherwise the package is torn down already.
    make().or_else(|_| make()).unwrap_or_else(|_| PyRuntimeError::new_err(error.to_string()))
}
