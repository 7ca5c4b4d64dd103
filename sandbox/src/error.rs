//! Errors of the sandbox, in Korean and English.

use crate::codes::Refusal;
use std::fmt;

/// Why the sandbox could not start or do what was requested.
#[derive(Clone, Debug)]
pub struct Error {
    code: &'static str,
    ko: String,
    en: String,
}

impl Error {
    pub(crate) fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: "", ko: ko.into(), en: en.into() }
    }

    /// The sandbox's code (`SB15` …); empty before it runs.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// In Korean.
    pub fn korean(&self) -> &str {
        &self.ko
    }

    /// In English.
    pub fn english(&self) -> &str {
        &self.en
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.ko, self.en)
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code(), ko: refusal.korean(), en: refusal.english() }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Refusal::from(error).into()
    }
}
