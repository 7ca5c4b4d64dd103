//! The states of a transaction in the words of the docs. Scripts read their names.

use crate::language::Language;
use crate::terminal::Tone;

/// The name, what Koreans read, and the colour.
const STATES: [(&str, &str, Tone); 13] = [
    ("answered", "응답 받음", Tone::Plain),
    ("declined", "거절", Tone::Plain),
    ("not_sent", "전송 안 됨", Tone::Plain),
    ("rolled_back", "망취소됨", Tone::Plain),
    ("closed", "종결", Tone::Plain),
    ("unknown", "알 수 없음", Tone::Plain),
    ("running", "진행중", Tone::Plain),
    ("abandoned", "중단됨", Tone::Warning),
    ("in_doubt", "결과불명", Tone::Doubt),
    ("unconfirmed", "미확인승인", Tone::Doubt),
    ("ask_again", "재요청필요", Tone::Doubt),
    ("refused", "망취소거절", Tone::Error),
    ("damaged", "손상", Tone::Error),
];

fn find(name: &str) -> Option<&'static (&'static str, &'static str, Tone)> {
    STATES.iter().find(|(known, ..)| *known == name)
}

/// What a person reads: the name itself in English.
pub(crate) fn word(name: &'static str, language: Language) -> &'static str {
    language.of(find(name).map_or(name, |(_, korean, _)| korean), name)
}

pub(crate) fn tone(name: &str) -> Tone {
    find(name).map_or(Tone::Plain, |(.., tone)| *tone)
}

/// The name, by itself or by its Korean word.
pub(crate) fn name(word: &str) -> Option<&'static str> {
    STATES.iter().find(|(name, korean, _)| [*name, *korean].contains(&word)).map(|(name, ..)| *name)
}

/// All names, for whoever has to choose one.
pub(crate) fn names(language: Language) -> String {
    STATES.map(|(name, ..)| word(name, language)).join(", ")
}
