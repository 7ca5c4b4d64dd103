//! The core's typed results as Python values, by the names that `xpayclient.results` gives them.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::results::{
    AuthOnlyResult, BillingKey, CancelResult, CancelState, CardDetails, CashReceiptResult,
    CyberAccountResult, Institution, PaymentResult, Points, VirtualAccountDetails,
};
use xpayclient_core::time::PrimitiveDateTime;
use xpayclient_core::{Means, Secret};

type View<'py> = PyResult<Bound<'py, PyDict>>;

macro_rules! dict {
    ($py:expr, $($name:literal: $value:expr),* $(,)?) => {{
        let dict = PyDict::new($py);
        $(dict.set_item($name, $value)?;)*
        Ok(dict)
    }};
}

/// Year to second.
type Moment = (i32, u8, u8, u8, u8, u8);

pub(crate) fn moment(at: PrimitiveDateTime) -> Moment {
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.as_hms();
    (year, month.into(), day, hour, minute, second)
}

/// Code and name.
pub(crate) fn institution(institution: Option<&Institution>) -> Option<(&str, &str)> {
    institution.map(|known| (known.code.as_str(), known.name.as_str()))
}

fn means(means: &Means) -> &str {
    means.code()
}

fn exposed(secret: Option<&Secret>) -> Option<&str> {
    secret.map(Secret::expose)
}

pub(crate) fn payment<'py>(py: Python<'py>, paid: &PaymentResult) -> View<'py> {
    dict!(py,
        "tid": &paid.tid,
        "oid": &paid.oid,
        "amount": paid.amount,
        "pay_date": moment(paid.pay_date),
        "means": means(&paid.means),
        "institution": institution(paid.institution.as_ref()),
        "approval_number": &paid.approval_number,
        "cash_receipt_number": &paid.cash_receipt_number,
        "escrow": paid.escrow,
        "cancellable_in_part": paid.cancellable_in_part,
        "card": paid.card.as_ref().map(|details| card(py, details)).transpose()?,
        "virtual_account": paid.virtual_account.as_ref().map(|details| account(py, details)).transpose()?,
    )
}

fn card<'py>(py: Python<'py>, card: &CardDetails) -> View<'py> {
    let points = card.installment.points.map(|points| match points {
        Points::Issuer => "issuer",
        Points::Hyundai => "hyundai",
    });
    dict!(py,
        "number": exposed(card.number.as_ref()),
        "installment_months": card.installment.months,
        "points": points,
        "interest_free": card.interest_free,
        "acquirer": &card.acquirer,
    )
}

fn account<'py>(py: Python<'py>, account: &VirtualAccountDetails) -> View<'py> {
    dict!(py, "number": &account.number, "flag": account.flag.code(), "seqno": &account.seqno)
}

pub(crate) fn billing_key<'py>(py: Python<'py>, made: &BillingKey) -> View<'py> {
    dict!(py,
        "key": made.key.expose(),
        "means": means(&made.means),
        "date": moment(made.date),
        "issuer": institution(made.issuer.as_ref()),
    )
}

pub(crate) fn cash_receipt<'py>(py: Python<'py>, receipt: &CashReceiptResult) -> View<'py> {
    dict!(py,
        "number": &receipt.number,
        "tid": &receipt.tid,
        "oid": &receipt.oid,
        "date": moment(receipt.date),
    )
}

pub(crate) fn cyber_account<'py>(py: Python<'py>, account: &CyberAccountResult) -> View<'py> {
    dict!(py,
        "number": &account.number,
        "tid": &account.tid,
        "oid": &account.oid,
        "amount": account.amount,
        "bank": institution(account.bank.as_ref()),
        "flag": account.flag.map(|flag| flag.code()),
        "seqno": &account.seqno,
    )
}

pub(crate) fn identity<'py>(py: Python<'py>, person: &AuthOnlyResult) -> View<'py> {
    dict!(py,
        "tid": &person.tid,
        "mobile_number": exposed(person.mobile_number.as_ref()),
        "name": exposed(person.name.as_ref()),
        "birth": exposed(person.birth.as_ref()),
        "sex": exposed(person.sex.as_ref()),
        "ci": exposed(person.ci.as_ref()),
        "di": exposed(person.di.as_ref()),
    )
}

pub(crate) fn cancel<'py>(py: Python<'py>, cancelled: &CancelResult) -> View<'py> {
    let state = match cancelled.state {
        CancelState::Done => "done",
        CancelState::InProgress => "in progress",
        CancelState::Retry => "retry",
        CancelState::Refused => "refused",
    };
    dict!(py,
        "state": state,
        "counts_as_done": cancelled.counts_as_done,
        "meaning": cancelled.refund.map(|refund| refund.meaning_ko),
        "tid": &cancelled.tid,
    )
}
