//! Files that are generated and committed: drift fails the build. `XPAY_WRITE_HEADER=1` writes them.

use std::path::{Path, PathBuf};

/// A file by its path in the repository.
pub(crate) fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}

/// What is committed; nothing where the file is not there.
pub(crate) fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap_or_default()
}

/// Writes a generated file where that is asked for, and fails where the committed one is another.
pub(crate) fn must_be(file: &str, generated: &str) {
    if std::env::var_os("XPAY_WRITE_HEADER").is_some() {
        std::fs::write(path(file), generated).unwrap();
    }
    assert!(read(file) == generated, "{file} has drifted: run `make header` and commit it");
}
