//! Directories for their owner alone.

use std::fs::DirBuilder;
use std::io;
use std::path::Path;

/// Makes a directory for its owner alone; one that is there keeps its mode.
pub(crate) fn private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}
