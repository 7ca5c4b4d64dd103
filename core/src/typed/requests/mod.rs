//! Typed requests: one struct for every LGD_TXNAME, which cannot omit a required parameter.
//!
//! Each is made by `new` from what it needs. A setter named as its field adds one thing more.
//!
//! [`crate::Client::prepare`] checks lengths and formats before anything is sent and returns a [`crate::Transaction`]
//! to send:
//!
//! ```no_run
//! use xpayclient_core::requests::PaymentByKey;
//! use xpayclient_core::results::PaymentResult;
//! use xpayclient_core::{Client, Config, Outcome, Platform};
//!
//! # fn main() -> Result<(), xpayclient_core::Error> {
//! let client = Client::new(Config::load("/home/shop/lgdacom")?, Platform::Test);
//! let request = PaymentByKey::new("the window's key").amount(23_400);
//! match client.prepare("tlgdacomxpay", &request)?.send() {
//!     Outcome::Answered(answer) if answer.is_success() => println!("{} won", PaymentResult::read(&answer)?.amount),
//!     other => println!("{other:?}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A request's `Debug` shows the names of its parameters, never a value.

mod arguments;
mod card;
mod cash_receipt;
mod credential;
mod cyber_account;
mod gift_culture;
mod identity;
mod payment;
mod ping;
mod refund;

use std::fmt;

use time::PrimitiveDateTime;

pub use card::CardAuth;
pub use cash_receipt::{CashReceiptAuth, CashReceiptCancel, CashReceiptUse, ReceiptFor};
pub use credential::{Card, Credential, Isp, ThreeDSecure};
pub use cyber_account::{CyberAccountAssign, CyberAccountChange};
pub use gift_culture::{GiftCultureApp, GiftCultureAuth, GiftCultureSms};
pub use identity::AuthOnlyByKey;
pub use payment::{Adjust, AmountCheck, PaymentByKey};
pub use ping::Ping;
pub use refund::{Cancel, PartialCancel, RefundAccount};

use crate::error::{Error, Result};
use crate::protocol::limits;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::value::Value;
use crate::protocol::won;
use crate::text::dates;
use crate::text::secret::Secret;

/// A request with typed parameters.
pub trait TypedRequest {
    /// LGD_TXNAME.
    const TXNAME: &'static str;

    /// Adds the parameters after LGD_TXNAME, in the order in which they are sent.
    fn parameters(&self, to: &mut Parameters);
}

/// The parameters of a [`TypedRequest`], in order.
#[derive(Default)]
pub struct Parameters {
    list: Vec<Parameter>,
    /// What is wrong with a value that is not sent as it is.
    refused: Option<Error>,
}

struct Parameter {
    name: &'static str,
    value: Value,
    need: Need,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Optional,
    Required,
    /// Required, and 0 has a meaning of its own.
    Unpaid,
}

impl Parameters {
    /// The parameters of a request, in order. Fails if one is missing, too long or malformed.
    pub(crate) fn checked<R: TypedRequest>(
        request: &R,
    ) -> Result<impl Iterator<Item = (&'static str, Value)> + use<R>> {
        let parameters = Parameters::of(request);
        parameters.check()?;
        Ok(parameters.list.into_iter().map(|Parameter { name, value, .. }| (name, value)))
    }

    fn of<R: TypedRequest>(request: &R) -> Parameters {
        let mut parameters = Parameters::default();
        parameters.required("LGD_TXNAME", R::TXNAME);
        request.parameters(&mut parameters);
        parameters
    }

    /// Adds a parameter that must not be empty.
    pub fn required(&mut self, name: &'static str, value: impl Into<Value>) -> &mut Parameters {
        self.list.push(Parameter { name, value: value.into(), need: Need::Required });
        self
    }

    /// Adds an amount of 0 that asks for something else than money. Any other amount of 0 is refused.
    pub fn unpaid(&mut self, name: &'static str) -> &mut Parameters {
        self.list.push(Parameter { name, value: 0.into(), need: Need::Unpaid });
        self
    }

    /// Refuses the request unless its payment method is a fitting one.
    pub(crate) fn means(&mut self, checked: Result<()>) -> &mut Parameters {
        let refused = checked.err().map(|error| arguments::named("LGD_PAYTYPE", error));
        self.refused = self.refused.take().or(refused);
        self
    }

