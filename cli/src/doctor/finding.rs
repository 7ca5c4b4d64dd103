//! A finding of the doctor, with what to do about it.

use super::fix::Fix;
use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::terminal::{Tone, painted};
use serde::Serialize;
use serde_json::{Map, Value};
use xpayclient_core::Error;

/// The severity, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Grade {
    Fine,
    Warning,
    Error,
}

/// What a finding is about. Scripts read its name in snake_case, which does not change. A test compares them with
/// docs/en/doctor.md and docs/ko/doctor.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[rustfmt::skip]
pub(super) enum About {
    Refused, Encoding, Misspelt, Value, Protocols, Missing, Swallowed, NoShop, MertKey, Swapped, SameKey, SampleKey,
    JavaValue, JavaDefault, JavaBom, JavaMid,
    RetiredHost, OlderHost, Firewall, Http, Unverified, CaDamaged, CaExpired, CaStale, CaUnusable,
    Readable, WebRoot, LogDir, JournalDir, Journal, Database,
    Dns, ConnectionRefused, NoAnswer, Tls, Expiring, Untrusted, Clock, Ping, Php,
    Class, NoClass, ByReference, Construction, Subclass, Member, HashByHand, Session, Message, Home, Journals, Unseen,
}

#[derive(Serialize)]
pub(super) struct Finding {
    pub(super) grade: Grade,
    pub(super) about: About,
    ko: String,
    en: String,
    /// Measured values, for scripts.
    #[serde(skip_serializing_if = "Map::is_empty")]
    facts: Map<String, Value>,
    /// The fix, if there is a safe one.
    #[serde(rename = "fixable", serialize_with = "as_flag")]
    pub(super) fix: Option<Fix>,
}

fn as_flag<S: serde::Serializer>(fix: &Option<Fix>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(fix.is_some())
}

impl Finding {
    pub(super) fn new(grade: Grade, about: About, ko: impl Into<String>, en: impl Into<String>) -> Finding {
        Finding { grade, about, ko: ko.into(), en: en.into(), facts: Map::new(), fix: None }
    }

    /// An error of the library.
    pub(super) fn of(error: Error) -> Finding {
        Finding::failed(About::Refused, error)
    }

    /// An error of the library, about something known.
    pub(super) fn failed(about: About, error: Error) -> Finding {
        let code = error.code().to_string();
        let failure = Failure::from(error);
        let [ko, en] = [Language::Ko, Language::En].map(|language| failure.text(language));
        Finding::new(Grade::Error, about, ko, en).fact("code", code)
    }

    pub(super) fn is_error(&self) -> bool {
        self.grade == Grade::Error
    }

    /// Says this before the rest.
    pub(super) fn after(mut self, ko: &str, en: &str) -> Finding {
        self.ko.insert_str(0, ko);
        self.en.insert_str(0, en);
        self
    }

    pub(super) fn fact(mut self, name: &str, value: impl Into<Value>) -> Finding {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn fixed_by(self, fix: impl Into<Option<Fix>>) -> Finding {
        Finding { fix: fix.into(), ..self }
    }

    pub(super) fn line(&self, language: Language) -> String {
        let [fine, warning, error] = language.of(["정상", "경고", "오류"], ["fine", "warning", "error"]);
        let grade = match self.grade {
            Grade::Fine => fine,
            Grade::Warning => warning,
            Grade::Error => error,
        };
        let tone = match self.grade {
            Grade::Fine => Tone::Plain,
            Grade::Warning => Tone::Warning,
            Grade::Error => Tone::Error,
        };
        let text = harmless(language.of(&self.ko, &self.en));
        let fix = if self.fix.is_some() { language.of(" [--fix 가능]", " [--fix can fix it]") } else { "" };
        format!("{}: {text}{fix}", painted(tone, grade))
    }
}
