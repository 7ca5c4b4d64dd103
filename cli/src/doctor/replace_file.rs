//! Replaces a file atomically, with a backup beside it.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};
use xpayclient_core::timestamp;

/// Returns the path of the backup. File and backup keep owner and mode, because both hold secrets; on
/// Windows they have what the directory gives to a new file.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<PathBuf> {
    // If it is a link, its target is replaced.
    let path = &dunce::canonicalize(path)?;
    let metadata = fs::metadata(path)?;
    if fs::read(path)? != old {
        return Err(io::Error::other("another process changed it"));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.bak", timestamp()));
    let backup = path.with_file_name(name);
    temporary(path, old, &metadata)?.persist_noclobber(&backup)?;
    let replaced = temporary(path, new, &metadata).and_then(|draft| Ok(draft.persist(path)?));
    if replaced.is_err() {
        // Without a change there must be no backup; failing to remove it is harmless.
        let _ = fs::remove_file(&backup);
    }
    replaced.map(|_| backup)
}

/// A temporary file beside `path`, synced, with the content, and with the owner and mode of `like`. Dropped, it is
/// removed.
fn temporary(path: &Path, content: &[u8], like: &Metadata) -> io::Result<NamedTempFile> {
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
