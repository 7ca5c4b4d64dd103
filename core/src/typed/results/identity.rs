//! The result of AuthOnlyByKey, all of it personal.

use std::fmt;

use super::approved;
use crate::error::Result;
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;
use crate::text::secret::Secret;

/// Who the window identified. Its `Debug` shows LGD_TID only.
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
    /// LGD_AUTHSUB_CI: the same for a person in every shop.
    pub ci: Option<Secret>,
    /// LGD_AUTHSUB_DI: a person's in this shop.
    pub di: Option<Secret>,
}

impl AuthOnlyResult {
    /// Reads the first row of a success. What comes back of a person depends on the means and the contract.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the field that is missing or cannot be read.
    pub fn read(answer: &Answer) -> Result<AuthOnlyResult> {
        approved(answer)?;
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