    /// Adds a parameter if it is set. An empty value counts as not set.
    pub fn optional(&mut self, name: &'static str, value: Option<impl Into<Value>>) -> &mut Parameters {
        if let Some(value) = value.map(Into::into).filter(|value| !is_empty(value)) {
            self.list.push(Parameter { name, value, need: Need::Optional });
        }
        self
    }

    fn check(&self) -> Result<()> {
        self.list.iter().try_for_each(|Parameter { name, value, need }| {
            let checked = match need {
                Need::Optional => check_filled(name, &value.text()),
                Need::Required => check_value(name, &value.text()),
                Need::Unpaid => Ok(()),
            };
            checked.map_err(|error| arguments::named(name, error))
        })?;
        self.refused.clone().map_or(Ok(()), Err)
    }
}

/// Checks a value by its name alone, as the typed requests check one that is required.
pub(crate) fn check_named(name: &str, text: &str) -> Result<()> {
    let means = || if name == "LGD_PAYTYPE" { PaymentMethod::from_code(text).check_known() } else { Ok(()) };
    check_value(name, text).and_then(|()| means()).map_err(|error| arguments::named(name, error))
}

fn check_value(name: &str, text: &str) -> Result<()> {
    limits::check_given(name, text)?;
    check_filled(name, text)
}

/// An amount's own check comes first: it names won, and not bytes.
fn check_filled(name: &str, text: &str) -> Result<()> {
    won::check_moving(name, text)?;
    limits::check(name, text)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        text.as_str().into()
    }
}

impl From<&Secret> for Value {
    fn from(secret: &Secret) -> Value {
        secret.expose().into()
    }
}

/// An amount in won, or another number.
impl From<u64> for Value {
    fn from(number: u64) -> Value {
        number.to_string().into()
    }
}

impl From<PrimitiveDateTime> for Value {
    fn from(at: PrimitiveDateTime) -> Value {
        dates::format(at).into()
    }
}

impl From<&PaymentMethod> for Value {
    fn from(means: &PaymentMethod) -> Value {
        means.code().into()
    }
}

/// Writes the `Debug` output of a request: its parameter names.
fn debug_names<R: TypedRequest>(request: &R, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_tuple(R::TXNAME).field(&Parameters::of(request)).finish()
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list.iter().map(|parameter| parameter.name)).finish()
    }
}

/// Implements `Debug` for requests: names only, since any value may be secret, personal or an amount.
macro_rules! debug_names_only {
    ($($request:ty),*) => {
        $(impl std::fmt::Debug for $request {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::typed::requests::debug_names(self, f)
            }
        })*
    };
}
use debug_names_only;

#[cfg(test)]
mod tests {
    use super::*;

    /// The parameters of a request, in order. Checks that its `Debug` shows their names and no value.
    pub(super) fn sent<R: TypedRequest + fmt::Debug>(request: &R) -> Vec<(&'static str, String)> {
        let parameters = Parameters::of(request);
        assert_eq!(parameters.check(), Ok(()));
        let shown = format!("{request:?}");
        let text = |value: &Value| match value {
            Value::Text(text) => text.to_string(),
            Value::Bytes(_) => unreachable!("typed requests are text"),
        };
        let pairs: Vec<_> = parameters.list.iter().map(|p| (p.name, text(&p.value))).collect();
        for (name, value) in pairs.iter().skip(1) {
            assert!(shown.contains(name), "{name} is not in {shown}");
            assert!(value.len() < 4 || !shown.contains(value), "{value} is in {shown}");
        }
        pairs
    }

    /// Compares the parameters of a request with the expected ones.
    pub(super) fn assert_sent<R: TypedRequest + fmt::Debug>(request: &R, expected: &[(&str, &str)]) {
        let sent = sent(request);
        let sent: Vec<_> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(sent, expected);
    }

    /// The error of a request that is not sent.
    pub(super) fn refusal<R: TypedRequest>(request: &R) -> String {
        let mut config = crate::Config::new();
        config.set("tshop", "0123456789abcdef0123456789abcdef");
        let client = crate::Client::new(config, crate::Platform::Test);
        let error = client.prepare("tshop", request).unwrap_err();
        assert_eq!(error.code(), crate::Code::BAD_VALUE);
        error.cause().to_owned()
    }

    #[test]
    fn an_empty_optional_value_is_left_out() {
        let mut parameters = Parameters::default();
        parameters.optional("LGD_BUYER", Some("")).optional("LGD_BUYERID", None::<&str>);
        assert!(parameters.list.is_empty());
    }
}
