//! A finding about lines of a file.

use crate::doctor::edit::without_hex;
use crate::doctor::finding::{About, Finding, Grade};
use std::path::Path;

/// Lines beyond these are counted.
const SHOWN: usize = 8;

pub(super) struct Place<'a> {
    file: &'a Path,
    lines: Vec<usize>,
}

impl<'a> Place<'a> {
    pub(super) fn new(file: &'a Path, line: usize) -> Place<'a> {
        Place { file, lines: vec![line] }
    }

    /// `None` if there are no lines.
    pub(super) fn of(file: &'a Path, lines: impl Iterator<Item = usize>) -> Option<Place<'a>> {
        let mut lines: Vec<usize> = lines.collect();
        lines.sort_unstable();
        lines.dedup();
        (!lines.is_empty()).then_some(Place { file, lines })
    }

    pub(super) fn file(&self) -> &'a Path {
        self.file
    }

    /// The texts may name what is in the file; a MertKey is masked.
    pub(super) fn found(
        &self,
        grade: Grade,
        about: About,
        ko: impl AsRef<str>,
        en: impl AsRef<str>,
    ) -> Finding {
        let shown: Vec<String> = self.lines.iter().take(SHOWN).map(ToString::to_string).collect();
        let more = if self.lines.len() > SHOWN { ",…" } else { "" };
        let place = format!("{}:{}{more}", self.file.display(), shown.join(","));
        let text = |text: &str| format!("{place}: {}", without_hex(text));
        Finding::new(grade, about, text(ko.as_ref()), text(en.as_ref()))
            .fact("file", self.file.to_string_lossy())
            .fact("lines", self.lines.clone())
    }
}
