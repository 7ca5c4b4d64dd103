//! The journal: what is about to be sent, durably before it is sent, and what became of it, durably before anybody is told.
//!
//! Each transaction has a file to itself while it runs. The file's lock tells whether its process lives, so no clock and no
//! process number decides that. The files are written once with zeros and then overwritten, which needs no room on the
//! disk when it matters, and one sync where appending needs two.

pub(crate) mod disk;
pub(crate) mod owner;
pub(crate) mod record;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use disk::{Disk, Place};
use record::{Contents, LONGEST, Mark, Record, Stand};

use crate::world::World;

/// Large enough for dozens of transactions, small enough to be read before each.
const SIZE: usize = 32 * 1024;

/// What one transaction may need.
const ROOM: usize = 8 * 1024;

/// What `journal` says in mall.conf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Off,
    /// Where it cannot be written, payments go on without it.
    On,
    /// Where it cannot be written, nothing is sent.
    Strict,
}

/// The journal of one directory, shared with every other process that is given the same.
#[derive(Debug)]
pub(crate) struct Journal {
    world: Arc<dyn World>,
    dir: PathBuf,
    /// Whether this client has found the directory before.
    seen: AtomicBool,
}

/// Why a transaction could not begin.
#[derive(Debug)]
pub(crate) struct Unwritten {
    pub(crate) cause: io::Error,
    /// Whether a line may be there all the same. Then nothing may be sent: recovery would undo it.
    pub(crate) remains: bool,
}

impl From<io::Error> for Unwritten {
    fn from(cause: io::Error) -> Unwritten {
        Unwritten { cause, remains: false }
    }
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
        for number in &numbers {
            // What another user's process left, or a cleaner just removed, is no reason to fail.
            let place = disk.open(*number).or_else(|error| match error.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound => Ok(None),
                _ => Err(error),
            })?;
            if let Some(entry) = place.map(|place| Entry::begin(place, record)).transpose()?.flatten() {
                return Ok(entry);
            }
        }
        // Others may be making files at the same moment.
        const ROUNDS: u32 = 1000;
        let next = numbers.last().map_or(0, |last| last.saturating_add(1));
        for number in next..next.saturating_add(ROUNDS) {
            let place = disk.create(number)?;
            if let Some(entry) = place.map(|place| Entry::begin(place, record)).transpose()?.flatten() {
                return Ok(entry);
            }
        }
        Err(io::Error::other("there are too many files in it").into())
    }

    /// The transaction `tx_id`, or the file of that name, if it is not settled and nobody is at it.
    pub(crate) fn take(&self, tx_id: &str) -> io::Result<Option<Entry>> {
        for found in self.files()? {
            if let Found { name, entry: Ok(entry) } = found {
                let meant = name == tx_id || entry.record.as_ref().is_some_and(|known| known.tx_id == tx_id);
                if meant && entry.stand != Stand::Settled {
                    return Ok(Some(entry));
                }
            }
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
        match &contents.record {
            // Its lock lives on in a forked child, but nobody waits for the answer any more.
            Some(record) if self.world.has_ended(&record.owner) => Ok(Entry::read(disk.seize(number)?)?),
            _ => Err(Busy::With(Box::new(contents))),
        }
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

/// The last transaction of a file that nobody else has. Dropped, it stands as it stands.
#[derive(Debug)]
pub(crate) struct Entry {
    place: Box<dyn Place>,
    pub(crate) record: Option<Record>,
    pub(crate) stand: Stand,
    end: usize,
    dirty: bool,
}

impl Entry {
    fn read(mut place: Box<dyn Place>) -> io::Result<Entry> {
        let Contents { record, stand, end, dirty } = Contents::parse(&place.read()?);
        Ok(Entry { place, record, stand, end, dirty })
    }

    /// `None` where another transaction waits to be settled.
    fn begin(mut place: Box<dyn Place>, record: &Record) -> Result<Option<Entry>, Unwritten> {
        let bytes = place.read()?;
        let Contents { stand, mut end, dirty, .. } = Contents::parse(&bytes);
        if stand != Stand::Settled {
            return Ok(None);
        }
        if dirty || bytes.len() != SIZE || end + ROOM > SIZE {
            place.reset(SIZE)?;
            end = 0;
        }
        let mut entry = Entry { place, record: Some(record.clone()), stand: Stand::Begun, end, dirty: false };
        match entry.write(&record.line()).and_then(|()| entry.place.sync()) {
            Ok(()) => Ok(Some(entry)),
            Err(cause) => Err(Unwritten { cause, remains: entry.place.clear().is_err() }),
        }
    }

    /// What became of it, durably. Where that cannot be written the whole file is emptied, which says as little.
    pub(crate) fn settle(&mut self, mark: &Mark) -> io::Result<()> {
        let written = self.write(&mark.line()).and_then(|()| self.place.sync());
        written.or_else(|error| self.place.clear().map_err(|_| error))
    }

    /// The caller has the answer. Not synced: what a dead process wrote can be read until the machine itself dies, and
    /// after that an approval without this mark is shown to the merchant and left alone.
    pub(crate) fn deliver(&mut self) -> io::Result<()> {
        let written = self.write(&Mark::Delivered.line());
        written.or_else(|error| self.place.clear().map_err(|_| error))
    }

    /// Something worth knowing of a transaction that is not settled by it.
    pub(crate) fn note(&mut self, mark: &Mark) -> io::Result<()> {
        self.write(&mark.line()).and_then(|()| self.place.sync())
    }

    /// Whether its file was removed meanwhile, so that nobody will find it.
    pub(crate) fn has_vanished(&self) -> bool {
        self.place.has_vanished()
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        let mut bytes = line.as_bytes().to_vec();
        if self.dirty {
            bytes.resize(bytes.len().max(SIZE.saturating_sub(self.end)), 0);
        }
        self.place.write(self.end, &bytes)?;
        self.end += line.len();
        Ok(())
    }
}
