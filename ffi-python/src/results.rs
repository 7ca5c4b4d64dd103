//! Typed results: the core's, as dicts from which `xpayclient.results` reads by the same names.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use xpayclient_core::Answer;
use xpayclient_core::results::CancelResult;

use crate::errors;
use crate::to_python::{Object, ToPython, to_dict};

/// The results that an approval is read as, each by its name and its fields, which are the core's.
macro_rules! results {
    ($($result:ident { $($field:ident),+ })+) => {
        $(use xpayclient_core::results::$result;)+
        to_dict! { $($result { $($field),+ })+ }

        /// The answer as the result `name`, or why it cannot be read as that.
        pub(crate) fn read<'py>(py: Python<'py>, answer: &Answer, name: &str) -> Object<'py> {
            let read = match name {
                $(stringify!($result) => $result::read(answer).map(|result| result.to_python(py)),)+
                other => return Err(PyTypeError::new_err(format!("{other} is no result"))),
            };
            read.map_err(|error| errors::unreadable(py, &error, answer.tx_id()))?
        }
    };
}

results! {
    PaymentResult {
        tid, oid, amount, pay_date, means, institution, approval_number, cash_receipt_number, escrow,
        cancellable_in_part, card, virtual_account
    }
    BillingKey { key, means, date, issuer }
    CashReceiptResult { number, tid, oid, date }
    CyberAccountResult { number, tid, oid, amount, bank, flag, seqno }
    AuthOnlyResult { tid, mobile_number, name, birth, sex, ci, di }
}

// Every answer can be read as that, declines too.
to_dict! {
    CancelResult { state, counts_as_done, refund, tid }
}
