//! The result of AuthOnlyByKey. All of it is personal data.

use std::fmt;

use super::require_success;
use crate::error::Result;
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;
use crate::text::secret::Secret;

/// The person that the payment window identified. Its `Debug` shows LGD_TID only.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthOnlyResult {
    /// LGD_TID.
    pub tid: String,
    /// LGD_MOBILENUM.
    pub mobile_number: Option<Secret>,
    /// LGD_MOBILE_SUBAUTH_NAME.
    pub name: Option<Secret>,
    /// LGD_MOBILE_SUBAUTH_BIRTH.
    pub birth: Option<Secret>,
    /// LGD_MOBILE_SUBAUTH_SEX.
    pub sex: Option<Secret>,
    /// LGD_AUTHSUB_CI: identifies the person, the same in every shop.
    pub ci: Option<Secret>,
    /// LGD_AUTHSUB_DI: identifies the person in this shop only.
    pub di: Option<Secret>,
}

impl AuthOnlyResult {
    /// Reads the first row of a success. Which fields come back depends on the method and the contract.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the field that is missing or unreadable.
    pub fn read(answer: &Answer) -> Result<AuthOnlyResult> {
        require_success(answer)?;
        let personal = |name| answer.given(name).map(Secret::from);
        Ok(AuthOnlyResult {
            tid: answer.text("LGD_TID")?.to_owned(),
            mobile_number: personal("LGD_MOBILENUM"),
            name: personal("LGD_MOBILE_SUBAUTH_NAME"),
            birth: personal("LGD_MOBILE_SUBAUTH_BIRTH"),
            sex: personal("LGD_MOBILE_SUBAUTH_SEX"),
            ci: personal("LGD_AUTHSUB_CI"),
            di: personal("LGD_AUTHSUB_DI"),
        })
    }
}

impl fmt::Debug for AuthOnlyResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthOnlyResult").field("tid", &self.tid).finish_non_exhaustive()
    }
}
