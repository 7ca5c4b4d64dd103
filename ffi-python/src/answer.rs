//! An answer of the gateway, as it came and as a typed result.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyType};
use xpayclient_core::PaymentMethod;
use xpayclient_core::results::CancelResult;

use crate::to_python::{Object, ToPython};
use crate::{errors, results};

/// A well-formed answer, approval or decline.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Answer(pub(crate) xpayclient_core::Answer);

#[pymethods]
impl Answer {
    /// From what `__reduce__` has kept.
    #[new]
    fn new(py: Python<'_>, json: &[u8], tx_id: &str) -> PyResult<Answer> {
        let kept = xpayclient_core::Answer::kept(json.to_vec(), tx_id);
        kept.map(Answer).map_err(|error| errors::unreadable(py, &error, tx_id))
    }

    fn __reduce__<'py>(this: &Bound<'py, Answer>) -> (Bound<'py, PyType>, (Bound<'py, PyBytes>, String)) {
        let Answer(answer) = this.get();
        (this.get_type(), (PyBytes::new(this.py(), answer.json()), answer.tx_id().to_owned()))
    }

    /// Whether it is the same answer to the same request.
    fn __eq__(&self, other: &Answer) -> bool {
        (self.0.tx_id(), self.0.json()) == (other.0.tx_id(), other.0.json())
    }

    fn __hash__(&self) -> u64 {
        BuildHasherDefault::<DefaultHasher>::default().hash_one((self.0.tx_id(), self.0.json()))
    }

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

    #[getter]
    fn is_repeated(&self) -> bool {
        self.0.is_repeated()
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

    /// What an approval says, as the result of this name.
    fn read<'py>(&self, py: Python<'py>, result: &str) -> Object<'py> {
        results::read(py, &self.0, result)
    }

    /// Of a cancel of a payment by `means`; every answer can be read as that.
    fn cancel<'py>(&self, py: Python<'py>, means: &str) -> Object<'py> {
        CancelResult::read(&self.0, &PaymentMethod::from_code(means)).to_python(py)
    }
}
