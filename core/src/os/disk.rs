//! Where the journal lies: a directory of numbered files, each held by one process at a time.

use std::fmt;
use std::io;
use std::path::Path;

/// Files by number. Whoever opens one holds it alone until it is dropped; a process that dies lets go of it.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Whether a file could be made and written. Nothing is left behind.
    fn check(&self) -> io::Result<()>;
    /// The numbers of the files that are there, ascending.
    fn numbers(&self) -> io::Result<Vec<u32>>;
    /// Opens a file that is there. `None`: somebody holds it.
    fn open(&self, number: u32) -> io::Result<Option<Box<dyn Place>>>;
    /// Makes a file and opens it. `None`: it is there already, or somebody was quicker.
    fn create(&self, number: u32) -> io::Result<Option<Box<dyn Place>>>;
    /// What a file holds, whoever holds it.
    fn look(&self, number: u32) -> io::Result<Vec<u8>>;
    /// Opens a file although somebody holds it: for a lock that outlives its process in a forked child.
    fn seize(&self, number: u32) -> io::Result<Box<dyn Place>>;
    /// The right to recover, which one process has at a time. `None`: somebody else has it.
    fn recoverer(&self) -> io::Result<Option<Box<dyn Send>>>;
    /// What a file is called to a merchant.
    fn name(&self, number: u32) -> String;
}

/// A file that is held.
pub trait Place: fmt::Debug + Send + Sync {
    /// All of it.
    fn read(&mut self) -> io::Result<Vec<u8>>;
    /// Overwrites from `at` on.
    fn write(&mut self, at: usize, bytes: &[u8]) -> io::Result<()>;
    /// What was written is durable when this returns.
    fn sync(&mut self) -> io::Result<()>;
    /// Durably `size` bytes of zero, with room on the disk for all of them; nothing is left when that fails.
    fn reset(&mut self, size: usize) -> io::Result<()>;
    /// Durably nothing. It needs no room.
    fn clear(&mut self) -> io::Result<()>;
    /// Whether the file is no longer where it was opened.
    fn has_vanished(&self) -> bool;
}

/// The files of a directory, which is made with the first of them.
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

    use super::{Disk, Place};
    use crate::os::files::{PLAIN_FILES, private_dir};

    /// The files of a directory, `000.journal` onwards, held by flock(2): it ends with its process, whatever ends that.
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

        fn place(&self, number: u32, options: &OpenOptions) -> io::Result<Held> {
            let path = self.path(number);
            Ok(Held { lock: Lock::on(options.open(&path)?), path })
        }
    }

    impl Disk for Files {
        fn check(&self) -> io::Result<()> {
            // Where the directory is still to be made, it is not made here: it would be of the wrong user, who only looks.
            let mut place = self.dir.as_path();
            while !place.try_exists()? {
                let above = place.parent().filter(|above| !above.as_os_str().is_empty());
                place = above.unwrap_or(Path::new("."));
            }
            let probe = place.join(format!(".xpay-probe-{}", process::id()));
            if place != self.dir {
                return fs::create_dir(&probe).and_then(|()| fs::remove_dir(&probe));
            }
            refuse_network(place)?;
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

        fn open(&self, number: u32) -> io::Result<Option<Box<dyn Place>>> {
            let held = self.place(number, plainly().write(true))?;
            Ok(held.lock.take()?.then(|| Box::new(held) as Box<dyn Place>))
        }

        fn create(&self, number: u32) -> io::Result<Option<Box<dyn Place>>> {
            private_dir(&self.dir)?;
            refuse_network(&self.dir)?;
            match self.place(number, plainly().write(true).create_new(true).mode(0o600)) {
                Ok(held) => Ok(held.lock.take()?.then(|| Box::new(held) as Box<dyn Place>)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
                Err(error) => Err(error),
            }
        }

        fn look(&self, number: u32) -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            plainly().open(self.path(number))?.read_to_end(&mut bytes)?;
            Ok(bytes)
        }

        fn seize(&self, number: u32) -> io::Result<Box<dyn Place>> {
            Ok(Box::new(self.place(number, plainly().write(true))?))
        }

        fn recoverer(&self) -> io::Result<Option<Box<dyn Send>>> {
            match File::open(&self.dir) {
                Ok(dir) => {
                    let right = Lock::on(dir);
                    Ok(right.take()?.then(|| Box::new(right) as Box<dyn Send>))
                }
                // Where nothing was ever written, everybody may recover it.
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

    /// For reading what lies in the directory itself, and without waiting for whoever writes into a pipe.
    fn plainly() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(PLAIN_FILES);
        options
    }

    /// A file's lock, which is let go of when this is dropped. Said aloud, since closing would not do it while a forked child
    /// has the file open as well.
    #[derive(Debug)]
    struct Lock {
        file: Arc<File>,
        pid: u32,
    }

    impl Lock {
        fn on(file: File) -> Lock {
            Lock { file: Arc::new(file), pid: process::id() }
        }

        /// Whether it could be had.
        fn take(&self) -> io::Result<bool> {
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
                // Nothing else can be done about it, and the lock ends with the process.
                let _ = flock(&self.file, FlockOperation::Unlock);
            } else {
                // The copy in a forked child lets go of nothing: the lock is the parent's too. Nor is it closed: whoever
                // became a daemon may have closed it by its number and have a file of its own there.
                std::mem::forget(self.file.clone());
            }
        }
    }

    #[derive(Debug)]
    struct Held {
        lock: Lock,
        path: PathBuf,
    }

    impl Held {
        fn file(&self) -> &File {
            &self.lock.file
        }
    }

    impl Place for Held {
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
                // A new file is durable only once its name is.
                let dir = self.path.parent().unwrap_or(Path::new("."));
                File::open(dir)?.sync_all()
            });
            if made.is_err() {
                // What there is of it is not missed.
                let _ = self.file().set_len(0);
            }
            made
        }

        fn clear(&mut self) -> io::Result<()> {
            self.file().set_len(0)?;
            self.file().sync_all()
        }

        fn has_vanished(&self) -> bool {
            let inode = |found: io::Result<fs::Metadata>| found.map(|meta| (meta.dev(), meta.ino())).ok();
            inode(self.file().metadata()) != inode(fs::metadata(&self.path))
        }
    }

    /// Locks and durability are promises of the machine the disk is in; over a network they may be promises of nobody.
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

    /// Of statfs(2). FUSE may be anything, sshfs and gluster above all.
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
        fn a_file_is_held_once_and_by_nobody_afterwards() {
            let dir = tempfile::tempdir().unwrap();
            let files = Files::open(&dir.path().join("journal")).unwrap();
            let held = files.create(0).unwrap().unwrap();
            assert!(files.create(0).unwrap().is_none());
            assert!(files.open(0).unwrap().is_none());
            drop(held);
            assert!(files.open(0).unwrap().is_some());
            assert_eq!(files.numbers().unwrap(), [0]);
        }

        #[test]
        fn a_file_that_was_moved_or_removed_has_vanished() {
            let dir = tempfile::tempdir().unwrap();
            let files = Files::open(dir.path()).unwrap();
            let held = files.create(0).unwrap().unwrap();
            assert!(!held.has_vanished());
            fs::rename(files.path(0), dir.path().join("elsewhere")).unwrap();
            assert!(held.has_vanished());
            fs::write(files.path(0), "").unwrap();
            assert!(held.has_vanished());
        }
    }
}

/// Without flock(2) there is no journal.
#[cfg(not(unix))]
pub(crate) fn files(_: &Path) -> io::Result<Box<dyn Disk>> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "the journal needs a Unix system"))
}
