//! A file gets a new content: its old one is kept beside it, and a reader sees the old or the new, never half of it.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use xpayclient_core::timestamp;

/// The backup's path. Owner and mode are kept, of the backup too: it holds the same secrets.
pub(super) fn replace(path: &Path, old: &[u8], new: &[u8]) -> io::Result<PathBuf> {
    // Where it is a link, what it leads to is replaced.
    let path = &fs::canonicalize(path)?;
    let metadata = fs::metadata(path)?;
    if fs::read(path)? != old {
        return Err(io::Error::other("somebody else changed it meanwhile"));
    }
    let backup = beside(path, &format!("{}.bak", timestamp()));
    let draft = beside(path, &format!("{}.new", std::process::id()));
    write_new(&backup, old, &metadata)?;
    let placed = write_new(&draft, new, &metadata).and_then(|()| fs::rename(&draft, path));
    if placed.is_err() {
        // What is left of the try would only confuse; that it cannot be removed changes nothing.
        let _ = fs::remove_file(&draft);
        let _ = fs::remove_file(&backup);
    }
    placed.map(|()| backup)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}

/// For its owner alone until it is like the file that it stands for.
fn write_new(path: &Path, content: &[u8], like: &Metadata) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    let written = file.write_all(content).and_then(|()| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            fchown(&file, Some(like.uid()), Some(like.gid()))?;
        }
        file.set_permissions(like.permissions())?;
        file.sync_all()
    });
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}
