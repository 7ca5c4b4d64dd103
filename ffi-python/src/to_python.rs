//! The core's values as Python's: structs are dicts with the same names, from which the dataclasses are made.

use pyo3::prelude::*;
use pyo3::types::PyString;
use xpayclient_core::results::{
    CancelState, CardDetails, CasFlag, Installment, Institution, Points, VirtualAccountDetails,
};
use xpayclient_core::tables::RefundCode;
use xpayclient_core::time::PrimitiveDateTime;
use xpayclient_core::{PaymentMethod, Secret};

pub(crate) type Object<'py> = PyResult<Bound<'py, PyAny>>;

/// `IntoPyObject` for the core's types, which may not implement a trait of another crate.
pub(crate) trait ToPython {
    fn to_python<'py>(&self, py: Python<'py>) -> Object<'py>;
}

/// A dict of names and what is there for each.
macro_rules! dict {
    ($py:expr, $($name:ident: $value:expr),+ $(,)?) => {{
        let make = || {
            let dict = pyo3::types::PyDict::new($py);
            $(dict.set_item(stringify!($name), $crate::to_python::ToPython::to_python(&$value, $py)?)?;)+
            pyo3::PyResult::Ok(dict)
        };
        make()
    }};
}
pub(crate) use dict;

/// Structs of the core that become dicts with these of their fields.
macro_rules! to_dict {
    ($($struct:ident { $($field:ident),+ $(,)? })+) => {
        $(impl $crate::to_python::ToPython for $struct {
            fn to_python<'py>(&self, py: pyo3::Python<'py>) -> $crate::to_python::Object<'py> {
                $crate::to_python::dict!(py, $($field: self.$field),+).map(pyo3::Bound::into_any)
            }
        })+
    };
}
pub(crate) use to_dict;

/// What PyO3 converts by itself.
macro_rules! as_they_are {
    ($($value:ty),+) => {
        $(impl ToPython for $value {
            fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
                Ok(self.into_pyobject(py)?.to_owned().into_any())
            }
        })+
    };
}
as_they_are!(bool, u8, u64, &str, String, (&str, &str));

/// What its code or another word of text stands for.
macro_rules! as_text {
    ($($value:ty: $text:expr),+ $(,)?) => {
        $(impl ToPython for $value {
            fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
                let text: for<'a> fn(&'a $value) -> &'a str = $text;
                Ok(PyString::new(py, text(self)).into_any())
            }
        })+
    };
}
as_text! {
    PaymentMethod: PaymentMethod::code,
    Secret: Secret::expose,
    CasFlag: |flag| flag.code(),
    &RefundCode: |refund| refund.meaning_ko,
    Points: |points| match points {
        Points::Issuer => "issuer",
        Points::Hyundai => "hyundai",
    },
    CancelState: |state| match state {
        CancelState::Done => "done",
        CancelState::InProgress => "in progress",
        CancelState::Retry => "retry",
        CancelState::Refused => "refused",
    },
}

to_dict! {
    Institution { code, name }
    CardDetails { number, installment, interest_free, acquirer }
    Installment { months, points }
    VirtualAccountDetails { number, flag, seqno }
}

/// By the names of `datetime.datetime`.
impl ToPython for PrimitiveDateTime {
    fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
        dict!(py,
            year: u64::try_from(self.year())?,
            month: u8::from(self.month()),
            day: self.day(),
            hour: self.hour(),
            minute: self.minute(),
            second: self.second(),
        )
        .map(Bound::into_any)
    }
}

impl ToPython for Py<PyAny> {
    fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
        Ok(self.bind(py).clone())
    }
}

impl<T: ToPython> ToPython for Option<T> {
    fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
        match self {
            Some(value) => value.to_python(py),
            None => Ok(py.None().into_bound(py)),
        }
    }
}

impl<T: ToPython> ToPython for Vec<T> {
    fn to_python<'py>(&self, py: Python<'py>) -> Object<'py> {
        let list = self.iter().map(|value| value.to_python(py)).collect::<PyResult<Vec<_>>>()?;
        Ok(list.into_pyobject(py)?.into_any())
    }
}
