//! The payment window's signed form.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::Client;
use xpayclient_core::window::WindowRequest;

use crate::errors;
use crate::from_python::FromPython;
use crate::to_python::dict;

/// `fields`, names and values in order, and `hidden_fields`, a line of HTML for each.
pub(crate) fn sign<'py>(client: &Client, request: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let py = request.py();
    let window = WindowRequest::from_python(request)?.sign(client.config(), client.platform());
    let window = window.map_err(|error| errors::not_sent(py, &error))?;
    let fields = PyDict::new(py);
    window.fields().try_for_each(|(name, value)| fields.set_item(name, value))?;
    dict!(py, fields: fields.into_any().unbind(), hidden_fields: window.hidden_fields())
}
