//! Directories for their owner alone, and files that are nothing else.

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

/// Flags of open(2) with which a symbolic link is refused and a pipe is not waited for. Of regular files they change nothing.
#[cfg(unix)]
pub(crate) const PLAIN_FILES: i32 =
    rustix::fs::OFlags::NOFOLLOW.union(rustix::fs::OFlags::NONBLOCK).bits() as i32;
