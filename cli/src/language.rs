//! Which of the two languages a person at this terminal reads.

use clap::ValueEnum;

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Language {
    Ko,
    En,
}

impl Language {
    /// The first of the three that is set decides, as in every program.
    pub(crate) fn of_locale() -> Language {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        match ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set) {
            Some(locale) if locale.starts_with("ko") => Language::Ko,
            _ => Language::En,
        }
    }

    /// Korean or English.
    pub(crate) fn of<T>(self, ko: T, en: T) -> T {
        match self {
            Language::Ko => ko,
            Language::En => en,
        }
    }
}

/// What came from outside must not steer a terminal.
pub(crate) fn harmless(text: &str) -> String {
    text.replace(char::is_control, " ")
}
