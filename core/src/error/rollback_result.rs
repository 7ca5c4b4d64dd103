//! The result of the Rollback of a request that got no well-formed answer.

use std::fmt;

use crate::error::Code;

/// The result of the Rollback of a request that got no well-formed answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RollbackResult {
    /// There was none: `auto_rollback` is 0, or the caller did not want one.
    Off,
    /// The gateway confirmed it.
    Confirmed,
    /// The gateway answered with a code other than `0000`.
    Refused {
        /// LGD_RESPCODE.
        code: String,
        /// LGD_RESPMSG.
        message: String,
    },
    /// No well-formed answer came to any attempt.
    Unanswered(Code),
}

/// The form used in an error's cause: `Rollback 0000`, `Rollback 20009`.
impl fmt::Display for RollbackResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RollbackResult::Off => f.write_str("no Rollback"),
            RollbackResult::Confirmed => f.write_str("Rollback 0000"),
            RollbackResult::Refused { code, message } => write!(f, "Rollback {code} {message}"),
            RollbackResult::Unanswered(code) => write!(f, "Rollback {code}"),
        }
    }
}
