//! The payment window's signed form.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::Client;
use xpayclient_core::window::WindowRequest;

use crate::errors;

/// Names and values in order, and a line of HTML for each.
pub(crate) fn sign<'py>(
    py: Python<'py>,
    client: &Client,
    request: &WindowRequest,
) -> PyResult<(Bound<'py, PyDict>, String)> {
    let window = request.sign(client.config(), client.platform());
    let window = window.map_err(|error| errors::unsent(py, &error))?;
    let fields = PyDict::new(py);
    window.fields().try_for_each(|(name, value)| fields.set_item(name, value))?;
    Ok((fields, window.hidden_fields()))
}
