//! Arguments: `str` as text, `bytes` as they are, amounts that are whole and not negative.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyInt, PyString};
use xpayclient_core::Value;
use zeroize::Zeroizing;

/// A `str` or `bytes`.
pub(crate) enum Text {
    Str(Zeroizing<String>),
    Bytes(Zeroizing<Vec<u8>>),
}

impl Text {
    /// The bytes of either; text as UTF-8.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Text::Str(text) => text.as_bytes(),
            Text::Bytes(bytes) => bytes,
        }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Value {
        match text {
            Text::Str(text) => Value::Text(text),
            Text::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

impl FromPyObject<'_, '_> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Text> {
        if let Ok(text) = object.cast::<PyString>() {
            // Python's own error would carry the text along.
            let text = text.to_cow().map_err(|_| PyValueError::new_err("the str holds lone surrogates"))?;
            return Ok(Text::Str(Zeroizing::new(text.into_owned())));
        }
        match object.cast::<PyBytes>() {
            Ok(bytes) => Ok(Text::Bytes(Zeroizing::new(bytes.as_bytes().to_vec()))),
            Err(_) => Err(PyTypeError::new_err(format!("str or bytes expected, not {}", kind(object)))),
        }
    }
}

/// An amount of won, or another number that is not negative. A bool is a slip and none.
pub(crate) struct Whole(pub(crate) u64);

impl FromPyObject<'_, '_> for Whole {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Whole> {
        if object.is_instance_of::<PyBool>() || !object.is_instance_of::<PyInt>() {
            return Err(PyTypeError::new_err(format!("int expected, not {}", kind(object))));
        }
        let number = object.extract::<u64>();
        number.map(Whole).map_err(|_| PyValueError::new_err("the number is negative or too large"))
    }
}

fn kind(object: Borrowed<'_, '_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| "that".to_owned(), |name| name.to_string())
}
