//! The dialect of the vendor's Java client: what it read in the two files where this library reads PHP's dialect, and what it did
//! with a number that is not there. All of it was observed.

use crate::doctor::files::Files;
use std::path::PathBuf;
use xpayclient_core::Config;

/// A line of the files that this library reads, as both read it. What only Java reads, such as `#name = value`, has a name that
/// nothing asks for.
pub(super) struct Line {
    pub(super) path: PathBuf,
    /// From 1.
    pub(super) number: usize,
    pub(super) name: Vec<u8>,
    /// All after the `=`: quotes, comments and words such as `off` are the value's own. None if Java lost the line.
    pub(super) java: Option<Vec<u8>>,
    pub(super) here: Vec<u8>,
}

/// The lines of both files, the one with precedence last.
pub(super) struct Lines(Vec<Line>);

impl Lines {
    pub(super) fn of(files: &Files) -> Lines {
        let mut lines = Vec::new();
        let files: Vec<_> = files.iter().collect();
        for (path, file) in files.into_iter().rev() {
            let text = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
            let marked = text.len() < file.len();
            for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
                let Some((name, here)) = Config::read_line(line) else { continue };
                let value = line.splitn(2, |byte| *byte == b'=').nth(1).unwrap_or_default();
                // The mark became a part of that line's name.
                let java = (!marked || index > 0).then(|| value.trim_ascii().to_vec());
                lines.push(Line { path: path.into(), number: index + 1, name, java, here });
            }
        }
        Lines(lines)
    }

    /// The line that counts in this library.
    pub(super) fn here(&self, name: &[u8]) -> Option<&Line> {
        self.0.iter().rev().find(|line| line.name == name)
    }

    /// The value that counted in Java; an empty one is none.
    pub(super) fn java(&self, name: &[u8]) -> Option<&[u8]> {
        let mut read = self.0.iter().rev().filter(|line| line.name == name);
        read.find_map(|line| line.java.as_deref()).filter(|value| !value.is_empty())
    }
}

/// Java's seconds of `timeout`.
pub(super) fn seconds(value: Option<&[u8]>) -> i64 {
    number(value).map_or(20, i64::from)
}

/// Whether a switch was on in Java. None if nobody observed it: what a number but 0 and 1 did.
pub(super) fn is_on(name: &str, value: Option<&[u8]>) -> Option<bool> {
    match number(value) {
        None | Some(0) => Some(false),
        Some(1) => Some(true),
        Some(_) => (name == "auto_rollback").then_some(false),
    }
}

fn number(value: Option<&[u8]>) -> Option<i32> {
    std::str::from_utf8(value?).ok()?.parse().ok()
}
