//! The pages of a long list: which one is shown, and the links to the others.

use crate::codes::{self, Refusal};
use crate::form;
use encoding_rs::UTF_8;
use serde::Deserialize;

/// How many rows a page has. A browser lays them out at once, on a phone too.
const ROWS: i64 = 50;

/// The query of a list that cannot be searched.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::browser) struct Asked {
    pub(super) page: String,
}

/// Which page is asked for.
#[derive(Clone, Copy)]
pub(super) struct Number(i64);

impl Number {
    /// From 1; an empty text is the first.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let number = if text.is_empty() { Some(1) } else { text.parse().ok() };
        let sane = number.filter(|number| (1..i64::MAX / ROWS).contains(number));
        sane.map(Self).ok_or_else(|| codes::MALFORMED.with("page", "1, 2, 3 …"))
    }

    /// How many rows come before it.
    pub(super) fn skipped(self) -> i64 {
        (self.0 - 1) * ROWS
    }

    /// How many rows it has at most.
    pub(super) fn rows(self) -> i64 {
        ROWS
    }
}

/// A page among the others, for the template.
pub(super) struct Pages {
    number: i64,
    pub(super) total: i64,
    /// The address of the list, up to the number of the page.
    address: String,
}

impl Pages {
    /// `pairs` is the rest of the query, which the links keep.
    pub(super) fn new(number: Number, total: i64, path: &str, pairs: &[(&str, &str)]) -> Self {
        let kept = pairs.iter().copied().filter(|(_, value)| !value.is_empty());
        let query = form::write(kept.chain([("page", "")]), UTF_8);
        Self { number: number.0, total, address: format!("{path}?{query}") }
    }

    pub(super) fn last(&self) -> i64 {
        ((self.total + ROWS - 1) / ROWS).max(1)
    }

    pub(super) fn shown(&self) -> String {
        let first = (self.number - 1) * ROWS + 1;
        match (first + ROWS - 1).min(self.total) {
            last if first <= last => format!("{first}–{last} / {}", self.total),
            _ => format!("0 / {}", self.total),
        }
    }

    /// The pages that a link leads to: the first, the one before, the one behind, the last.
    pub(super) fn links(&self) -> Vec<Link> {
        let (number, last) = (self.number, self.last());
        let all = [
            (1, number > 2, "« 처음", "First", ""),
            (number - 1, number > 1, "‹ 이전", "Previous", "prev"),
            (number + 1, number < last, "다음 ›", "Next", "next"),
            (last, number + 1 < last || number > last, "마지막 »", "Last", ""),
        ];
        let link = |(to, _, ko, en, rel)| Link { address: format!("{}{to}", self.address), ko, en, rel };
        all.into_iter().filter(|(_, leads, ..)| *leads).map(link).collect()
    }
}

/// A link to another page.
pub(super) struct Link {
    pub(super) address: String,
    pub(super) ko: &'static str,
    pub(super) en: &'static str,
    pub(super) rel: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: &str, total: i64) -> (String, Vec<String>) {
        let pages =
            Pages::new(Number::read(number).unwrap(), total, "/admin", &[("q", "홍 &"), ("state", "")]);
        (pages.shown(), pages.links().into_iter().map(|link| link.address).collect())
    }

    #[test]
    fn links_lead_to_the_pages_that_are_there() {
        let to = |numbers: &[i64]| -> Vec<String> {
            numbers.iter().map(|number| format!("/admin?q=%ED%99%8D+%26&page={number}")).collect()
        };
        assert_eq!(of("", 0), ("0 / 0".to_owned(), to(&[])));
        assert_eq!(of("1", 50), ("1–50 / 50".to_owned(), to(&[])));
        assert_eq!(of("1", 51), ("1–50 / 51".to_owned(), to(&[2])));
        assert_eq!(of("2", 51), ("51–51 / 51".to_owned(), to(&[1])));
        assert_eq!(of("3", 500), ("101–150 / 500".to_owned(), to(&[1, 2, 4, 10])));
        assert_eq!(of("12", 500), ("0 / 500".to_owned(), to(&[1, 11, 10])));
        for wrong in ["0", "-1", "x", "9223372036854775807"] {
            assert!(Number::read(wrong).is_err(), "{wrong}");
        }
    }
}
