//! An answer of the gateway, and what it means where that was asked for.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use xpayclient_core::results::{
    AuthOnlyResult, BillingKey, CancelResult, CashReceiptResult, CyberAccountResult, PaymentResult,
};
use xpayclient_core::{Means, Result};

use crate::errors;
use crate::views;

/// A well-formed answer, approval or decline.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Answer(pub(crate) xpayclient_core::Answer);

impl Answer {
    /// What a result is read as, or why it cannot be.
    fn read<'py, T>(
        &self,
        py: Python<'py>,
        read: fn(&xpayclient_core::Answer) -> Result<T>,
        view: fn(Python<'py>, &T) -> PyResult<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        match read(&self.0) {
            Ok(result) => view(py, &result),
            Err(error) => Err(errors::unreadable(py, &error, self.0.tx_id())),
        }
    }
}

#[pymethods]
impl Answer {
    #[getter]
    fn code(&self) -> &str {
        self.0.code()
    }

    #[getter]
    fn message(&self) -> &str {
        self.0.message()
    }

    #[getter]
    fn tx_id(&self) -> &str {
        self.0.tx_id()
    }

    #[getter]
    fn is_success(&self) -> bool {
        self.0.is_success()
    }

    /// The body as it was received.
    #[getter]
    fn json<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.json())
    }

    #[getter]
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let row = |row: &xpayclient_core::Row| {
            let dict = PyDict::new(py);
            row.iter().try_for_each(|(name, value)| dict.set_item(name, value))?;
            Ok(dict)
        };
        self.0.rows().iter().map(row).collect()
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    fn payment<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.read(py, PaymentResult::read, views::payment)
    }

    fn billing_key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.read(py, BillingKey::read, views::billing_key)
    }

    fn cash_receipt<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.read(py, CashReceiptResult::read, views::cash_receipt)
    }

    fn cyber_account<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.read(py, CyberAccountResult::read, views::cyber_account)
    }

    fn identity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.read(py, AuthOnlyResult::read, views::identity)
    }

    /// Of a cancel of a payment by `means`; every answer can be read as that.
    fn cancel<'py>(&self, py: Python<'py>, means: &str) -> PyResult<Bound<'py, PyDict>> {
        views::cancel(py, &CancelResult::read(&self.0, &Means::from_code(means)))
    }
}
