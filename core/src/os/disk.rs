//! The journal's directory of numbered files. One process at a time has a file locked.

use std::fmt;
use std::io;
use std::path::Path;

/// Files by number. An opened file stays locked until it is dropped. The lock of a process that dies is released.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Checks that a file could be created and written. Leaves nothing behind.
    fn check(&self) -> io::Result<()>;
    /// The numbers of the existing files, ascending.
    fn numbers(&self) -> io::Result<Vec<u32>>;
    /// Opens and locks an existing file. `None`: another process has it locked.
    fn open(&self, number: u32) -> io::Result<Option<Box<dyn DiskFile>>>;
    /// Creates and locks a file. `None`: it exists already, or another process locked it first.
    fn create(&self, number: u32) -> io::Result<Option<Box<dyn DiskFile>>>;
    /// Reads a file without locking it.
    fn peek(&self, number: u32) -> io::Result<Vec<u8>>;
    /// Opens a file without taking its lock. This is for a lock that outlives its process in a forked child.
    fn open_despite_lock(&self, number: u32) -> io::Result<Box<dyn DiskFile>>;
    /// Takes the recovery lock, which one process has at a time. `None`: another process has it.
    fn lock_recovery(&self) -> io::Result<Option<Box<dyn Send>>>;
    /// The name under which merchants see the file.
    fn name(&self, number: u32) -> String;
}

/// An open file of the journal.
pub trait DiskFile: fmt::Debug + Send + Sync {
    /// Reads the whole file.
    fn read(&mut self) -> io::Result<Vec<u8>>;
    /// Overwrites the file from offset `at` on.
    fn write(&mut self, at: usize, bytes: &[u8]) -> io::Result<()>;
    /// Makes everything written so far durable before it returns.
    fn sync(&mut self) -> io::Result<()>;
    /// Replaces the content by `size` zero bytes, durably and with all their disk blocks allocated. If that fails,
    /// the file is left empty.
    fn reset(&mut self, size: usize) -> io::Result<()>;
    /// Empties the file, durably. It needs no free space.
    fn clear(&mut self) -> io::Result<()>;
    /// Whether the file is no longer at the path it was opened from.
    fn has_vanished(&self) -> bool;
}

