//! The language of the report.

use clap::ValueEnum;

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Language {
    Ko,
    En,
}

impl Language {
    /// The first of the three that is set decides, as in every program.
    pub(super) fn of_locale() -> Language {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        match ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set) {
            Some(locale) if locale.starts_with("ko") => Language::Ko,
            _ => Language::En,
        }
    }

    pub(super) fn of<T>(self, ko: T, en: T) -> T {
        match self {
            Language::Ko => ko,
            Language::En => en,
        }
    }
}
