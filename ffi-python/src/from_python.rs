//! Python's values as the core's: text, amounts and moments by their type, structs attribute by attribute of the same name.

use std::fmt::Display;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyString};
use xpayclient_core::binding::read_won;
use xpayclient_core::requests::CashReceiptUse;
use xpayclient_core::time::{Date, Month, PrimitiveDateTime, Time};
use xpayclient_core::{Error, PaymentMethod, Secret, Value};
use zeroize::Zeroizing;

use crate::errors;

/// `FromPyObject` for the core's types, which may not implement a trait of another crate.
pub(crate) trait FromPython: Sized {
    /// `argument` is the caller's name of `object`, which every error has.
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<Self>;
}

/// The attribute `name` of `object`.
pub(crate) fn attribute<T: FromPython>(object: &Bound<'_, PyAny>, name: &str) -> PyResult<T> {
    T::from_python(&object.getattr(name)?, name)
}

/// What belongs to a value that has a name itself: `card.number`.
pub(crate) fn part<T: FromPython>(object: &Bound<'_, PyAny>, of: &str, name: &str) -> PyResult<T> {
    let missing = |_| refused(object.py(), of, format!("is {}, which has no {name}", type_name(object)));
    T::from_python(&object.getattr(name).map_err(missing)?, &format!("{of}.{name}"))
}

/// The usage error for a value that is not what it has to be. `why` never holds it.
pub(crate) fn refused(py: Python<'_>, argument: &str, why: impl Display) -> PyErr {
    errors::not_sent(py, &Error::bad_value(&format!("argument {argument}"), why))
}

/// The usage error for a value of another type.
fn other_type(object: &Bound<'_, PyAny>, argument: &str, expected: &str) -> PyErr {
    refused(object.py(), argument, format!("must be {expected}, not {}", type_name(object)))
}

/// Structs of the core that are read from objects whose attributes have the same names, or the name behind a field.
macro_rules! from_attributes {
    ($($struct:ident($($needed:ident: $type:ty),*) { $($field:ident $(= $attribute:ident)?),* $(,)? })+) => {
        $(impl $crate::from_python::FromPython for $struct {
            fn from_python(object: &pyo3::Bound<'_, pyo3::PyAny>, argument: &str) -> pyo3::PyResult<$struct> {
                #[allow(unused_mut, reason = "some have no optional field")]
                let mut made = $struct::new(
                    $($crate::from_python::field::<$type>(object, argument, stringify!($needed))?),*
                );
                $(made.$field = $crate::from_python::field(
                    object, argument, $crate::from_python::name!($field $($attribute)?),
                )?;)*
                Ok(made)
            }
        })+
    };
}
pub(crate) use from_attributes;

/// The attribute of a field.
macro_rules! name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $attribute:ident) => {
        stringify!($attribute)
    };
}
pub(crate) use name;

/// A field of a request, whose names are the arguments of its call, or of a value within it.
pub(crate) fn field<T: FromPython>(object: &Bound<'_, PyAny>, of: &str, name: &str) -> PyResult<T> {
    if of.is_empty() { attribute(object, name) } else { part(object, of, name) }
}

impl<T: FromPython> FromPython for Option<T> {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<Option<T>> {
        (!object.is_none()).then(|| T::from_python(object, argument)).transpose()
    }
}

impl FromPython for bool {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<bool> {
        object.extract().map_err(|_| other_type(object, argument, "bool"))
    }
}

