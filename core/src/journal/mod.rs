//! The write-ahead journal. A request that may move money is recorded durably before it is sent. Its outcome is
//! recorded durably before anyone learns it.
//!
//! While a transaction runs, it has a file to itself. The lock on the file tells whether its process lives; neither a
//! clock nor a process number decides that. Files are first filled with zeros and then overwritten. That needs no
//! free space at the moment of a payment, and one sync where appending needs two.

pub(crate) mod contents;
mod entry;
pub(crate) mod record;

pub(crate) use self::entry::{BeginError, Entry};

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::journal::contents::Contents;
use crate::journal::record::{MAX_VALUE_BYTES, Record, RecordState};
use crate::os::disk::{Disk, DiskFile};
use crate::os::world::World;

/// The journal in one directory, shared by all processes that are configured with it.
#[derive(Debug)]
pub(crate) struct Journal {
    world: Arc<dyn World>,
    dir: PathBuf,
    /// Whether this client has seen the directory exist.
    dir_seen: AtomicBool,
}

impl Journal {
    pub(crate) fn new(world: Arc<dyn World>, dir: PathBuf) -> Journal {
        Journal { world, dir, dir_seen: AtomicBool::new(false) }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Begins a transaction. Its record is durable when this returns.
    pub(crate) fn begin(&self, record: &Record) -> Result<Entry, BeginError> {
        let entry = self.begin_in_any_file(record)?;
        self.dir_seen.store(true, Ordering::Relaxed);
        Ok(entry)
    }

    fn begin_in_any_file(&self, record: &Record) -> Result<Entry, BeginError> {
        if record.tx_id.len() > MAX_VALUE_BYTES {
            let why = format!("an LGD_TXID of more than {MAX_VALUE_BYTES} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why).into());
        }
        let disk = self.disk()?;
        let numbers = disk.numbers()?;
        let mut unusable = None;
        // Tries the newest file first: transactions that wait for recovery are in older files, however many.
        for number in numbers.iter().rev() {
            // A file of another user, one that was just removed or an unreadable one is no reason to fail.
            let Ok(Some((file, bytes))) = disk.open(*number).and_then(read_whole) else { continue };
            match Entry::begin(file, &bytes, record) {
                Ok(Some(entry)) => return Ok(entry),
                Ok(None) => {}
                // Another file may still work, even on a full disk.
                Err(error) if !error.may_remain => unusable = Some(error),
                Err(error) => return Err(error),
            }
        }
        // Other processes may be creating files at the same moment.
        const ROUNDS: u32 = 1000;
        let next = numbers.last().map_or(0, |last| last.saturating_add(1));
        for number in next..next.saturating_add(ROUNDS) {
            let Some((file, bytes)) = disk.create(number).and_then(read_whole)? else { continue };
            if let Some(entry) = Entry::begin(file, &bytes, record)? {
                return Ok(entry);
            }
        }
        Err(unusable.unwrap_or_else(|| io::Error::other("there are too many files in it").into()))
    }

    /// Checks that a transaction could begin. Leaves nothing behind.
    pub(crate) fn check(&self) -> io::Result<()> {
        self.disk()?.check()
    }

    /// Opens the transaction `tx_id`, or the file of that name, if it is not settled and not running. A reader locks
    /// a file for a moment only, so this waits for it.
    pub(crate) fn take(&self, tx_id: &str) -> io::Result<Option<Entry>> {
        const PAUSE: Duration = Duration::from_millis(20);
        const TRIES: u32 = 25;
        for _ in 0..TRIES {
            let mut busy = false;
            for FoundFile { name, entry } in self.files()? {
                let matches = |record: Option<&Record>| {
                    name == tx_id || record.is_some_and(|known| known.tx_id == tx_id)
                };
                match entry {
                    Ok(entry) if matches(entry.record.as_ref()) && entry.state != RecordState::Settled => {
                        return Ok(Some(entry));
                    }
                    Err(Unavailable::Running(contents) | Unavailable::Refused(contents, _)) => {
                        busy |= matches(contents.record.as_ref()) && contents.state != RecordState::Settled
                    }
                    _ => {}
                }
            }
            if !busy {
                break;
            }
            self.world.pause(PAUSE);
        }
        Ok(None)
    }

    /// Iterates over all files. Each is locked while the caller has it. For a file that another process has locked,
    /// its contents are returned instead.
    pub(crate) fn files(&self) -> io::Result<impl Iterator<Item = FoundFile>> {
        let disk = self.disk()?;
        let numbers = disk.numbers()?;
        let find = move |number: u32| FoundFile { name: disk.name(number), entry: self.open(&*disk, number) };
        Ok(numbers.into_iter().map(find))
    }

    /// Reads every file without locking. A file that was removed meanwhile counts as empty.
    pub(crate) fn peek_all(&self) -> io::Result<Vec<Vec<u8>>> {
        let disk = self.disk()?;
        let peek = |number: u32| match disk.peek(number) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read,
        };
        disk.numbers()?.into_iter().map(peek).collect()
    }

    /// Takes the recovery lock, which one process has at a time.
    pub(crate) fn lock_recovery(&self) -> io::Result<Option<Box<dyn Send>>> {
        self.disk()?.lock_recovery()
    }

    /// Whether the directory existed before and is gone now.
    pub(crate) fn has_vanished(&self) -> bool {
        !self.dir.is_dir() && self.dir_seen.load(Ordering::Relaxed)
    }

    fn open(&self, disk: &dyn Disk, number: u32) -> Result<Entry, Unavailable> {
        let refused = match disk.open(number) {
            Ok(Some(file)) => return Ok(Entry::read(file)?),
            locked => locked.err(),
        };
        let contents = Contents::parse(&disk.peek(number)?);
        if let Some(error) = refused {
            return Err(Unavailable::Refused(Box::new(contents), error));
        }
        if !self.is_orphaned(contents.record.as_ref(), &contents.state) {
            return Err(Unavailable::Running(Box::new(contents)));
        }
        let entry = Entry::read(disk.open_despite_lock(number)?)?.with_foreign_lock();
        // Its last user may have settled it since it was read, and another transaction may have begun.
        match self.is_orphaned(entry.record.as_ref(), &entry.state) {
            true => Ok(entry),
            false => Err(Unavailable::Running(Box::new(contents))),
        }
    }

    /// Whether the process of a transaction has ended, so that only a forked child can still have its lock and nobody
    /// waits for the answer. A settled file is never orphaned: a live process may be about to begin a transaction in
    /// it.
    fn is_orphaned(&self, record: Option<&Record>, state: &RecordState) -> bool {
        *state != RecordState::Settled && record.is_some_and(|record| self.world.has_ended(&record.owner))
    }

    fn disk(&self) -> io::Result<Box<dyn Disk>> {
        self.world.disk(&self.dir)
    }
}

/// A file of the journal: opened, or the reason why not.
pub(crate) struct FoundFile {
    pub(crate) name: String,
    pub(crate) entry: Result<Entry, Unavailable>,
}

/// Why a file could not be opened.
#[derive(Debug)]
pub(crate) enum Unavailable {
    /// Its transaction is running; these are the contents.
    Running(Box<Contents>),
    /// It can be read and, for this reason, not written; these are the contents. On Windows nobody works on its transaction.
    Refused(Box<Contents>, io::Error),
    Unreadable(io::Error),
}

impl From<io::Error> for Unavailable {
    fn from(error: io::Error) -> Unavailable {
        Unavailable::Unreadable(error)
    }
}

/// A locked file and its content.
type OpenedFile = (Box<dyn DiskFile>, Vec<u8>);

fn read_whole(file: Option<Box<dyn DiskFile>>) -> io::Result<Option<OpenedFile>> {
    let with_content = |mut file: Box<dyn DiskFile>| file.read().map(|bytes| (file, bytes));
    file.map(with_content).transpose()
}
