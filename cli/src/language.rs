//! The language of the output.

use crate::asked;
use clap::ValueEnum;

/// A language of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 한국어 / Korean
    Ko,
    /// 영어 / English
    En,
}

impl Language {
    /// By `--lang`, else by the locale.
    pub(crate) fn chosen() -> Language {
        asked::language()
    }

    /// By LC_ALL, LC_MESSAGES or LANG, the first that is set.
    pub(crate) fn of_locale() -> Language {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        match ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set) {
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
