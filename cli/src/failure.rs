//! Why a command failed, in both languages, and how that is told.

use std::process::ExitCode;

/// A failure that says what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) ko: String,
    pub(crate) en: String,
}

impl Failure {
    pub(crate) fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }

    /// Tells it on stderr; the exit code is 1.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("오류: {}\nerror: {}", self.ko, self.en);
        ExitCode::FAILURE
    }

    /// Tells of a call that could not mean anything; the exit code is 2.
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
        let said = |remedy: &str| format!("[{}] {}. {remedy}", error.code(), error.cause());
        Self::new(said(error.remedy().ko), said(error.remedy().en))
    }
}
