//! Why the bridge ended, in Korean and English.

use std::process::ExitCode;

/// What happened, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In Korean.
    pub ko: String,
    /// In English.
    pub en: String,
}

impl Failure {
    pub(crate) fn new(ko: impl Into<String>, en: impl Into<String>) -> Failure {
        Failure { ko: ko.into(), en: en.into() }
    }

    /// Prints it on stderr, in both languages: that of `xpay-bridge` goes to a log, where all errors have both. The exit code is 1.
    pub fn report(&self) -> ExitCode {
        eprintln!("오류: {}\nerror: {}", self.ko, self.en);
        ExitCode::FAILURE
    }
}
