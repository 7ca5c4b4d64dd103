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

/// A request to open the window that identifies a person, by `openAuthonly`: LGD_AUTHONLYKEY comes back in the return.
/// It has no order and no amount, and a signature of its own. Its `Debug` shows the means only.
#[derive(Clone, Default)]
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

impl fmt::Debug for IdentityWindowRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityWindowRequest").field("means", &self.means).finish_non_exhaustive()
    }
}
