//! One thing the doctor found, with what to do about it.

use super::Language;
use crate::failure::Failure;
use serde::Serialize;
use xpayclient_core::Error;

/// How bad it is, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    Fine,
    Warning,
    Error,
}

#[derive(Serialize)]
pub(super) struct Finding {
    pub(super) grade: Grade,
    /// A name for scripts.
    about: &'static str,
    ko: String,
    en: String,
}

impl Finding {
    pub(super) fn new(
        grade: Grade,
        about: &'static str,
        ko: impl Into<String>,
        en: impl Into<String>,
    ) -> Finding {
        Finding { grade, about, ko: ko.into(), en: en.into() }
    }

    /// What the library refuses, in its words.
    pub(super) fn of(error: Error) -> Finding {
        let Failure { ko, en } = error.into();
        Finding::new(Grade::Error, "refused", ko, en)
    }

    pub(super) fn line(&self, language: Language) -> String {
        let (grade, text) = match language {
            Language::Ko => (["정상", "경고", "오류"], &self.ko),
            Language::En => (["fine", "warning", "error"], &self.en),
        };
        let [fine, warning, error] = grade;
        let grade = match self.grade {
            Grade::Fine => fine,
            Grade::Warning => warning,
            Grade::Error => error,
        };
        // A name from the file or a message of the gateway must not steer the terminal.
        let text: String = text.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        format!("{grade}: {text}")
    }
}
