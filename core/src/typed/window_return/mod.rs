//! What the payment window POSTs to LGD_RETURNURL through the buyer's browser: the payment's ([`UnverifiedReturn`]) and the
//! billing window's ([`BillingReturn`]).
//!
//! No money has moved yet. A return with the code `0000` has a payment key (LGD_PAYKEY), and PaymentByKey takes the payment.
//!
//! ```
//! use xpayclient_core::requests::PaymentByKey;
//! use xpayclient_core::window_return::UnverifiedReturn;
//! use xpayclient_core::{Config, Platform};
//!
//! fn returned(config: &Config, body: &[u8]) -> Result<Option<PaymentByKey>, xpayclient_core::Error> {
//!     let returned = UnverifiedReturn::parse(body)?;
//!     let (mid, oid, amount) = order(returned.claimed_oid());
//!     let returned = returned.verify(config, Platform::Test, mid, oid, amount)?;
//!     Ok(returned.pay_key.map(|key| PaymentByKey::new(key.expose()).amount(amount)))
//! }
//! # fn order(_: Option<&str>) -> (&'static str, &'static str, u64) { ("tshop", "ORDER-1", 0) }
//! ```

mod billing;

pub use self::billing::BillingReturn;

use std::fmt;

use crate::config::{Config, Platform};
use crate::error::Result;
use crate::protocol::fields::Fields;
use crate::protocol::limits;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::secret::Secret;
use crate::typed::posted::Posted;
use crate::typed::results::Institution;

#[cfg(doc)]
use crate::error::Code;

/// The buyer cancelled in the window.
const CANCELLED: &str = "S053";

/// A return of the payment window that anybody may have sent. Its `Debug` shows names only.
pub struct UnverifiedReturn {
    form: Posted,
}

/// A return of the payment window, compared with the shop's own order.
///
/// With the code `0000`, LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are signed. Nothing else is, LGD_PAYKEY
/// and the shop's own names included. So the payment key may be of another order: compare LGD_OID of the payment's answer
/// with the order's before it counts as paid.
///
/// With another code nothing is signed. It may be shown to the buyer. It must not change an order that is paid.
#[non_exhaustive]
pub struct WindowReturn {
    /// LGD_MID: the order's merchant ID.
    pub mid: String,
    /// LGD_OID: the order's.
    pub oid: String,
    /// LGD_AMOUNT: the order's, in won.
    pub amount: u64,
    /// LGD_RESPCODE; `0000` is success.
    pub code: String,
    /// LGD_RESPMSG. Escape it in HTML: of a failure anybody may have sent it.
    pub message: String,
    /// LGD_PAYKEY: the payment key. `None` unless the code is `0000`.
    pub pay_key: Option<Secret>,
    /// LGD_PAYTYPE.
    pub means: Option<PaymentMethod>,
    /// The card's issuer, the bank or the telephone company.
    pub institution: Option<Institution>,
    form: Posted,
}

impl UnverifiedReturn {
    /// Parses the body of the POST, in EUC-KR or UTF-8.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`], as [`crate::notice::UnverifiedNotice::parse`].
    pub fn parse(body: &[u8]) -> Result<UnverifiedReturn> {
        Posted::parse(body).map(|form| UnverifiedReturn { form })
    }

    /// The received LGD_OID, for a shop that does not know the order from the buyer's session. Use it for nothing else.
    pub fn claimed_oid(&self) -> Option<&str> {
        self.form.claimed_oid()
    }

    /// Verifies that the return is about the order `oid` of the merchant `mid` over `amount` won, and that its signature
    /// fits that merchant's MertKey. All three must come from the shop's own order. LGD_TIMESTAMP may be of any age.
    ///
    /// A return with another code than `0000` moves no money. It is read without a signature and without a payment key.
    /// Only its LGD_OID must be the order's, if it has one.
    ///
    /// # Errors
    /// [`Code::NO_MID`] if `mid` is not in this configuration; [`Code::BAD_VALUE`] names the field that is missing,
    /// malformed or not the order's, or LGD_HASHDATA if the signature is wrong. It names LGD_MID as
    /// [`crate::notice::UnverifiedNotice::verify`] does.
    pub fn verify(
        self,
        config: &Config,
        platform: Platform,
        mid: &str,
        oid: &str,
        amount: u64,
    ) -> Result<WindowReturn> {
        let code = self.form.text("LGD_RESPCODE")?.to_owned();
        limits::check("LGD_RESPCODE", &code)?;
        let succeeded = code == "0000";
        if succeeded || self.form.given("LGD_OID").is_some() {
            self.form.compare("LGD_OID", oid, "is not the order's")?;
        }
        let pay_key = if succeeded {
            self.form.verify(config, platform, mid, amount)?;
            let key = self.form.text("LGD_PAYKEY")?;
            limits::check("LGD_PAYKEY", key)?;
            Some(Secret::from(key))
        } else {
            None
        };
        let form = if succeeded { self.form } else { self.form.without("LGD_PAYKEY") };
        let means = form.given("LGD_PAYTYPE").map(PaymentMethod::from_code);
        Ok(WindowReturn {
            mid: mid.to_owned(),
            oid: oid.to_owned(),
            amount,
            message: form.value("LGD_RESPMSG").unwrap_or_default().to_owned(),
            institution: means.as_ref().and_then(|means| Institution::read(&form, means)),
            code,
            pay_key,
            means,
            form,
        })
    }
}

impl WindowReturn {
    /// Whether LGD_RESPCODE is `0000`: the buyer agreed to the payment, which PaymentByKey then takes.
    pub fn is_success(&self) -> bool {
        self.pay_key.is_some()
    }

    /// Whether the buyer cancelled in the window.
    pub fn is_cancelled(&self) -> bool {
        self.code == CANCELLED
    }

    /// All values received, in their order. Only the fields named above are signed.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.form.iter()
    }

    /// Any value by name. Only the fields named above are signed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.form.value(name)
    }

    /// The names of the shop's own that it sent with LGD_RETURN_MERT_CUSTOM_PARAM, and their values. They are not signed: the
    /// buyer may have changed each of them.
    pub fn own_values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.form.own()
    }
}

impl fmt::Debug for UnverifiedReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnverifiedReturn").field(&self.form.names()).finish()
    }
}

impl fmt::Debug for WindowReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowReturn")
            .field("oid", &self.oid)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
