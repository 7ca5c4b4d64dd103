//! Files that are locked by flock(2).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

use rustix::fs::{FlockOperation, flock};

use super::DiskFile;
use crate::os::files::plain_file;

/// Opens and locks a file. `None`: another process has it.
pub(super) fn locked(path: PathBuf, options: &mut OpenOptions) -> io::Result<Option<Box<dyn DiskFile>>> {
    let file = opened(path, options)?;
    Ok(file.lock.try_acquire()?.then(|| Box::new(file) as Box<dyn DiskFile>))
}

pub(super) fn despite_lock(path: PathBuf) -> io::Result<Box<dyn DiskFile>> {
    Ok(Box::new(opened(path, OpenOptions::new().write(true))?))
}

/// Not through a link, and without waiting for the writer of a pipe.
fn opened(path: PathBuf, options: &mut OpenOptions) -> io::Result<LockedFile> {
    Ok(LockedFile { lock: Lock::new(plain_file(options.read(true)).open(&path)?), path })
}

/// No error says that a file is locked: locking it does.
pub(super) fn is_held(_: &io::Error) -> bool {
    false
}

pub(super) fn lock_recovery(dir: &Path) -> io::Result<Option<Box<dyn Send>>> {
    let lock = Lock::new(File::open(dir)?);
    Ok(lock.try_acquire()?.then(|| Box::new(lock) as Box<dyn Send>))
}

/// There are no drives.
pub(super) fn require_drive(_: &Path) -> io::Result<()> {
    Ok(())
}

/// A lock on a file, released when dropped. It is released explicitly: if a forked child has the file open too,
/// closing it would not release the lock.
#[derive(Debug)]
struct Lock {
    file: Arc<File>,
    pid: u32,
}

impl Lock {
    fn new(file: File) -> Lock {
        Lock { file: Arc::new(file), pid: process::id() }
    }

    /// Takes the lock without waiting. `false`: another process has it.
    fn try_acquire(&self) -> io::Result<bool> {
        match flock(&self.file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(true),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.pid == process::id() {
            // A failure needs no handling: the lock ends with the process.
            let _ = flock(&self.file, FlockOperation::Unlock);
        } else {
            // This is a copy in a forked child. It must not unlock: the parent has the same lock. It must not
            // close either: a daemon may have closed the descriptor and reused its number for another file.
            std::mem::forget(self.file.clone());
        }
    }
}

#[derive(Debug)]
struct LockedFile {
    lock: Lock,
    path: PathBuf,
}

impl LockedFile {
    fn file(&self) -> &File {
        &self.lock.file
    }
}

impl DiskFile for LockedFile {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file().seek(SeekFrom::Start(0))?;
        self.file().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> io::Result<()> {
        self.file().write_all_at(bytes, at as u64)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file().sync_data()
    }

    fn reset(&mut self, size: usize) -> io::Result<()> {
        self.file().set_len(0)?;
        self.file().seek(SeekFrom::Start(0))?;
        let made = self.file().write_all(&vec![0; size]).and_then(|()| {
            self.file().sync_all()?;
            // A new file is durable only once its directory entry is.
            let dir = self.path.parent().unwrap_or(Path::new("."));
            File::open(dir)?.sync_all()
        });
        if made.is_err() {
            // A failure needs no handling: the first error is reported.
            let _ = self.file().set_len(0);
        }
        made
    }

    fn clear(&mut self) -> io::Result<()> {
        self.file().set_len(0)?;
        self.file().sync_all()
    }

    fn has_vanished(&self) -> bool {
        let inode =
            |found: io::Result<fs::Metadata>| found.map(|metadata| (metadata.dev(), metadata.ino())).ok();
        inode(self.file().metadata()) != inode(fs::metadata(&self.path))
    }
}

/// Refuses network file systems.
#[cfg(target_os = "linux")]
pub(super) fn refuse_network(dir: &Path) -> io::Result<()> {
    let kind = u64::from_ne_bytes((rustix::fs::statfs(dir)?.f_type as i64).to_ne_bytes()) as u32;
    match NETWORKS.iter().find(|(magic, _)| *magic == kind) {
        None => Ok(()),
        Some((_, name)) => Err(super::on_network(name)),
    }
}

#[cfg(target_os = "macos")]
pub(super) fn refuse_network(dir: &Path) -> io::Result<()> {
    /// MNT_LOCAL: what is stored on this machine.
    const LOCAL: u32 = 0x1000;
    match rustix::fs::statfs(dir)?.f_flags & LOCAL {
        0 => Err(super::on_network("a network drive")),
        _ => Ok(()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn refuse_network(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Magic numbers of statfs(2). FUSE may be anything, most often sshfs or gluster.
#[cfg(target_os = "linux")]
const NETWORKS: [(u32, &str); 13] = [
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFE53_4D42, "SMB"),
    (0xFF53_4D42, "CIFS"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9P"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
    (0x5346_414F, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0116_1970, "GFS2"),
    (0x7461_636F, "OCFS2"),
    (0x4750_4653, "GPFS"),
];

#[cfg(test)]
mod tests {
    use super::super::{Disk, Files};
    use super::*;

    #[test]
    fn a_moved_or_removed_file_has_vanished() {
        let dir = tempfile::tempdir().unwrap();
        let files = Files::open(dir.path()).unwrap();
        let file = files.create(0).unwrap().unwrap();
        assert!(!file.has_vanished());
        fs::rename(files.path(0), dir.path().join("elsewhere")).unwrap();
        assert!(file.has_vanished());
        fs::write(files.path(0), "").unwrap();
        assert!(file.has_vanished());
    }
}
