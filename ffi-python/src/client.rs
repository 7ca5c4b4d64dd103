//! The client of the typed calls: requests, the journal, notices, the payment window and its return.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::Platform;
use xpayclient_core::escrow::Delivery;

use crate::answer::Answer;
use crate::errors;
use crate::from_python::{FromPython, Won};
use crate::notice::Notice;
use crate::requests;
use crate::to_python::{Object, ToPython};
use crate::transaction::{Transaction, answer};
use crate::waiting::finish;
use crate::{window, window_return};

/// The gateway for the shops of one configuration. Any number of threads may use it at once.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Client(pub(crate) xpayclient_core::Client);

/// An error unless `mode` is `test` or `service`.
#[pyfunction]
pub(crate) fn check_mode(py: Python<'_>, mode: &str) -> PyResult<()> {
    mode.parse().map(|_: Platform| ()).map_err(|error| errors::not_sent(py, &error))
}

#[pymethods]
impl Client {
    #[getter]
    fn platform(&self) -> String {
        self.0.platform().to_string()
    }

    /// A transaction whose parameters are set one by one.
    fn transaction(&self, py: Python<'_>, mid: &str) -> PyResult<Transaction> {
        let begun = self.0.transaction(mid);
        begun.map(Transaction::new).map_err(|error| errors::not_sent(py, &error))
    }

    /// A transaction that sends a dataclass of `xpayclient._requests`.
    fn prepare(&self, mid: &str, request: &Bound<'_, PyAny>) -> PyResult<Transaction> {
        requests::prepare(&self.0, mid, request)
    }

    /// 망취소 of the transaction `tx_id`.
    #[pyo3(signature = (*, mid, tx_id, reason))]
    fn undo(&self, py: Python<'_>, mid: String, tx_id: String, reason: String) -> PyResult<Answer> {
        let (client, undone) = (self.0.clone(), tx_id.clone());
        let outcome = finish(py, move || client.rollback(&mid, &undone, &reason))?;
        answer(py, outcome, &tx_id)
    }

    /// Connects before the buyer pays.
    fn warm_up(&self, py: Python<'_>) -> PyResult<()> {
        let client = self.0.clone();
        finish(py, move || client.warm_up())?.map_err(|error| errors::not_sent(py, &error))
    }

    /// By the names of `xpayclient.Recovery`.
    fn recover<'py>(&self, py: Python<'py>) -> Object<'py> {
        let client = self.0.clone();
        let recovery = finish(py, move || client.recover())?.map_err(|error| errors::not_sent(py, &error))?;
        recovery.to_python(py)
    }

    fn open_transactions<'py>(&self, py: Python<'py>) -> Object<'py> {
        let open = py.detach(|| self.0.open_transactions()).map_err(|error| errors::not_sent(py, &error))?;
        open.to_python(py)
    }

    /// Raises where the journal cannot be written.
    fn check_journal(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.check_journal()).map_err(|error| errors::not_sent(py, &error))
    }

    /// Settles a transaction of the journal that was looked up.
    #[pyo3(signature = (*, tx_id, reason))]
    fn close_transaction(&self, py: Python<'_>, tx_id: &str, reason: &str) -> PyResult<()> {
        py.detach(|| self.0.close(tx_id, reason)).map_err(|error| errors::not_sent(py, &error))
    }

    /// 망취소 of a transaction of the journal, under its own merchant ID.
    #[pyo3(signature = (*, tx_id, reason))]
    fn undo_transaction(&self, py: Python<'_>, tx_id: String, reason: String) -> PyResult<Answer> {
        let (client, undone) = (self.0.clone(), tx_id.clone());
        let outcome = finish(py, move || client.undo_open(&undone, &reason))?;
        answer(py, outcome.map_err(|error| errors::not_sent(py, &error))?, &tx_id)
    }

    fn verify_notice(&self, py: Python<'_>, body: &[u8], mid: &str, amount: Won) -> PyResult<Notice> {
        Notice::verified(py, &self.0, body, mid, amount.0)
    }

    /// Registers an escrow delivery, a dataclass of `xpayclient.escrow`.
    fn register_delivery(&self, mid: String, delivery: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = delivery.py();
        let (client, delivery) = (self.0.clone(), Delivery::from_python(delivery)?);
        let registered = finish(py, move || client.register_delivery(&mid, &delivery))?;
        registered.map_err(|unregistered| errors::unregistered(py, &unregistered))
    }

    /// By the names of `xpayclient.WindowReturn`.
    fn verify_return<'py>(
        &self,
        py: Python<'py>,
        body: &[u8],
        mid: &str,
        oid: &str,
        amount: Won,
    ) -> PyResult<Bound<'py, PyDict>> {
        window_return::verified(py, &self.0, body, mid, oid, amount.0)
    }

    /// By the names of `xpayclient.Window`, from a `FormRequest` of `xpayclient._requests`.
    fn window<'py>(&self, request: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        window::sign(&self.0, request)
    }
}
