//! The request of an identity check's window.

use std::fmt;

use time::PrimitiveDateTime;

use super::draft::Draft;
use super::form::Window;
use super::purpose::Purpose;
use crate::config::{Config, Platform};
use crate::error::Result;
use crate::text::dates;
use crate::text::secret::Secret;
use crate::typed::setters::setters;

/// A request to open the window that identifies a person, by `openAuthonly`: LGD_AUTHONLYKEY comes back in the return.
/// It has no order and no amount, and a signature of its own. Its `Debug` shows the means only.
#[derive(Clone)]
#[non_exhaustive]
pub struct IdentityWindowRequest {
    /// CST_MID: the contracted merchant ID. LGD_MID is made from it, with a leading `t` on the test platform.
    pub cst_mid: String,
    /// LGD_PAYTYPE: `ASC001` card, `ASC002` phone, `ASC004` account, `ASC007` phone, the alternative.
    pub means: String,
    /// LGD_BUYERSSN: a resident number, or its first 6 or 7 digits. It is signed.
    pub buyer_ssn: Secret,
    /// LGD_RETURNURL: the shop's page that receives the window's result.
    pub return_url: String,
    /// LGD_WINDOW_TYPE; may be empty. The page passes the same value to `openAuthonly`.
    pub window_type: String,
    /// LGD_TIMESTAMP, in Korean time; the current time if not set.
    pub timestamp: Option<PrimitiveDateTime>,
    /// Other parameters, as in [`super::WindowRequest`].
    pub others: Vec<(String, String)>,
    /// Whether a [`super::Warning`] is a refusal.
    pub strict: bool,
}

impl IdentityWindowRequest {
    /// A window of the shop `cst_mid` that identifies the person with this number by `means`.
    pub fn new(
        cst_mid: impl Into<String>,
        means: impl Into<String>,
        buyer_ssn: impl Into<Secret>,
        return_url: impl Into<String>,
    ) -> IdentityWindowRequest {
        IdentityWindowRequest {
            cst_mid: cst_mid.into(),
            means: means.into(),
            buyer_ssn: buyer_ssn.into(),
            return_url: return_url.into(),
            window_type: String::new(),
            timestamp: None,
            others: Vec::new(),
            strict: false,
        }
    }

    /// Adds a parameter, as [`super::WindowRequest::other`].
    #[must_use = "a setter returns the changed value"]
    pub fn other(mut self, name: impl Into<String>, value: impl Into<String>) -> IdentityWindowRequest {
        self.others.push((name.into(), value.into()));
        self
    }

    /// Checks all parameters and signs the request with the shop's MertKey.
    ///
    /// # Errors
    /// As [`super::WindowRequest::sign`].
    pub fn sign(&self, config: &Config, platform: Platform) -> Result<Window> {
        let mut draft = Draft::of(Purpose::Identity, &self.cst_mid, self.strict);
        let timestamp = self.timestamp.map(dates::format);
        for (name, text) in [
            ("LGD_PAYTYPE", self.means.as_str()),
            ("LGD_BUYERSSN", self.buyer_ssn.expose()),
            ("LGD_TIMESTAMP", timestamp.as_deref().unwrap_or_default()),
            ("LGD_RETURNURL", &self.return_url),
            ("LGD_WINDOW_TYPE", &self.window_type),
        ] {
            draft.add(name, text);
        }
        self.others.iter().for_each(|(name, text)| draft.add(name, text));
        draft.sign(config, platform)
    }
}

setters!(IdentityWindowRequest {
    window_type = impl Into<String>,
    timestamp: PrimitiveDateTime,
    strict = bool,
});

impl fmt::Debug for IdentityWindowRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityWindowRequest").field("means", &self.means).finish_non_exhaustive()
    }
}
