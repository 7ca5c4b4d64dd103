//! The files of the repository that are generated: written, or compared with what is there.

use std::fs;
use std::path::{Path, PathBuf};

/// What went wrong, in words.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// Writes each file that differs, or only names it.
pub(crate) struct Files {
    writes: bool,
    differ: bool,
}

impl Files {
    pub(crate) fn written() -> Files {
        Files { writes: true, differ: false }
    }

    pub(crate) fn checked() -> Files {
        Files { writes: false, differ: false }
    }

    /// Whether a file is not what it should be. Never after writing.
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

    /// The file as it is to be.
    pub(crate) fn put(&mut self, file: &str, contents: impl AsRef<[u8]>) -> Result<()> {
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

    /// A file that is written by hand but for what stands between two marks.
    pub(crate) fn put_between(&mut self, file: &str, begin: &str, end: &str, text: &str) -> Result<()> {
        let page = replaced(&Files::read(file)?, begin, end, text)
            .ok_or_else(|| format!("{file} lacks the marks\n{begin}\n{end}"))?;
        self.put(file, page)
    }
}

/// `page` with `text` between the marks.
pub(crate) fn replaced(page: &str, begin: &str, end: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}{text}{end}{after}"))
}
