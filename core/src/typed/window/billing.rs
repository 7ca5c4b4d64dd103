//! The request of a billing key's window.

use std::fmt;

use super::draft::Draft;
use super::form::Window;
use super::purpose::Purpose;
use crate::config::{Config, Platform};
use crate::error::Result;
use crate::text::secret::Secret;
use crate::typed::setters::setters;

/// A request to open the window in which a buyer registers a card, by `openXpay`: LGD_BILLKEY comes back in the return.
/// It has no order, no amount and no signature. Its `Debug` shows nothing.
#[derive(Clone)]
#[non_exhaustive]
pub struct BillingWindowRequest {
    /// CST_MID: the contracted merchant ID. LGD_MID is made from it, with a leading `t` on the test platform.
    pub cst_mid: String,
    /// LGD_RETURNURL: the shop's page that receives the window's result.
    pub return_url: String,
    /// Whether it is the window for phones: LGD_PAYWINDOWTYPE `CardBillingAuth_smartphone` in place of
    /// `CardBillingAuth`.
    pub smartphone: bool,
    /// LGD_BUYERSSN: the birth date or business number. Either this or `check_ssn` is required.
    pub buyer_ssn: Secret,
    /// LGD_CHECKSSNYN: whether the window asks the buyer for it and checks it.
    pub check_ssn: Option<bool>,
    /// LGD_WINDOW_TYPE; may be empty.
    pub window_type: String,
    /// Other parameters, as in [`super::WindowRequest`].
    pub others: Vec<(String, String)>,
    /// Whether a [`super::Warning`] is a refusal.
    pub strict: bool,
}

impl BillingWindowRequest {
    /// A window of the shop `cst_mid`. Either `buyer_ssn` or `check_ssn` has to be set, too.
    pub fn new(cst_mid: impl Into<String>, return_url: impl Into<String>) -> BillingWindowRequest {
        BillingWindowRequest {
            cst_mid: cst_mid.into(),
            return_url: return_url.into(),
            smartphone: false,
            buyer_ssn: Secret::default(),
            check_ssn: None,
            window_type: String::new(),
            others: Vec::new(),
            strict: false,
        }
    }

    /// Adds a parameter, as [`super::WindowRequest::other`].
    #[must_use = "a setter returns the changed value"]
    pub fn other(mut self, name: impl Into<String>, value: impl Into<String>) -> BillingWindowRequest {
        self.others.push((name.into(), value.into()));
        self
    }

    /// Checks all parameters. Nothing is signed, so no MertKey is needed.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the parameter, as in [`super::WindowRequest::sign`].
    pub fn sign(&self, config: &Config, platform: Platform) -> Result<Window> {
        let mut draft = Draft::of(Purpose::Billing, &self.cst_mid, self.strict);
        for (name, text) in [
            (
                "LGD_PAYWINDOWTYPE",
                if self.smartphone { "CardBillingAuth_smartphone" } else { "CardBillingAuth" },
            ),
            ("LGD_RETURNURL", &self.return_url),
            ("LGD_BUYERSSN", self.buyer_ssn.expose()),
            ("LGD_CHECKSSNYN", self.check_ssn.map_or("", |check| if check { "Y" } else { "N" })),
            ("LGD_WINDOW_TYPE", &self.window_type),
        ] {
            draft.add(name, text);
        }
        self.others.iter().for_each(|(name, text)| draft.add(name, text));
        draft.sign(config, platform)
    }
}

setters!(BillingWindowRequest {
    smartphone = bool,
    buyer_ssn = impl Into<Secret>,
    check_ssn: bool,
    window_type = impl Into<String>,
    strict = bool,
});

impl fmt::Debug for BillingWindowRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BillingWindowRequest").finish_non_exhaustive()
    }
}
