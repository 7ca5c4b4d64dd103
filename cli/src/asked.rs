//! How the user wants to be answered: `--lang` and `--json`. Both are looked up before clap reads the command line, because
//! what it says of a mistake has a language and a form, too.

use crate::language::Language;
use clap::ValueEnum;
use std::ffi::OsString;
use std::sync::OnceLock;

struct Asked {
    json: bool,
    language: Language,
}

/// Whether the answer is JSON.
pub(crate) fn json() -> bool {
    asked().json
}

/// The language of the answer.
pub(crate) fn language() -> Language {
    asked().language
}

fn asked() -> &'static Asked {
    static ASKED: OnceLock<Asked> = OnceLock::new();
    ASKED.get_or_init(|| look(std::env::args_os().skip(1), Language::of_locale()))
}

fn look(arguments: impl Iterator<Item = OsString>, locale: Language) -> Asked {
    let mut asked = Asked { json: false, language: locale };
    let mut arguments = arguments.take_while(|one| one != "--").map(|one| one.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let language = match argument.split_once('=') {
            Some(("--lang", language)) => Some(language.to_owned()),
            None if argument == "--lang" => arguments.next(),
            _ => None,
        };
        asked.json |= argument == "--json";
        // clap refuses any other word.
        if let Some(language) = language.and_then(|word| Language::from_str(&word, false).ok()) {
            asked.language = language;
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
