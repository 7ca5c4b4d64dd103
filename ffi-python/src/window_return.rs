//! What comes back from the payment window and from the billing window.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::Client;
use xpayclient_core::window_return::{BillingReturn, UnverifiedReturn};

use crate::errors;
use crate::from_python;
use crate::to_python::dict;

/// By the names of `xpayclient.WindowReturn`.
pub(crate) fn verified<'py>(
    py: Python<'py>,
    client: &Client,
    body: &[u8],
    mid: &str,
    oid: &str,
    amount: u64,
) -> PyResult<Bound<'py, PyDict>> {
    let returned = UnverifiedReturn::parse(body)
        .and_then(|returned| returned.verify(client.config(), client.platform(), mid, oid, amount))
        .map_err(|error| errors::unreadable(py, &error, ""))?;
    let view = dict!(py,
        mid: returned.mid,
        oid: returned.oid,
        amount: returned.amount,
        code: returned.code,
        message: returned.message,
        is_success: returned.is_success(),
        is_cancelled: returned.is_cancelled(),
        pay_key: returned.pay_key,
        means: returned.means,
        institution: returned.institution,
    )?;
    view.set_item("values", returned.values().collect::<Vec<_>>())?;
    view.set_item("own", returned.own_values().collect::<Vec<_>>())?;
    Ok(view)
}

/// By the names of `xpayclient.BillingReturn`.
#[pyfunction]
pub(crate) fn billing_return<'py>(body: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let (py, given) = (body.py(), from_python::body(body)?);
    let returned = BillingReturn::parse(given).map_err(|error| errors::unreadable(py, &error, ""))?;
    let view = dict!(py,
        code: returned.code,
        message: returned.message,
        is_success: returned.is_success(),
        billing_key: returned.billing_key,
        means: returned.means,
        pay_date: returned.pay_date,
        institution: returned.institution,
        card_number: returned.card_number,
        expiry_year: returned.expiry_year,
        expiry_month: returned.expiry_month,
        tid: returned.tid,
    )?;
    view.set_item("values", returned.values().collect::<Vec<_>>())?;
    Ok(view)
}
