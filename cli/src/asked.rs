//! How the user wants to be answered: `--lang`, `--json` and `--color`. They are looked up before clap reads the command line, because
//! what it says of a mistake has a language and a form, too.

use crate::language::Language;
use clap::{ColorChoice, ValueEnum};
use std::ffi::OsString;
use std::sync::OnceLock;

struct Asked {
    json: bool,
    language: Language,
    color: ColorChoice,
}

/// Whether the answer is JSON.
pub(crate) fn json() -> bool {
    asked().json
}

impl Language {
    /// The language of the answer.
    pub(crate) fn chosen() -> Language {
        asked().language
    }
}

/// Whether the answer has colours.
pub(crate) fn color() -> ColorChoice {
    asked().color
}

fn asked() -> &'static Asked {
    static ASKED: OnceLock<Asked> = OnceLock::new();
    ASKED.get_or_init(|| look(std::env::args_os().skip(1), Language::of_locale()))
}

fn look(arguments: impl Iterator<Item = OsString>, locale: Language) -> Asked {
    let mut asked = Asked { json: false, language: locale, color: ColorChoice::Auto };
    let mut arguments = arguments.take_while(|one| one != "--").map(|one| one.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        asked.json |= argument == "--json";
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        if !["--lang", "--color"].contains(&name) {
            continue;
        }
        // clap refuses any other word.
        let Some(word) = value.or_else(|| arguments.next()) else { continue };
        match name {
            "--lang" => asked.language = Language::from_str(&word, false).unwrap_or(asked.language),
            _ => asked.color = ColorChoice::from_str(&word, false).unwrap_or(asked.color),
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_found_before_clap_reads() {
        let look = |line: &str| {
            let asked = look(line.split(' ').map(OsString::from), Language::En);
            (asked.json, asked.language.of("ko", "en"))
        };
        for (line, json, language) in [
            ("ping --home x", false, "en"),
            ("ping --lang ko --json", true, "ko"),
            ("--lang=ko ping", false, "ko"),
            ("ping --lang fr", false, "en"),
            ("log -- --json", false, "en"),
            ("ping --lang", false, "en"),
        ] {
            assert_eq!(look(line), (json, language), "{line}");
        }
    }
}
