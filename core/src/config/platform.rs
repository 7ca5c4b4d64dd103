//! Which of the two gateways is meant, and how `mode` names it.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// Which of the two gateways is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// `test_url`: no money moves.
    Test,
    /// `url`: money moves.
    Service,
}

/// As `mode` has it: `test` or `service`.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Platform::Test => "test",
            Platform::Service => "service",
        })
    }
}

impl Platform {
    /// As the vendor's Init reads it: `test` in any case is test, everything else (`service`, `real`, empty) is service.
    /// Code that is written anew parses a [`str`], which refuses what is neither.
    pub fn from_mode(mode: &[u8]) -> Platform {
        if mode.eq_ignore_ascii_case(b"test") { Platform::Test } else { Platform::Service }
    }
}

/// `test` and `service`, and nothing else: a misspelt mode must not move money.
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