/// Opens a directory of files. The directory itself is created with its first file.
#[cfg(unix)]
pub(crate) fn files(dir: &Path) -> io::Result<Box<dyn Disk>> {
    Ok(Box::new(unix::Files::open(dir)?))
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, File, OpenOptions};
    use std::io::{self, Read, Seek, SeekFrom, Write};
    use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
    use std::path::{Path, PathBuf};
    use std::process;
    use std::sync::Arc;

    use rustix::fs::{FlockOperation, flock};

    use super::{Disk, DiskFile};
    use crate::os::files::{PLAIN_FILES, private_dir};

    /// The files of a directory, from `000.journal` on, locked by flock(2). The lock ends with its process, however
    /// that dies.
    #[derive(Debug)]
    pub(super) struct Files {
        dir: PathBuf,
    }

    impl Files {
        pub(super) fn open(dir: &Path) -> io::Result<Files> {
            match refuse_network(dir) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(Files { dir: dir.to_owned() }),
            }
        }

        fn path(&self, number: u32) -> PathBuf {
            self.dir.join(self.name(number))
        }

        fn open_with(&self, number: u32, options: &OpenOptions) -> io::Result<LockedFile> {
            let path = self.path(number);
            Ok(LockedFile { lock: Lock::new(options.open(&path)?), path })
        }
    }

    impl Disk for Files {
        fn check(&self) -> io::Result<()> {
            // A check must not create the directory: it may run as another user, who would then own it.
            let mut existing = self.dir.as_path();
            while !existing.try_exists()? {
                let above = existing.parent().filter(|above| !above.as_os_str().is_empty());
                existing = above.unwrap_or(Path::new("."));
            }
            let probe = existing.join(format!(".xpay-probe-{}", process::id()));
            if existing != self.dir {
                return fs::create_dir(&probe).and_then(|()| fs::remove_dir(&probe));
            }
            refuse_network(existing)?;
            let mut options = OpenOptions::new();
            let made = options.write(true).create(true).truncate(true).mode(0o600).open(&probe);
            let written = made.and_then(|mut file| file.write_all(&[0]));
            written.and(fs::remove_file(&probe))
        }

        fn numbers(&self) -> io::Result<Vec<u32>> {
            let mut numbers = Vec::new();
            let entries = match fs::read_dir(&self.dir) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(numbers),
                entries => entries?,
            };
            for entry in entries {
                numbers.extend(entry?.file_name().to_str().and_then(number_of));
            }
            numbers.sort_unstable();
            Ok(numbers)
        }

        fn open(&self, number: u32) -> io::Result<Option<Box<dyn DiskFile>>> {
            let file = self.open_with(number, plain_options().write(true))?;
            Ok(file.lock.try_acquire()?.then(|| Box::new(file) as Box<dyn DiskFile>))
        }

        fn create(&self, number: u32) -> io::Result<Option<Box<dyn DiskFile>>> {
            private_dir(&self.dir)?;
            refuse_network(&self.dir)?;
            match self.open_with(number, plain_options().write(true).create_new(true).mode(0o600)) {
                Ok(file) => Ok(file.lock.try_acquire()?.then(|| Box::new(file) as Box<dyn DiskFile>)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
                Err(error) => Err(error),
            }
        }

        fn peek(&self, number: u32) -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            plain_options().open(self.path(number))?.read_to_end(&mut bytes)?;
            Ok(bytes)
        }

        fn open_despite_lock(&self, number: u32) -> io::Result<Box<dyn DiskFile>> {
            Ok(Box::new(self.open_with(number, plain_options().write(true))?))
        }

        fn lock_recovery(&self) -> io::Result<Option<Box<dyn Send>>> {
            match File::open(&self.dir) {
                Ok(dir) => {
                    let lock = Lock::new(dir);
                    Ok(lock.try_acquire()?.then(|| Box::new(lock) as Box<dyn Send>))
                }
                // If nothing was ever written, there is nothing to lock and nothing to recover.
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Box::new(()))),
                Err(error) => Err(error),
            }
        }

        fn name(&self, number: u32) -> String {
            format!("{number:03}.journal")
        }
    }

    fn number_of(name: &str) -> Option<u32> {
        name.strip_suffix(".journal")?.parse().ok()
    }

    /// Options that open a file in the directory itself, not through a link, and never wait for the writer of a pipe.
    fn plain_options() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(PLAIN_FILES);
        options
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

    /// Refuses network file systems. Locks and syncs are reliable on a local disk, but may not be over a network.
    #[cfg(target_os = "linux")]
    fn refuse_network(dir: &Path) -> io::Result<()> {
        let kind = u64::from_ne_bytes((rustix::fs::statfs(dir)?.f_type as i64).to_ne_bytes()) as u32;
        match NETWORKS.iter().find(|(magic, _)| *magic == kind) {
            None => Ok(()),
            Some((_, name)) => {
                let why = format!("it lies on {name}, where neither locks nor durability can be relied on");
                Err(io::Error::new(io::ErrorKind::Unsupported, why))
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn refuse_network(_: &Path) -> io::Result<()> {
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

    #[cfg(all(test, target_os = "linux"))]
    mod tests {
        use super::*;

        #[test]
        fn a_file_is_locked_by_one_process_and_free_after_that() {
            let dir = tempfile::tempdir().unwrap();
            let files = Files::open(&dir.path().join("journal")).unwrap();
            let file = files.create(0).unwrap().unwrap();
            assert!(files.create(0).unwrap().is_none());
            assert!(files.open(0).unwrap().is_none());
            drop(file);
            assert!(files.open(0).unwrap().is_some());
            assert_eq!(files.numbers().unwrap(), [0]);
        }

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
}

/// The journal needs flock(2), so other systems have none.
#[cfg(not(unix))]
pub(crate) fn files(_: &Path) -> io::Result<Box<dyn Disk>> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "the journal needs a Unix system"))
}
