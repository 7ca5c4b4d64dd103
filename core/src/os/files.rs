//! Creates directories that only their owner can enter, and opens regular files only.

use std::fs::DirBuilder;
use std::io;
use std::path::Path;

/// Creates a directory with mode 0700. A directory that exists keeps its mode.
pub(crate) fn private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Flags for open(2) that refuse a symbolic link and do not block on a pipe. For regular files they change nothing.
#[cfg(unix)]
pub(crate) const PLAIN_FILES: i32 =
    rustix::fs::OFlags::NOFOLLOW.union(rustix::fs::OFlags::NONBLOCK).bits() as i32;
