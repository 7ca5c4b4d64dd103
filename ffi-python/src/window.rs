//! The payment window's signed form.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::Client;
use xpayclient_core::window::{BillingWindowRequest, IdentityWindowRequest, WindowRequest};

use crate::errors;
use crate::from_python::{FromPython, class_name};
use crate::to_python::dict;

/// `fields`, names and values in order; `hidden_fields`, a line of HTML for each; `warnings`.
pub(crate) fn sign<'py>(client: &Client, request: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let py = request.py();
    macro_rules! signed {
        ($($request:ident)+) => {
            match class_name(request)?.as_str() {
                $(stringify!($request) => {
                    $request::from_python(request, "")?.sign(client.config(), client.platform())
                })+
                other => return Err(PyTypeError::new_err(format!("{other} is no request of a window"))),
            }
        };
    }
    let window = signed!(WindowRequest BillingWindowRequest IdentityWindowRequest);
    let window = window.map_err(|error| errors::not_sent(py, &error))?;
    dict!(
        py,
        fields: window.fields().collect::<Vec<_>>(),
        hidden_fields: window.hidden_fields(),
        warnings: window.warnings().map(ToString::to_string).collect::<Vec<_>>(),
    )
}
