//! The payment window's request: checks it, signs it, and writes it as hidden fields for the shop's page.
//!
//! ```
//! use xpayclient_core::window::WindowRequest;
//! use xpayclient_core::{Config, Error, Platform};
//!
//! fn form(config: &Config, oid: &str, amount: u64) -> Result<String, Error> {
//!     let request = WindowRequest::new("lgdacomxpay", oid, amount)
//!         .buyer("홍길동")
//!         .product_info("머그컵")
//!         .return_url("https://shop.example/returnurl")
//!         .window_type("iframe");
//!     Ok(request.sign(config, Platform::Test)?.hidden_fields())
//! }
//! ```
//!
//! The page's script posts the form: in the sandbox `openXpay` to `/xpay/window`, `openAuthonly` to `/xpay/authonly`.
//!
//! | request | window | signed |
//! | --- | --- | --- |
//! | [`WindowRequest`] | a payment | merchant ID, order ID, amount, time |
//! | [`BillingWindowRequest`] | a billing key | nothing |
//! | [`IdentityWindowRequest`] | an identity check | merchant ID, LGD_BUYERSSN, time |
//!
//! What is certainly wrong is refused. Where nobody has published how the gateway takes a parameter, the form is made
//! and has a [`Warning`]; a strict request refuses that too. Some parameters are required for a payment method or an
//! issuer ([`crate::tables::Field::required_for`]): they are if the request itself names it.

mod billing;
mod checks;
mod draft;
mod form;
mod identity;
mod purpose;
mod request;
mod warning;

pub use billing::BillingWindowRequest;
pub(crate) use draft::Draft;
pub use form::Window;
pub use identity::IdentityWindowRequest;
pub use request::{EscrowItem, WindowRequest};
pub use warning::Warning;

#[cfg(test)]
mod tests;
