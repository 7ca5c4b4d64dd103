//! A file gets a new content: its old one is kept beside it, and a reader sees the old or the new, never half of it.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};
use xpayclient_core::timestamp;

/// The backup's path. Owner and mode are kept, of the backup too: it holds the same secrets.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<PathBuf> {
    // Where it is a link, what it leads to is replaced.
    let path = &fs::canonicalize(path)?;
    let metadata = fs::metadata(path)?;
    if fs::read(path)? != old {
        return Err(io::Error::other("somebody else changed it meanwhile"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.bak", timestamp()));
    let backup = path.with_file_name(name);
    written(path, old, &metadata)?.persist_noclobber(&backup)?;
    let replaced = written(path, new, &metadata).and_then(|draft| Ok(draft.persist(path)?));
    if replaced.is_err() {
        // A backup of what is still there would only confuse; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&backup);
    }
    replaced.map(|_| backup)
}

/// A file on the disk beside `path`, for its owner alone until it is like the file that it stands for. It goes unless it is
/// given a name.
fn written(path: &Path, content: &[u8], like: &Metadata) -> io::Result<NamedTempFile> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut draft =
        Builder::new().prefix(path.file_name().unwrap_or_default()).suffix(".new").tempfile_in(dir)?;
    draft.write_all(content)?;
    let file = draft.as_file();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        fchown(file, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(like.permissions())?;
    file.sync_all()?;
    Ok(draft)
}
