//! The journal's open transactions, what recovery did, and the list of codes, as Python values.

use pyo3::prelude::*;
use xpayclient_core::binding::CODES;
use xpayclient_core::{OpenTransaction, Recovery};

use crate::errors;
use crate::to_python::{Object, ToPython, dict, to_dict};

/// By the names of `xpayclient.OpenTransaction`.
impl ToPython for OpenTransaction {
    fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
        let error = self.error.as_ref().map(|error| errors::in_doubt(py, error.clone(), &self.tx_id));
        dict!(py,
            tx_id: self.tx_id,
            mid: self.mid,
            txname: self.txname,
            platform: self.platform.to_string(),
            at: self.at,
            oid: self.oid,
            tid: self.tid,
            amount: self.won(),
            state: self.state.name(),
            detail: self.state.to_string(),
            is_open: self.state.is_open(),
            is_recoverable: self.state.is_recoverable(),
            file: self.file,
            error: error.map(|error| error.into_value(py).into_any()),
        )
        .map(Bound::into_any)
    }
}

to_dict! {
    Recovery { rolled_back, open, elsewhere }
}

/// Every code of this library: its number, its name, and what to do in English and Korean.
#[pyfunction]
pub(crate) fn codes() -> Vec<(String, &'static str, &'static str, &'static str)> {
    let row = |info: &xpayclient_core::binding::CodeInfo| {
        (info.code.to_string(), info.name, info.remedy.en, info.remedy.ko)
    };
    CODES.iter().map(row).collect()
}
