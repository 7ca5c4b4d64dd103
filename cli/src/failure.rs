//! The failure of a command: a sentence in Korean and English, of which one is printed, or an object for scripts.

use crate::asked;
use crate::language::Language;
use serde_json::{Value, json};
use std::process::ExitCode;
use xpayclient_core::binding::ERROR_KINDS;

/// What happened, and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    ko: String,
    en: String,
    kind: &'static str,
    code: String,
    exit: u8,
}

impl Failure {
    /// The exit code is 1.
    pub(crate) fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into(), kind: "other", code: String::new(), exit: 1 }
    }

    /// Wrong usage. The exit code is 2.
    pub(crate) fn misuse(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind: "usage", exit: 2, ..Self::new(ko, en) }
    }

    /// By Ctrl-C. The exit code is that of a shell for a program which the signal ends.
    pub(crate) fn interrupted() -> Self {
        Self { exit: 130, ..Self::new("입력을 중단했습니다", "the input was interrupted") }
    }

    /// With a kind and a code, for scripts and for the list of error codes.
    pub(crate) fn coded(self, kind: &'static str, code: impl ToString) -> Self {
        Self { kind, code: code.to_string(), ..self }
    }

    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// What happened and what to do, in the language of the answer.
    pub(crate) fn sentence(&self) -> &str {
        Language::chosen().of(&self.ko, &self.en)
    }

    /// This one, followed by the other's sentence.
    pub(crate) fn before(self, other: &Failure) -> Self {
        Self { ko: format!("{}. {}", self.ko, other.ko), en: format!("{}. {}", self.en, other.en), ..self }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.exit
    }

    /// The sentence, behind its code.
    pub(crate) fn text(&self, language: Language) -> String {
        let text = language.of(&self.ko, &self.en);
        if self.code.is_empty() { text.clone() } else { format!("[{}] {text}", self.code) }
    }

    /// For scripts. The names do not change.
    pub(crate) fn json(&self) -> Value {
        json!({"kind": self.kind, "code": self.code, "message": self.sentence()})
    }

    /// Ends the command: prints an object on stdout with `--json`, and a sentence on stderr without.
    pub(crate) fn report(&self) -> ExitCode {
        if asked::json() {
            say!("{}", json!({"error": self.json()}));
        } else {
            self.tell();
        }
        ExitCode::from(self.exit)
    }

    /// Prints the sentence on stderr; with `--json`, too, for a command that goes on or has printed its object.
    pub(crate) fn tell(&self) {
        let language = Language::chosen();
        aside!("{}: {}", language.of("오류", "error"), self.text(language));
    }
}

impl From<xpayclient_sandbox::Error> for Failure {
    fn from(error: xpayclient_sandbox::Error) -> Self {
        Self::new(error.korean(), error.english()).coded("sandbox", error.code())
    }
}

impl From<xpayclient_core::Error> for Failure {
    fn from(error: xpayclient_core::Error) -> Self {
        let (info, cause, remedy) = (error.code().info(), error.cause(), error.remedy());
        // The cause is as the log has it.
        Self::new(format!("{}({cause}). {}", info.ko, remedy.ko), format!("{cause}. {}", remedy.en))
            .coded(ERROR_KINDS.get(error.kind() as usize).copied().unwrap_or("other"), error.code())
    }
}

impl From<xpayclient_bridge::Failure> for Failure {
    fn from(failure: xpayclient_bridge::Failure) -> Self {
        Self::new(failure.ko, failure.en)
    }
}
