//! The generated files of the repository: writes or compares them.

use std::fs;
use std::path::{Path, PathBuf};

/// An error is a message.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// Writes each file that differs, or only prints its name.
pub(crate) struct Files {
    writes: bool,
    differ: bool,
    whole: Vec<String>,
}

impl Files {
    pub(crate) fn written() -> Files {
        Files { writes: true, differ: false, whole: Vec::new() }
    }

    pub(crate) fn checked() -> Files {
        Files { writes: false, differ: false, whole: Vec::new() }
    }

    /// Whether a compared file differs.
    pub(crate) fn differ(&self) -> bool {
        self.differ && !self.writes
    }

    /// A file by its path in the repository.
    pub(crate) fn path(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
    }

    pub(crate) fn read(file: &str) -> Result<String> {
        fs::read_to_string(Files::path(file)).map_err(|error| format!("{file} cannot be read: {error}"))
    }

    /// The files that have been put, in the order of their names.
    pub(crate) fn whole(&self) -> Vec<&str> {
        let mut files: Vec<&str> = self.whole.iter().map(String::as_str).collect();
        files.sort_unstable();
        files
    }

    /// Names files by a pattern that are generated as a whole.
    pub(crate) fn mark(&mut self, pattern: &str) {
        self.whole.push(pattern.into());
    }

    /// Writes or compares a file that is generated as a whole.
    pub(crate) fn put(&mut self, file: &str, contents: impl AsRef<[u8]>) -> Result<()> {
        self.whole.push(file.into());
        self.update(file, contents)
    }

    /// Writes or compares a file that is otherwise written by hand.
    pub(crate) fn update(&mut self, file: &str, contents: impl AsRef<[u8]>) -> Result<()> {
        let contents = contents.as_ref();
        if fs::read(Files::path(file)).is_ok_and(|committed| committed == contents) {
            return Ok(());
        }
        self.differ = true;
        if !self.writes {
            println!("differs {file}");
            return Ok(());
        }
        println!("writes  {file}");
        fs::write(Files::path(file), contents).map_err(|error| format!("{file} cannot be written: {error}"))
    }

    /// Writes or compares the part between two marks of a file that is otherwise written by hand.
    pub(crate) fn put_between(&mut self, file: &str, begin: &str, end: &str, text: &str) -> Result<()> {
        let page = replaced(&Files::read(file)?, begin, end, text)
            .ok_or_else(|| format!("{file} lacks the marks\n{begin}\n{end}"))?;
        self.update(file, page)
    }
}

/// `page` with `text` between the marks; `None` if a mark is missing.
pub(crate) fn replaced(page: &str, begin: &str, end: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{text}{end}{after}"))
}
