//! The journal's open transactions, and the list of codes, as Python values.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::{CODES, OpenTransaction};

use crate::errors;

/// One open transaction by the names of `xpayclient.OpenTransaction`.
pub(crate) fn open<'py>(py: Python<'py>, open: &OpenTransaction) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("tx_id", &open.tx_id)?;
    dict.set_item("mid", &open.mid)?;
    dict.set_item("txname", &open.txname)?;
    dict.set_item("platform", open.platform.to_string())?;
    dict.set_item("at", &open.at)?;
    dict.set_item("oid", &open.oid)?;
    dict.set_item("tid", &open.tid)?;
    dict.set_item("amount", &open.amount)?;
    dict.set_item("state", open.state.name())?;
    dict.set_item("detail", open.state.to_string())?;
    dict.set_item("is_open", open.state.is_open())?;
    dict.set_item("is_recoverable", open.state.is_recoverable())?;
    dict.set_item("file", &open.file)?;
    let error = open.error.as_ref().map(|error| errors::in_doubt(py, error.clone(), &open.tx_id));
    dict.set_item("error", error.map(|error| error.into_value(py)))?;
    Ok(dict)
}

/// Every code of this library: its number, its name, and what to do in English and Korean.
#[pyfunction]
pub(crate) fn codes() -> Vec<(String, &'static str, &'static str, &'static str)> {
    let row =
        |info: &xpayclient_core::CodeInfo| (info.code.to_string(), info.name, info.remedy.en, info.remedy.ko);
    CODES.iter().map(row).collect()
}
