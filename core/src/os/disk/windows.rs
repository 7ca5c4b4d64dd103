//! Files that are locked by being open: whoever has one lets others read it, and nobody write, move or delete it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf, Prefix};

use super::DiskFile;
use crate::os::files::private_file;

/// FILE_SHARE_READ. LockFileEx would lock the bytes against readers, too.
const OTHERS_MAY_READ: u32 = 1;
/// FILE_SHARE_DELETE.
const OTHERS_MAY_DELETE: u32 = 4;
/// ERROR_SHARING_VIOLATION: another handle does not allow it.
const IS_HELD: i32 = 32;
/// A directory cannot be opened as a file. This one stands for it.
const RECOVERY: &str = "recovery.lock";

/// Opens and locks a file. `None`: another process has it.
pub(super) fn locked(path: PathBuf, options: &mut OpenOptions) -> io::Result<Option<Box<dyn DiskFile>>> {
    Ok(held(options, &path)?.map(|file| Box::new(OpenFile(file)) as Box<dyn DiskFile>))
}

/// No process is forked here, so none outlives its own lock: a file that is held is held by a live one.
pub(super) fn despite_lock(path: PathBuf) -> io::Result<Box<dyn DiskFile>> {
    locked(path, OpenOptions::new().write(true))?.ok_or_else(|| io::Error::from_raw_os_error(IS_HELD))
}

pub(super) fn lock_recovery(dir: &Path) -> io::Result<Option<Box<dyn Send>>> {
    let file = held(private_file(OpenOptions::new().write(true).create(true)), &dir.join(RECOVERY))?;
    Ok(file.map(|file| Box::new(file) as Box<dyn Send>))
}

/// Opens a file and thereby locks it. `None`: another process has it. An error is also that somebody reads it and lets nobody write
/// meanwhile, as a backup may: that process does not work on its transaction.
fn held(options: &mut OpenOptions, path: &Path) -> io::Result<Option<File>> {
    let options = options.read(true).share_mode(OTHERS_MAY_READ);
    match options.open(path) {
        Err(error) if is_held(&error) && is_written(path) => Ok(None),
        // Whoever had it may have ended since.
        Err(error) if is_held(&error) => options.open(path).map(Some),
        file => file.map(Some),
    }
}

pub(super) fn is_held(error: &io::Error) -> bool {
    error.raw_os_error() == Some(IS_HELD)
}

/// Whether a process has it open for writing, as one does that has locked it.
fn is_written(path: &Path) -> bool {
    let read = OpenOptions::new().read(true).share_mode(OTHERS_MAY_READ | OTHERS_MAY_DELETE).open(path);
    read.is_err_and(|error| is_held(&error))
}

#[derive(Debug)]
struct OpenFile(File);

impl DiskFile for OpenFile {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.0.seek(SeekFrom::Start(0))?;
        self.0.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> io::Result<()> {
        let mut written = 0;
        while written < bytes.len() {
            match self.0.seek_write(&bytes[written..], (at + written) as u64)? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                more => written += more,
            }
        }
        Ok(())
    }

    /// FlushFileBuffers, which makes the file's name durable, too.
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }

    fn reset(&mut self, size: usize) -> io::Result<()> {
        self.0.set_len(0)?;
        self.0.seek(SeekFrom::Start(0))?;
        let made = self.0.write_all(&vec![0; size]).and_then(|()| self.0.sync_all());
        if made.is_err() {
            // A failure needs no handling: the first error is reported.
            let _ = self.0.set_len(0);
        }
        made
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.set_len(0)?;
        self.0.sync_all()
    }

    /// Nobody can move or remove it.
    fn has_vanished(&self) -> bool {
        false
    }
}

/// Refuses shares of other machines, by their own names, without asking for them, and behind a drive's letter.
pub(super) fn refuse_network(dir: &Path) -> io::Result<()> {
    match is_share(dir) || is_share(&fs::canonicalize(dir)?) {
        true => Err(super::on_network("a network drive")),
        false => Ok(()),
    }
}

/// A directory that is not there yet has nothing in it. What is on a drive that is not there, nobody knows.
pub(super) fn require_drive(dir: &Path) -> io::Result<()> {
    match dir.ancestors().last() {
        Some(root) if !root.as_os_str().is_empty() && !root.try_exists()? => {
            Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no drive {}", root.display())))
        }
        _ => Ok(()),
    }
}

fn is_share(path: &Path) -> bool {
    let Some(Component::Prefix(prefix)) = path.components().next() else { return false };
    matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..))
}

#[cfg(test)]
mod tests {
    use super::super::{Disk, Files};
    use super::*;

    /// As another process does that wants no lock, but to write, to move or to delete.
    #[test]
    fn a_held_file_can_be_read_and_not_taken_moved_or_deleted() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        let mut file = files.create(0).unwrap().unwrap();
        file.write(0, b"begun").unwrap();
        let path = files.path(0);
        assert_eq!((fs::read(&path).unwrap(), files.peek(0).unwrap()), (b"begun".into(), b"begun".into()));
        assert!(files.open(0).unwrap().is_none() && is_held(&files.open_despite_lock(0).unwrap_err()));
        assert!(is_held(&OpenOptions::new().write(true).open(&path).unwrap_err()));
        assert!(is_held(&fs::rename(&path, dir.path().join("elsewhere")).unwrap_err()));
        assert!(is_held(&fs::remove_file(&path).unwrap_err()));
        assert!(!file.has_vanished());
        drop(file);
        fs::remove_file(&path).unwrap();
    }

    /// A reader, as a backup is one, keeps nobody from a transaction.
    #[test]
    fn a_file_that_is_read_can_be_taken() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        drop(files.create(0).unwrap());
        let _reads = File::open(files.path(0)).unwrap();
        assert!(files.open(0).unwrap().is_some());
    }

    /// Nobody works on it: who asks must not hear that somebody does.
    #[test]
    fn a_file_that_a_reader_keeps_from_being_written_is_not_locked() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        drop(files.create(0).unwrap());
        let path = files.path(0);
        let reads = OpenOptions::new().read(true).share_mode(OTHERS_MAY_READ).open(&path).unwrap();
        assert!(is_held(&files.open(0).unwrap_err()));
        assert_eq!(files.peek(0).unwrap(), b"");
        assert!(files.create(0).unwrap().is_none());
        drop(reads);
        let _locked = files.open(0).unwrap().unwrap();
        let _reads = File::open(&path).unwrap();
        assert!(files.open(0).unwrap().is_none());
    }

    /// As of an account that has not mapped it, or before its disk is there.
    #[test]
    fn a_drive_that_is_not_there_is_no_empty_journal() {
        let missing = (b'A'..=b'Z').map(|letter| format!(r"{}:\", letter as char));
        let drive = missing.rev().find(|drive| !Path::new(drive).exists()).unwrap();
        let error = Files::open(&Path::new(&drive).join("shop")).unwrap_err();
        assert!(error.to_string().contains(&drive), "{error}");
        assert!(
            Files::open(&std::env::temp_dir().join("not-there-yet")).unwrap().numbers().unwrap().is_empty()
        );
    }

    #[test]
    fn a_network_drive_is_refused() {
        for share in [r"\\server\share\journal", r"\\?\UNC\server\share\journal", "//server/share/journal"] {
            let error = Files::open(Path::new(share)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::Unsupported, "{share}");
            assert!(error.to_string().contains("a network drive"), "{error}");
        }
        assert!(!is_share(Path::new(r"C:\shop")) && !is_share(Path::new(r"\\?\C:\shop")));
    }
}
