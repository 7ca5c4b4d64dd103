//! The failure of a command, in Korean and English.

use std::process::ExitCode;

/// What happened, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) ko: String,
    pub(crate) en: String,
}

impl Failure {
    pub(crate) fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }

    /// Prints it on stderr; the exit code is 1.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("오류: {}\nerror: {}", self.ko, self.en);
        ExitCode::FAILURE
    }

    /// Prints it on stderr as wrong usage; the exit code is 2.
    pub(crate) fn report_misuse(&self) -> ExitCode {
        self.report();
        ExitCode::from(2)
    }
}

impl From<xpayclient_sandbox::Error> for Failure {
    fn from(error: xpayclient_sandbox::Error) -> Self {
        Self::new(error.korean(), error.english())
    }
}

impl From<xpayclient_core::Error> for Failure {
    fn from(error: xpayclient_core::Error) -> Self {
        let text = |remedy: &str| format!("[{}] {}. {remedy}", error.code(), error.cause());
        Self::new(text(error.remedy().ko), text(error.remedy().en))
    }
}

impl From<xpayclient_bridge::Failure> for Failure {
    fn from(failure: xpayclient_bridge::Failure) -> Self {
        Self::new(failure.ko, failure.en)
    }
}
