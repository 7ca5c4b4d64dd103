//! The journal in files of one machine.
//!
//! While a transaction runs, it has a file to itself. The lock on the file tells whether its process lives; neither a
//! clock nor a process number decides that. Files are first filled with zeros and then overwritten. That needs no
//! free space at the moment of a payment, and one sync where appending needs two.

pub(crate) mod contents;
mod entry;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use self::contents::Contents;
use self::entry::FileEntry;
use crate::journal::record::{MAX_VALUE_BYTES, Mark, Record, RecordState};
use crate::journal::store::{BeginError, Condition, Entry, Found, Store};
use crate::os::disk::{Disk, DiskFile};
use crate::os::world::World;

/// The journal in one directory.
#[derive(Debug)]
pub(crate) struct FileStore {
    world: Arc<dyn World>,
    dir: PathBuf,
    /// Whether this client has seen the directory exist.
    dir_seen: AtomicBool,
}

impl FileStore {
    pub(crate) fn new(world: Arc<dyn World>, dir: PathBuf) -> FileStore {
        FileStore { world, dir, dir_seen: AtomicBool::new(false) }
    }

    fn begin_in_any_file(&self, record: &Record) -> Result<FileEntry, BeginError> {
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
            match FileEntry::begin(file, &bytes, record) {
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
            if let Some(entry) = FileEntry::begin(file, &bytes, record)? {
                return Ok(entry);
            }
        }
        Err(unusable.unwrap_or_else(|| io::Error::other("there are too many files in it").into()))
    }

    /// All files. Each is locked while the caller has it.
    fn files(&self) -> io::Result<impl Iterator<Item = OpenedFile> + '_> {
        let disk = self.disk()?;
        let numbers = disk.numbers()?;
        Ok(numbers
            .into_iter()
            .map(move |number| OpenedFile { name: disk.name(number), entry: self.open_file(&*disk, number) }))
    }

    fn open_file(&self, disk: &dyn Disk, number: u32) -> Result<FileEntry, Unavailable> {
        let refused = match disk.open(number) {
            Ok(Some(file)) => return Ok(FileEntry::read(file)?),
            locked => locked.err(),
        };
        let contents = Contents::parse(&disk.peek(number)?);
        if let Some(error) = refused {
            return Err(Unavailable::Refused(Box::new(contents), error));
        }
        if !self.is_orphaned(contents.record.as_ref(), &contents.state) {
            return Err(Unavailable::Running(Box::new(contents)));
        }
        let entry = FileEntry::read(disk.open_despite_lock(number)?)?.with_foreign_lock();
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

impl Store for FileStore {
    fn place(&self) -> String {
        format!("the journal in [{}]", self.dir.display())
    }

    fn begin(&self, record: &Record) -> Result<Entry, BeginError> {
        let entry = self.begin_in_any_file(record)?;
        self.dir_seen.store(true, Ordering::Relaxed);
        Ok(Box::new(entry))
    }

    fn check(&self) -> io::Result<()> {
        self.disk()?.check()
    }

    fn open(&self) -> io::Result<Box<dyn Iterator<Item = Found<'_>> + '_>> {
        Ok(Box::new(self.files()?.filter_map(OpenedFile::found)))
    }

    /// A reader locks a file for a moment only, so this waits for it.
    fn find(&self, tx_id: &str) -> io::Result<Option<Found<'_>>> {
        const PAUSE: Duration = Duration::from_millis(20);
        const TRIES: u32 = 25;
        for _ in 0..TRIES {
            let mut busy = false;
            for found in self.open()? {
                let is_it =
                    found.name == tx_id || found.record.as_ref().is_some_and(|known| known.tx_id == tx_id);
                match found.condition {
                    Condition::Free(_) if is_it => return Ok(Some(found)),
                    Condition::Running(_) | Condition::Refused(_) => busy |= is_it,
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

    /// Reads every file without locking. One that was removed meanwhile counts as empty.
    fn history(&self, since: &str) -> io::Result<Vec<(Record, Vec<Mark>)>> {
        let disk = self.disk()?;
        let mut all = Vec::new();
        for number in disk.numbers()? {
            match disk.peek(number) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                read => all.extend(contents::history(&read?)),
            }
        }
        all.retain(|(record, _)| record.at.as_str() >= since);
        Ok(all)
    }

    fn recovering(&self) -> io::Result<Option<Box<dyn Send>>> {
        self.disk()?.lock_recovery()
    }

    fn has_vanished(&self) -> bool {
        !self.dir.is_dir() && self.dir_seen.load(Ordering::Relaxed)
    }
}

/// A file of the journal: opened, or the reason why not.
struct OpenedFile {
    name: String,
    entry: Result<FileEntry, Unavailable>,
}

impl OpenedFile {
    /// `None`: its transaction is settled, or it was removed meanwhile.
    fn found<'a>(self) -> Option<Found<'a>> {
        let (record, state, condition) = match self.entry {
            Ok(entry) => {
                let (record, state) = (entry.record.clone(), entry.state.clone());
                let claim = |_| Ok(Some(Box::new(entry) as Entry));
                (record, state, Condition::Free(Box::new(claim)))
            }
            Err(Unavailable::Running(contents)) => {
                (contents.record, contents.state, Condition::Running(None))
            }
            Err(Unavailable::Refused(contents, error)) => {
                (contents.record, contents.state, Condition::Refused(error))
            }
            Err(Unavailable::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(Unavailable::Unreadable(error)) => (None, RecordState::Damaged, Condition::Unreadable(error)),
        };
        let found = Found { name: self.name, record, state, condition };
        Some(found).filter(|found| found.state != RecordState::Settled)
    }
}

/// Why a file could not be opened.
#[derive(Debug)]
enum Unavailable {
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
type Whole = (Box<dyn DiskFile>, Vec<u8>);

fn read_whole(file: Option<Box<dyn DiskFile>>) -> io::Result<Option<Whole>> {
    let with_content = |mut file: Box<dyn DiskFile>| file.read().map(|bytes| (file, bytes));
    file.map(with_content).transpose()
}
