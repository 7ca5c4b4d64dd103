//! The journal's directory of numbered files. One process at a time has a file locked.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;

use crate::os::files::{plain_file, private_dir, private_file};

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod system;

/// Files by number. An opened file stays locked until it is dropped. The lock of a process that dies is released.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Checks that a file could be created and written. Leaves nothing behind.
    fn check(&self) -> io::Result<()>;
    /// The numbers of the existing files, ascending.
    fn numbers(&self) -> io::Result<Vec<u32>>;
    /// Opens and locks an existing file. `None`: another process has it locked. An error: this one may not write it.
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
pub(crate) fn files(dir: &Path) -> io::Result<Box<dyn Disk>> {
    Ok(Box::new(Files::open(dir)?))
}

/// The files of a directory, from `000.journal` on. A lock ends with its process, however that dies.
#[derive(Debug)]
struct Files {
    dir: PathBuf,
}

impl Files {
    fn open(dir: &Path) -> io::Result<Files> {
        match system::refuse_network(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => system::require_drive(dir)?,
            found => found?,
        }
        Ok(Files { dir: dir.to_owned() })
    }

    fn path(&self, number: u32) -> PathBuf {
        self.dir.join(self.name(number))
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
        system::refuse_network(existing)?;
        let made = private_file(OpenOptions::new().write(true).create(true).truncate(true)).open(&probe);
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
        system::locked(self.path(number), OpenOptions::new().write(true))
    }

    fn create(&self, number: u32) -> io::Result<Option<Box<dyn DiskFile>>> {
        private_dir(&self.dir)?;
        system::refuse_network(&self.dir)?;
        match system::locked(self.path(number), private_file(OpenOptions::new().write(true).create_new(true)))
        {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists || system::is_held(&error) => Ok(None),
            file => file,
        }
    }

    fn peek(&self, number: u32) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        plain_file(OpenOptions::new().read(true)).open(self.path(number))?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn open_despite_lock(&self, number: u32) -> io::Result<Box<dyn DiskFile>> {
        system::despite_lock(self.path(number))
    }

    fn lock_recovery(&self) -> io::Result<Option<Box<dyn Send>>> {
        match system::lock_recovery(&self.dir) {
            // If nothing was ever written, there is nothing to lock and nothing to recover.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Box::new(()))),
            lock => lock,
        }
    }

    fn name(&self, number: u32) -> String {
        format!("{number:03}.journal")
    }
}

fn number_of(name: &str) -> Option<u32> {
    name.strip_suffix(".journal")?.parse().ok()
}

/// Why a directory is refused: locks and syncs are reliable on a local disk, but may not be over a network.
fn on_network(name: &str) -> io::Error {
    let why = format!("it lies on {name}, where neither locks nor durability can be relied on");
    io::Error::new(io::ErrorKind::Unsupported, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_locked_by_one_process_and_free_after_that() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&dir.path().join("journal")).unwrap();
        let file = files.create(0).unwrap().unwrap();
        assert!(files.create(0).unwrap().is_none());
        assert!(files.open(0).unwrap().is_none());
        assert_eq!(files.peek(0).unwrap(), b"");
        drop(file);
        assert!(files.open(0).unwrap().is_some());
        assert_eq!(files.numbers().unwrap(), [0]);
    }

    #[test]
    fn one_process_recovers_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&dir.path().join("journal")).unwrap();
        assert!(files.lock_recovery().unwrap().is_some(), "nothing was written: there is nothing to lock");
        drop(files.create(0).unwrap());
        let held = files.lock_recovery().unwrap().unwrap();
        assert!(files.lock_recovery().unwrap().is_none());
        drop(held);
        assert!(files.lock_recovery().unwrap().is_some());
        assert_eq!(files.numbers().unwrap(), [0]);
    }
}
