//! The result of a CardAuth that creates a billing key.

use time::PrimitiveDateTime;

use super::{Institution, require_success};
use crate::error::Result;
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::secret::Secret;

/// A billing key for a card, created by CardAuth with the amount 0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BillingKey {
    /// LGD_BILLKEY, for [`crate::requests::Credential::BillingKey`].
    pub key: Secret,
    /// LGD_PAYTYPE.
    pub means: PaymentMethod,
    /// LGD_PAYDATE, in Korean time.
    pub date: PrimitiveDateTime,
    /// The card's issuer.
    pub issuer: Option<Institution>,
}

impl BillingKey {
    /// Reads the first row of a success.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the field that is missing or unreadable.
    pub fn read(answer: &Answer) -> Result<BillingKey> {
        require_success(answer)?;
        let means = answer.means()?;
        Ok(BillingKey {
            key: answer.text("LGD_BILLKEY")?.into(),
            date: answer.date("LGD_PAYDATE")?,
            issuer: Institution::read(answer, &means),
            means,
        })
    }
}