/// The text of a number, which the core reads: of an `int`, or of a `Decimal`, as databases give amounts. A subclass may show
/// itself as it likes, so the type's own methods are asked.
pub(crate) fn digits(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<String> {
    // Written out, 1E+999999 has a million digits.
    let too_much = || Ok("9".repeat(21));
    // A bool is an int for Python, and no amount.
    if object.is_instance_of::<PyInt>() && !object.is_instance_of::<PyBool>() {
        return match object.extract::<i64>() {
            Ok(number) => Ok(number.to_string()),
            Err(_) if object.lt(0)? => Ok(i64::MIN.to_string()),
            Err(_) => too_much(),
        };
    }
    let decimal = object.py().import("decimal")?.getattr("Decimal")?;
    if !object.is_instance(&decimal)? {
        return Err(other_type(object, argument, "int, or Decimal without a fraction"));
    }
    match decimal.call_method1("adjusted", (object,))?.extract::<i64>()? {
        21.. => too_much(),
        ..-20 => Ok("0.1".to_owned()),
        _ => decimal.call_method1("__format__", (object, "f"))?.extract(),
    }
}

impl FromPython for u64 {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<u64> {
        let read = read_won(&format!("argument {argument}"), &digits(object, argument)?);
        read.map_err(|error| errors::not_sent(object.py(), &error))
    }
}

/// Numbers that the protocol keeps small.
macro_rules! small_numbers {
    ($($number:ty),+) => {
        $(impl FromPython for $number {
            fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<$number> {
                let number = match object.is_instance_of::<PyInt>() && !object.is_instance_of::<PyBool>() {
                    true => object.extract().ok(),
                    false => return Err(other_type(object, argument, "int")),
                };
                number.ok_or_else(|| refused(object.py(), argument, format!("must be 0 to {}", <$number>::MAX)))
            }
        })+
    };
}
small_numbers!(u8, u32);

impl FromPython for String {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<String> {
        let text = object.cast::<PyString>().map_err(|_| other_type(object, argument, "str"))?;
        // Python's own error would carry the text along.
        let lone = |_| refused(object.py(), argument, "holds half of a surrogate pair");
        Ok(text.to_cow().map_err(lone)?.into_owned())
    }
}

impl FromPython for Secret {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<Secret> {
        String::from_python(object, argument).map(Secret::from)
    }
}

impl FromPython for PaymentMethod {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<PaymentMethod> {
        String::from_python(object, argument).map(|code| PaymentMethod::from_code(&code))
    }
}

impl FromPython for CashReceiptUse {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<CashReceiptUse> {
        let code = String::from_python(object, argument)?;
        let known = [CashReceiptUse::IncomeDeduction, CashReceiptUse::ExpenseProof];
        let found = known.into_iter().find(|known| known.code() == code);
        found.ok_or_else(|| refused(object.py(), argument, "must be 1 (소득공제) or 2 (지출증빙)"))
    }
}

/// From a `datetime.datetime`, whose time zone was dealt with before.
impl FromPython for PrimitiveDateTime {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<PrimitiveDateTime> {
        let read = || -> PyResult<_> {
            let part = |name| object.getattr(name)?.extract::<u8>();
            let (year, month, day) = (object.getattr("year")?.extract()?, part("month")?, part("day")?);
            Ok((year, month, day, part("hour")?, part("minute")?, part("second")?))
        };
        let given = read().map_err(|_| other_type(object, argument, "datetime.datetime"))?;
        let (year, month, day, hour, minute, second) = given;
        let made = || {
            let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
            Some(PrimitiveDateTime::new(date, Time::from_hms(hour, minute, second).ok()?))
        };
        made().ok_or_else(|| refused(object.py(), argument, "is no moment"))
    }
}

impl<T: FromPython> FromPython for Vec<T> {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<Vec<T>> {
        object.try_iter()?.map(|one| T::from_python(&one?, argument)).collect()
    }
}

/// Names and values of a dict, in its order.
impl FromPython for Vec<(String, String)> {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<Vec<(String, String)>> {
        let pair = |(name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            let name = String::from_python(&name, &format!("{argument}, a name"))?;
            let value = String::from_python(&value, &format!("{argument}[{name:?}]"))?;
            Ok((name, value))
        };
        object.cast::<PyDict>()?.iter().map(pair).collect()
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

impl FromPython for Text {
    fn from_python(object: &Bound<'_, PyAny>, argument: &str) -> PyResult<Text> {
        match object.cast::<PyBytes>() {
            Ok(bytes) => Ok(Text::Bytes(Zeroizing::new(bytes.as_bytes().to_vec()))),
            Err(_) if object.is_instance_of::<PyString>() => {
                String::from_python(object, argument).map(|text| Text::Str(Zeroizing::new(text)))
            }
            Err(_) => Err(other_type(object, argument, "str or bytes")),
        }
    }
}

/// The body of a request to the shop, from the argument `body`.
pub(crate) fn body<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<&'a [u8]> {
    let bytes = object.cast::<PyBytes>().map_err(|_| other_type(object, "body", "bytes"))?;
    Ok(bytes.as_bytes())
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
            Err(_) => Err(PyTypeError::new_err(format!("str or bytes expected, not {}", type_name(&object)))),
        }
    }
}

/// The name of its class. PyO3's own `name` keeps the word `__name__` in a cell, and a child that is forked while another thread
/// fills a cell waits for that thread, which it does not have.
pub(crate) fn class_name(object: &Bound<'_, PyAny>) -> PyResult<String> {
    object.get_type().getattr("__name__")?.extract()
}

/// What its caller would call it: a text that the package keeps secret is a `str`.
fn type_name(object: &Bound<'_, PyAny>) -> String {
    if object.is_instance_of::<PyString>() {
        return "str".to_owned();
    }
    if object.is_instance_of::<PyBytes>() {
        return "bytes".to_owned();
    }
    class_name(object).unwrap_or_else(|_| "that".to_owned())
}
