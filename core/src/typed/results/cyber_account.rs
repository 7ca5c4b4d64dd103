//! The result of CyberAccount, ASSIGN and CHANGE.

use std::fmt;

use super::{CasFlag, Institution, require_success};
use crate::error::Result;
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;
use crate::protocol::payment_method::PaymentMethod;

/// A virtual account that was issued or changed. No money has moved. Its `Debug` does not show the account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CyberAccountResult {
    /// LGD_ACCOUNTNUM: the account to pay into.
    pub number: String,
    /// LGD_TID.
    pub tid: String,
    /// LGD_OID.
    pub oid: Option<String>,
    /// LGD_AMOUNT in won.
    pub amount: Option<u64>,
    /// The bank of the account.
    pub bank: Option<Institution>,
    /// LGD_CASFLAG.
    pub flag: Option<CasFlag>,
    /// LGD_CASSEQNO.
    pub seqno: Option<String>,
}

impl fmt::Debug for CyberAccountResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CyberAccountResult")
            .field("tid", &self.tid)
            .field("oid", &self.oid)
            .field("amount", &self.amount)
            .field("flag", &self.flag)
            .finish_non_exhaustive()
    }
}

impl CyberAccountResult {
    /// Reads the first row of a success.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the field that is missing or unreadable.
    pub fn read(answer: &Answer) -> Result<CyberAccountResult> {
        require_success(answer)?;
        Ok(CyberAccountResult {
            number: answer.text("LGD_ACCOUNTNUM")?.to_owned(),
            tid: answer.text("LGD_TID")?.to_owned(),
            oid: answer.owned("LGD_OID"),
            amount: answer.amount_if_given("LGD_AMOUNT")?,
            bank: Institution::read(answer, &PaymentMethod::VirtualAccount),
            flag: CasFlag::if_given(answer)?,
            seqno: answer.owned("LGD_CASSEQNO"),
        })
    }
}
