//! Python's values as the core's: text, amounts and moments by their type, structs attribute by attribute of the same name.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyString};
use xpayclient_core::requests::CashReceiptUse;
use xpayclient_core::time::{Date, Month, PrimitiveDateTime, Time};
use xpayclient_core::{PaymentMethod, Secret, Value};
use zeroize::Zeroizing;

/// `FromPyObject` for the core's types, which may not implement a trait of another crate.
pub(crate) trait FromPython: Sized {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Self>;
}

/// The attribute `name` of `object`. A value of the wrong type or range raises an error that names the attribute.
pub(crate) fn attribute<T: FromPython>(object: &Bound<'_, PyAny>, name: &str) -> PyResult<T> {
    let py = object.py();
    T::from_python(&object.getattr(name)?).map_err(|error| {
        let message = error.value(py).to_string();
        // A value within a value was named already.
        match message.starts_with("argument '") {
            true => error,
            false => PyErr::from_type(error.get_type(py), format!("argument '{name}': {message}")),
        }
    })
}

/// Structs of the core that are read from objects whose attributes have the same names.
macro_rules! from_attributes {
    ($($struct:ident { $($field:ident),+ $(,)? })+) => {
        $(impl $crate::from_python::FromPython for $struct {
            fn from_python(object: &pyo3::Bound<'_, pyo3::PyAny>) -> pyo3::PyResult<$struct> {
                Ok($struct { $($field: $crate::from_python::attribute(object, stringify!($field))?),+ })
            }
        })+
    };
}
pub(crate) use from_attributes;

impl<T: FromPython> FromPython for Option<T> {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Option<T>> {
        (!object.is_none()).then(|| T::from_python(object)).transpose()
    }
}

impl FromPython for bool {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<bool> {
        object.extract()
    }
}

impl FromPython for u64 {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<u64> {
        // A bool is an int for Python, and no amount.
        if object.is_instance_of::<PyBool>() || !object.is_instance_of::<PyInt>() {
            return Err(PyTypeError::new_err(format!("int expected, not {}", type_name(object))));
        }
        object.extract().map_err(|_| PyValueError::new_err("the number is negative or too large"))
    }
}

/// Numbers that the protocol keeps small.
macro_rules! small_numbers {
    ($($number:ty),+) => {
        $(impl FromPython for $number {
            fn from_python(object: &Bound<'_, PyAny>) -> PyResult<$number> {
                <$number>::try_from(u64::from_python(object)?)
                    .map_err(|_| PyValueError::new_err("the number is too large"))
            }
        })+
    };
}
small_numbers!(u8, u32);

impl FromPython for String {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<String> {
        let text = object.cast::<PyString>();
        let text =
            text.map_err(|_| PyTypeError::new_err(format!("str expected, not {}", type_name(object))))?;
        // Python's own error would carry the text along.
        let text = text.to_cow().map_err(|_| PyValueError::new_err("the str holds lone surrogates"))?;
        Ok(text.into_owned())
    }
}

impl FromPython for Secret {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Secret> {
        String::from_python(object).map(Secret::from)
    }
}

impl FromPython for PaymentMethod {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<PaymentMethod> {
        String::from_python(object).map(|code| PaymentMethod::from_code(&code))
    }
}

impl FromPython for CashReceiptUse {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<CashReceiptUse> {
        let code = String::from_python(object)?;
        let known = [CashReceiptUse::IncomeDeduction, CashReceiptUse::ExpenseProof];
        let found = known.into_iter().find(|known| known.code() == code);
        found.ok_or_else(|| PyValueError::new_err("'1' (소득공제) or '2' (지출증빙) expected"))
    }
}

/// From a `datetime.datetime`, whose time zone was dealt with before.
impl FromPython for PrimitiveDateTime {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<PrimitiveDateTime> {
        let part = |name| object.getattr(name)?.extract::<u8>();
        let (year, month, day) = (object.getattr("year")?.extract()?, part("month")?, part("day")?);
        let (hour, minute, second) = (part("hour")?, part("minute")?, part("second")?);
        let made = || {
            let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
            Some(PrimitiveDateTime::new(date, Time::from_hms(hour, minute, second).ok()?))
        };
        made().ok_or_else(|| PyValueError::new_err("no such moment"))
    }
}

impl<T: FromPython> FromPython for Vec<T> {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
        object.try_iter()?.map(|one| T::from_python(&one?)).collect()
    }
}

/// Names and values of a dict, in its order.
impl FromPython for Vec<(String, String)> {
    fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
        let pair = |(name, value)| Ok((String::from_python(&name)?, String::from_python(&value)?));
        object.cast::<PyDict>()?.iter().map(pair).collect()
    }
}

/// An amount of won, as an argument of its own.
pub(crate) struct Won(pub(crate) u64);

impl FromPyObject<'_, '_> for Won {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Won> {
        u64::from_python(&object).map(Won)
    }
}

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
        if object.is_instance_of::<PyString>() {
            return Ok(Text::Str(Zeroizing::new(String::from_python(&object)?)));
        }
        match object.cast::<PyBytes>() {
            Ok(bytes) => Ok(Text::Bytes(Zeroizing::new(bytes.as_bytes().to_vec()))),
            Err(_) => Err(PyTypeError::new_err(format!("str or bytes expected, not {}", type_name(&object)))),
        }
    }
}

fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| "that".to_owned(), |name| name.to_string())
}
