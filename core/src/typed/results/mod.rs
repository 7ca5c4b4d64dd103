//! Typed results: typed views of an [`Answer`].
//!
//! Each borrows the answer and does not change it. A view that cannot be read loses no information, least of all an
//! approval. [`Answer::is_success`] and the raw rows decide whether money moved.

mod billing_key;
mod cancel;
mod cash_receipt;
mod cyber_account;
mod identity;
mod payment;

pub use billing_key::BillingKey;
pub use cancel::{CancelResult, CancelState};
pub use cash_receipt::CashReceiptResult;
pub use cyber_account::CyberAccountResult;
pub use identity::AuthOnlyResult;
pub use payment::{CardDetails, Installment, PaymentResult, Points, VirtualAccountDetails};

use crate::error::{Error, Result};
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::tables;

/// The institution with an LGD_FINANCECODE: a card issuer, a bank or a telephone company.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Institution {
    /// LGD_FINANCECODE.
    pub code: String,
    /// Its Korean name in the protocol's tables. For an unknown code, LGD_FINANCENAME.
    pub name: String,
}

impl Institution {
    /// `None` if the payment method has none.
    pub(crate) fn read(fields: &impl Fields, means: &PaymentMethod) -> Option<Institution> {
        let code = fields.given("LGD_FINANCECODE")?;
        let known = tables::finance_name(means.code(), code);
        let name = known.or(fields.given("LGD_FINANCENAME")).unwrap_or_default();
        Some(Institution { code: code.to_owned(), name: name.to_owned() })
    }
}

/// LGD_CASFLAG: the event of a virtual account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CasFlag {
    /// `R`, 할당: it was issued. No money moved.
    Allotted,
    /// `I`, 입금: money was paid in.
    PaidIn,
    /// `C`, 입금취소: a deposit was reversed. The account waits for money again.
    DepositCancelled,
}

impl CasFlag {
    /// `R`, `I` or `C`.
    pub const fn code(self) -> &'static str {
        match self {
            CasFlag::Allotted => "R",
            CasFlag::PaidIn => "I",
            CasFlag::DepositCancelled => "C",
        }
    }

    fn from_code(code: &str) -> Option<CasFlag> {
        let all = [CasFlag::Allotted, CasFlag::PaidIn, CasFlag::DepositCancelled];
        all.into_iter().find(|flag| flag.code() == code)
    }

    pub(crate) fn read(fields: &impl Fields) -> Result<CasFlag> {
        fields.required("LGD_CASFLAG", "R, I or C", CasFlag::from_code)
    }

    pub(crate) fn if_given(fields: &impl Fields) -> Result<Option<CasFlag>> {
        fields.optional("LGD_CASFLAG", "R, I or C", CasFlag::from_code)
    }
}

/// Fails for a declined answer, so that it is not read as done.
fn require_success(answer: &Answer) -> Result<()> {
    if answer.is_success() {
        return Ok(());
    }
    Err(Error::bad_value(
        "LGD_RESPCODE",
        format!("is {}, not 0000: there is no result to read", answer.code()),
    ))
}

#[cfg(test)]
mod tests;
