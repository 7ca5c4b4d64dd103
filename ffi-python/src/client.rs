//! The client of the typed calls: requests, the journal, notices, the payment window and its return.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::binding::read_payable_won;
use xpayclient_core::escrow::Delivery;
use xpayclient_core::{Error, Platform};

use crate::answer::Answer;
use crate::errors;
use crate::from_python::{self, FromPython, digits};
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

/// The merchant ID of a call, which is a `str` that is not empty.
#[pyfunction]
pub(crate) fn merchant_id(mid: &Bound<'_, PyAny>) -> PyResult<String> {
    let given = Option::<String>::from_python(mid, "mid")?.filter(|mid| !mid.is_empty());
    given.ok_or_else(|| errors::not_sent(mid.py(), &Error::missing_mid()))
}

/// An amount that can be paid, as an `int`. `argument` is the caller's name of it.
#[pyfunction]
pub(crate) fn payable(argument: &str, amount: &Bound<'_, PyAny>) -> PyResult<u64> {
    let read = read_payable_won(&format!("argument {argument}"), &digits(amount, argument)?);
    read.map_err(|error| errors::not_sent(amount.py(), &error))
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
    fn undo(&self, mid: String, tx_id: &Bound<'_, PyAny>, reason: &Bound<'_, PyAny>) -> PyResult<Answer> {
        let (py, client) = (tx_id.py(), self.0.clone());
        let (tx_id, reason) = (String::from_python(tx_id, "tx_id")?, String::from_python(reason, "reason")?);
        let undone = tx_id.clone();
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
    fn close_transaction(&self, tx_id: &Bound<'_, PyAny>, reason: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = tx_id.py();
        let (tx_id, reason) = (String::from_python(tx_id, "tx_id")?, String::from_python(reason, "reason")?);
        py.detach(|| self.0.close(&tx_id, &reason)).map_err(|error| errors::not_sent(py, &error))
    }

    /// 망취소 of a transaction of the journal, under its own merchant ID.
    #[pyo3(signature = (*, tx_id, reason))]
    fn undo_transaction(&self, tx_id: &Bound<'_, PyAny>, reason: &Bound<'_, PyAny>) -> PyResult<Answer> {
        let (py, client) = (tx_id.py(), self.0.clone());
        let (tx_id, reason) = (String::from_python(tx_id, "tx_id")?, String::from_python(reason, "reason")?);
        let undone = tx_id.clone();
        let outcome = finish(py, move || client.undo_open(&undone, &reason))?;
        answer(py, outcome.map_err(|error| errors::not_sent(py, &error))?, &tx_id)
    }

    fn verify_notice(
        &self,
        body: &Bound<'_, PyAny>,
        mid: &str,
        amount: &Bound<'_, PyAny>,
    ) -> PyResult<Notice> {
        let (given, amount) = (from_python::body(body)?, u64::from_python(amount, "amount")?);
        Notice::verified(body.py(), &self.0, given, mid, amount)
    }

    /// Registers an escrow delivery, a dataclass of `xpayclient.escrow`.
    fn register_delivery(&self, mid: String, delivery: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = delivery.py();
        let (client, delivery) = (self.0.clone(), Delivery::from_python(delivery, "delivery")?);
        let registered = finish(py, move || client.register_delivery(&mid, &delivery))?;
        registered.map_err(|unregistered| errors::unregistered(py, &unregistered))
    }

    /// By the names of `xpayclient.WindowReturn`.
    fn verify_return<'py>(
        &self,
        body: &Bound<'py, PyAny>,
        mid: &str,
        oid: &Bound<'py, PyAny>,
        amount: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (py, given) = (body.py(), from_python::body(body)?);
        let (oid, amount) = (String::from_python(oid, "oid")?, u64::from_python(amount, "amount")?);
        window_return::verified(py, &self.0, given, mid, &oid, amount)
    }

    /// By the names of `xpayclient.Window`, from a `FormRequest` of `xpayclient._requests`.
    fn window<'py>(&self, request: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        window::sign(&self.0, request)
    }
}
