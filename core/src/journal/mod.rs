//! The journal: what is about to be sent, durably before it is sent, and what became of it, durably before anybody is told.
//!
//! Each transaction has a file to itself while it runs. The file's lock tells whether its process lives, so no clock and no
//! process number decides that. The files are written once with zeros and then overwritten, which needs no room on the
//! disk when it matters, and one sync where appending needs two.

pub(crate) mod contents;
mod entry;
pub(crate) mod record;

pub(crate) use self::entry::{Entry, Unwritten};

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::journal::contents::Contents;
use crate::journal::record::{LONGEST, Record, Stand};
use crate::os::disk::{Disk, Place};
use crate::os::world::World;

/// The journal of one directory, shared with every other process that is given the same.
#[derive(Debug)]
pub(crate) struct Journal {
    world: Arc<dyn World>,
    dir: PathBuf,
    /// Whether this client has found the directory before.
    seen: AtomicBool,
}

impl Journal {
    pub(crate) fn new(world: Arc<dyn World>, dir: PathBuf) -> Journal {
        Journal { world, dir, seen: AtomicBool::new(false) }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Begins a transaction: its record is durable when this returns.
    pub(crate) fn begin(&self, record: &Record) -> Result<Entry, Unwritten> {
        let entry = self.begin_in_any_file(record)?;
        self.seen.store(true, Ordering::Relaxed);
        Ok(entry)
    }

    fn begin_in_any_file(&self, record: &Record) -> Result<Entry, Unwritten> {
        if record.tx_id.len() > LONGEST {
            let why = format!("an LGD_TXID of more than {LONGEST} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why).into());
        }
        let disk = self.disk()?;
        let numbers = disk.numbers()?;
        let mut unusable = None;
        // The newest first: what waits for recovery lies in those before it, however many they are.
        for number in numbers.iter().rev() {
            // What another user's process left, a cleaner just removed or the disk cannot read is no reason to fail.
            let Ok(Some((place, bytes))) = disk.open(*number).and_then(read) else { continue };
            match Entry::begin(place, &bytes, record) {
                Ok(Some(entry)) => return Ok(entry),
                Ok(None) => {}
                // Another file may be had all the same, on a full disk even without room.
                Err(unwritten) if !unwritten.remains => unusable = Some(unwritten),
                Err(unwritten) => return Err(unwritten),
            }
        }
        // Others may be making files at the same moment.
        const ROUNDS: u32 = 1000;
        let next = numbers.last().map_or(0, |last| last.saturating_add(1));
        for number in next..next.saturating_add(ROUNDS) {
            let Some((place, bytes)) = disk.create(number).and_then(read)? else { continue };
            if let Some(entry) = Entry::begin(place, &bytes, record)? {
                return Ok(entry);
            }
        }
        Err(unusable.unwrap_or_else(|| io::Error::other("there are too many files in it").into()))
    }

    /// Whether a transaction could begin in it. Nothing is left behind.
    pub(crate) fn check(&self) -> io::Result<()> {
        self.disk()?.check()
    }

    /// The transaction `tx_id`, or the file of that name, if it is not settled and nobody is at it. Whoever only looks holds a
    /// file for a moment, which is waited for.
    pub(crate) fn take(&self, tx_id: &str) -> io::Result<Option<Entry>> {
        const PAUSE: Duration = Duration::from_millis(20);
        const TRIES: u32 = 25;
        for _ in 0..TRIES {
            let mut busy = false;
            for Found { name, entry } in self.files()? {
                let is = |record: Option<&Record>| {
                    name == tx_id || record.is_some_and(|known| known.tx_id == tx_id)
                };
                match entry {
                    Ok(entry) if is(entry.record.as_ref()) && entry.stand != Stand::Settled => {
                        return Ok(Some(entry));
                    }
                    Err(Busy::With(held)) => busy |= is(held.record.as_ref()) && held.stand != Stand::Settled,
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

    /// Every file in turn, held while it is looked at; of those that somebody else holds, what they hold.
    pub(crate) fn files(&self) -> io::Result<impl Iterator<Item = Found>> {
        let disk = self.disk()?;
        let numbers = disk.numbers()?;
        let find = move |number: u32| Found { name: disk.name(number), entry: self.hold(&*disk, number) };
        Ok(numbers.into_iter().map(find))
    }

    /// What every file holds, whoever holds it. One that is gone meanwhile holds nothing.
    pub(crate) fn look(&self) -> io::Result<Vec<Vec<u8>>> {
        let disk = self.disk()?;
        let look = |number: u32| match disk.look(number) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            looked => looked,
        };
        disk.numbers()?.into_iter().map(look).collect()
    }

    /// The right to recover, which one process has at a time.
    pub(crate) fn recoverer(&self) -> io::Result<Option<Box<dyn Send>>> {
        self.disk()?.recoverer()
    }

    /// Whether the directory was there before and is there no more.
    pub(crate) fn has_vanished(&self) -> bool {
        !self.dir.is_dir() && self.seen.load(Ordering::Relaxed)
    }

    fn hold(&self, disk: &dyn Disk, number: u32) -> Result<Entry, Busy> {
        if let Some(place) = disk.open(number)? {
            return Ok(Entry::read(place)?);
        }
        let contents = Contents::parse(&disk.look(number)?);
        if !self.is_left(contents.record.as_ref(), &contents.stand) {
            return Err(Busy::With(Box::new(contents)));
        }
        let entry = Entry::read(disk.seize(number)?)?.without_its_lock();
        // Whoever had it may have settled it, and another transaction begun, since it was looked at.
        match self.is_left(entry.record.as_ref(), &entry.stand) {
            true => Ok(entry),
            false => Err(Busy::With(Box::new(contents))),
        }
    }

    /// Whether its lock can only live on in a forked child, and nobody waits for the answer any more. A settled file may
    /// as well be locked by a process that is about to begin in it.
    fn is_left(&self, record: Option<&Record>, stand: &Stand) -> bool {
        *stand != Stand::Settled && record.is_some_and(|record| self.world.has_ended(&record.owner))
    }

    fn disk(&self) -> io::Result<Box<dyn Disk>> {
        self.world.disk(&self.dir)
    }
}

/// A file of the journal and what can be known of it.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) entry: Result<Entry, Busy>,
}

/// Why a file cannot be had.
#[derive(Debug)]
pub(crate) enum Busy {
    /// A transaction is running.
    With(Box<Contents>),
    Unreadable(io::Error),
}

impl From<io::Error> for Busy {
    fn from(error: io::Error) -> Busy {
        Busy::Unreadable(error)
    }
}

/// A place that nobody else has, and what it holds.
type Had = (Box<dyn Place>, Vec<u8>);

fn read(place: Option<Box<dyn Place>>) -> io::Result<Option<Had>> {
    let with_contents = |mut place: Box<dyn Place>| place.read().map(|bytes| (place, bytes));
    place.map(with_contents).transpose()
}
