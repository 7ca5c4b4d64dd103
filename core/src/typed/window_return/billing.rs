//! What the billing window (`CardBillingAuth`) POSTs to LGD_RETURNURL: the billing key of the buyer's card.

use std::fmt;

use time::PrimitiveDateTime;

use crate::error::Result;
use crate::protocol::fields::Fields;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::secret::Secret;
use crate::typed::posted::Posted;
use crate::typed::results::Institution;

#[cfg(doc)]
use crate::error::Code;

/// The return of a billing window. CardAuth charges its billing key ([`crate::requests::Credential::BillingKey`]).
///
/// It has no signature, so it does not prove who sent it. Accept it only in the session of the buyer who opened the window,
/// once for each window. A key that somebody else sent would charge that person's purchases to another card.
#[non_exhaustive]
pub struct BillingReturn {
    /// LGD_RESPCODE; empty if none came.
    pub code: String,
    /// LGD_RESPMSG. Escape it in HTML: anybody may have sent it.
    pub message: String,
    /// LGD_BILLKEY, as secret as the card's number. `None` if the card was not registered.
    pub billing_key: Option<Secret>,
    /// LGD_PAYTYPE.
    pub means: Option<PaymentMethod>,
    /// LGD_PAYDATE, in Korean time.
    pub pay_date: Option<PrimitiveDateTime>,
    /// The card's issuer.
    pub institution: Option<Institution>,
    /// LGD_CARDNUM, masked.
    pub card_number: Option<Secret>,
    /// LGD_EXPYEAR of the card, two digits.
    pub expiry_year: Option<Secret>,
    /// LGD_EXPMON of the card, two digits.
    pub expiry_month: Option<Secret>,
    /// LGD_TID: the gateway's number of the registration.
    pub tid: Option<String>,
    form: Posted,
}

impl BillingReturn {
    /// Parses the body of the POST, in EUC-KR or UTF-8.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`], as [`crate::notice::UnverifiedNotice::parse`]; it names LGD_BILLKEY if the code is `0000`, or
    /// missing, and there is no key.
    pub fn parse(body: &[u8]) -> Result<BillingReturn> {
        let form = Posted::parse(body)?;
        let code = form.value("LGD_RESPCODE").unwrap_or_default().to_owned();
        let billing_key = match code.as_str() {
            // What is known of this return does not say whether a success has a code.
            "0000" | "" => Some(Secret::from(form.text("LGD_BILLKEY")?)),
            _ => None,
        };
        let form = if billing_key.is_some() { form } else { form.without("LGD_BILLKEY") };
        let means = form.given("LGD_PAYTYPE").map(PaymentMethod::from_code);
        let secret = |name| form.given(name).map(Secret::from);
        Ok(BillingReturn {
            code,
            message: form.value("LGD_RESPMSG").unwrap_or_default().to_owned(),
            billing_key,
            pay_date: form.date_if_given("LGD_PAYDATE")?,
            institution: means.as_ref().and_then(|means| Institution::read(&form, means)),
            means,
            card_number: secret("LGD_CARDNUM"),
            expiry_year: secret("LGD_EXPYEAR"),
            expiry_month: secret("LGD_EXPMON"),
            tid: form.owned("LGD_TID"),
            form,
        })
    }

    /// Whether the card was registered.
    pub fn is_success(&self) -> bool {
        self.billing_key.is_some()
    }

    /// All values received, in their order. None is signed.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.form.iter()
    }

    /// Any value by name. None is signed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.form.value(name)
    }
}

impl fmt::Debug for BillingReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BillingReturn")
            .field("code", &self.code)
            .field("tid", &self.tid)
            .finish_non_exhaustive()
    }
}
