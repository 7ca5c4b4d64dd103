//! Notifications: what the gateway POSTs to LGD_CASNOTEURL and LGD_NOTEURL.

use pyo3::prelude::*;
use xpayclient_core::Client;
use xpayclient_core::notice::UnverifiedNotice;

use crate::errors;
use crate::from_python;
use crate::to_python::{Object, ToPython};

/// A notification that is signed with the MertKey.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Notice(xpayclient_core::notice::Notice);

impl Notice {
    pub(crate) fn verified(
        py: Python<'_>,
        client: &Client,
        body: &[u8],
        mid: &str,
        amount: u64,
    ) -> PyResult<Notice> {
        let (config, platform) = (client.config(), client.platform());
        let notice =
            UnverifiedNotice::parse(body).and_then(|notice| notice.verify(config, platform, mid, amount));
        notice.map(Notice).map_err(|error| errors::unreadable(py, &error, ""))
    }
}

/// LGD_OID as it came; `None` where there is none that could be one.
#[pyfunction]
pub(crate) fn claimed_oid(body: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let (py, given) = (body.py(), from_python::body(body)?);
    match UnverifiedNotice::parse(given) {
        Ok(notice) => Ok(notice.claimed_oid().map(str::to_owned)),
        Err(error) => Err(errors::unreadable(py, &error, "")),
    }
}

#[pymethods]
impl Notice {
    /// From the values that were kept once it was verified.
    #[new]
    fn new(py: Python<'_>, values: Vec<(String, String)>) -> PyResult<Notice> {
        let kept = xpayclient_core::notice::Notice::kept(values);
        kept.map(Notice).map_err(|error| errors::unreadable(py, &error, ""))
    }

    #[getter]
    fn values(&self) -> Vec<(&str, &str)> {
        self.0.values().collect()
    }

    #[getter]
    fn mid(&self) -> &str {
        &self.0.mid
    }

    #[getter]
    fn oid(&self) -> &str {
        &self.0.oid
    }

    #[getter]
    fn amount(&self) -> u64 {
        self.0.amount
    }

    #[getter]
    fn code(&self) -> &str {
        &self.0.code
    }

    #[getter]
    fn is_success(&self) -> bool {
        self.0.is_success()
    }

    #[getter]
    fn tid(&self) -> &str {
        &self.0.tid
    }

    #[getter]
    fn means(&self) -> &str {
        self.0.means.code()
    }

    #[getter]
    fn flag(&self) -> Option<&str> {
        self.0.flag.map(|flag| flag.code())
    }

    #[getter]
    fn seqno(&self) -> Option<&str> {
        self.0.seqno.as_deref()
    }

    #[getter]
    fn paid_in_total(&self) -> Option<u64> {
        self.0.paid_in_total
    }

    #[getter]
    fn paid_in_now(&self) -> Option<u64> {
        self.0.paid_in_now
    }

    #[getter]
    fn pay_date<'py>(&self, py: Python<'py>) -> Object<'py> {
        self.0.pay_date.to_python(py)
    }

    #[getter]
    fn institution<'py>(&self, py: Python<'py>) -> Object<'py> {
        self.0.institution.to_python(py)
    }

    #[getter]
    fn dedup_key(&self) -> (&str, &str, &str, &str) {
        self.0.dedup_key()
    }

    /// Of a mobile payment's note.
    fn is_due(&self, saved_tid: &str) -> bool {
        self.0.is_due(saved_tid)
    }

    /// To a mobile payment's note.
    fn mobile_answer(&self, saved_tid: &str) -> &str {
        self.0.mobile_answer(saved_tid)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }
}
