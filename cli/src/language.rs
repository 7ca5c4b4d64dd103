//! The language of the output.

use crate::system;
use clap::ValueEnum;
use xpayclient_core::parse_timestamp;

/// A language of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 한국어 / Korean
    Ko,
    /// 영어 / English
    En,
}

impl Language {
    /// By LC_ALL, LC_MESSAGES or LANG, the first that is set; without them as the system knows its user.
    pub(crate) fn of_locale() -> Language {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        match ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).or_else(system::locale) {
            Some(locale) if locale.starts_with("ko") => Language::Ko,
            _ => Language::En,
        }
    }

    /// Korean or English.
    pub fn of<T>(self, ko: T, en: T) -> T {
        match self {
            Language::Ko => ko,
            Language::En => en,
        }
    }
}

/// Without control characters, which could control the terminal.
pub(crate) fn harmless(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A time of the protocol, `yyyyMMddHHmmss`, for people: `2026-11-29 10:11:12`.
pub(crate) fn readable(at: &str) -> String {
    match parse_timestamp(at) {
        Some(_) => {
            let part = |from: usize, to: usize| at.get(from..to).unwrap_or_default();
            let (day, time) =
                ([part(0, 4), part(4, 6), part(6, 8)], [part(8, 10), part(10, 12), part(12, 14)]);
            format!("{} {}", day.join("-"), time.join(":"))
        }
        None => harmless(at),
    }
}
