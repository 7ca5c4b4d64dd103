//! The platform: which of the two gateways is used, and how `mode` names it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// Which of the two gateways is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// `test_url`: no money moves.
    Test,
    /// `url`: money moves.
    Service,
}

/// Writes the platform as `mode` names it: `test` or `service`.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Platform::Test => "test",
            Platform::Service => "service",
        })
    }
}

impl Platform {
    /// Reads `mode` as the vendor's Init does: `test` in any case is test, everything else (`service`, `real`, empty)
    /// is service. New code should parse a [`str`] instead, which rejects anything else.
    pub fn from_mode(mode: &[u8]) -> Platform {
        if mode.eq_ignore_ascii_case(b"test") { Platform::Test } else { Platform::Service }
    }
}

/// Accepts only `test` and `service`: a misspelt mode must not move money.
impl FromStr for Platform {
    type Err = Error;

    fn from_str(mode: &str) -> Result<Platform> {
        match mode {
            "test" => Ok(Platform::Test),
            "service" => Ok(Platform::Service),
            _ => Err(Error::bad_value("mode", "must be test or service, in lower case")),
        }
    }
}
