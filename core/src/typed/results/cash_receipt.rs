//! The result of CashReceipt, AUTH and CANCEL.

use std::fmt;

use time::PrimitiveDateTime;

use super::require_success;
use crate::error::Result;
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;

/// A cash receipt that was issued or cancelled. Its `Debug` shows the payment's IDs only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CashReceiptResult {
    /// LGD_CASHRECEIPTNUM.
    pub number: String,
    /// LGD_TID.
    pub tid: String,
    /// LGD_OID.
    pub oid: String,
    /// LGD_RESPDATE, in Korean time.
    pub date: PrimitiveDateTime,
}

impl fmt::Debug for CashReceiptResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CashReceiptResult { tid, oid, .. } = self;
        f.debug_struct("CashReceiptResult").field("tid", tid).field("oid", oid).finish_non_exhaustive()
    }
}

impl CashReceiptResult {
    /// Reads the first row of a success.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the field that is missing or unreadable.
    pub fn read(answer: &Answer) -> Result<CashReceiptResult> {
        require_success(answer)?;
        Ok(CashReceiptResult {
            number: answer.text("LGD_CASHRECEIPTNUM")?.to_owned(),
            tid: answer.text("LGD_TID")?.to_owned(),
            oid: answer.text("LGD_OID")?.to_owned(),
            date: answer.date("LGD_RESPDATE")?,
        })
    }
}
