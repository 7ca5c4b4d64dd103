//! What was asked, what was expected, what was found, and what that means for a shop.

use serde::Serialize;

/// A text in Korean and English.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Text {
    pub(crate) ko: String,
    pub(crate) en: String,
}

impl Text {
    pub(super) fn new(ko: impl Into<String>, en: impl Into<String>) -> Text {
        Text { ko: ko.into(), en: en.into() }
    }

    /// One that needs no translation.
    pub(super) fn same(text: impl Into<String>) -> Text {
        let text = text.into();
        Text { ko: text.clone(), en: text }
    }
}

impl From<[&str; 2]> for Text {
    fn from([ko, en]: [&str; 2]) -> Text {
        Text::new(ko, en)
    }
}

/// How a finding tells that there was nothing.
pub(super) const NOTHING: &str = "-";

/// How what was found compares with what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Verdict {
    /// As expected.
    Expected,
    /// Otherwise, and the library is made for that, too.
    Otherwise,
    /// There was no expectation.
    Noted,
    /// It could not be asked or seen.
    Unknown,
}

/// One line of the report.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// Its name, which never changes.
    pub(super) id: &'static str,
    /// The number of the assumption that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assumption: Option<u8>,
    pub(super) asked: Text,
    pub(super) expected: Text,
    /// In the gateway's own words and in symbols, the same in both languages.
    pub(super) found: String,
    pub(super) verdict: Verdict,
    pub(super) meaning: Text,
}
