//! The journal: what is about to be sent, durably before it is sent, and what became of it, durably before anybody is told.
//!
//! Each transaction has a file to itself while it runs. The file's lock tells whether its process lives, so no clock and no
//! process number decides that. The files are written once with zeros and then overwritten, which needs no room on the
//! disk when it matters, and one sync where appending needs two.

pub(crate) mod record;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::os::disk::{Disk, Place};
use record::{Contents, LONGEST, Mark, Record, Stand};

use crate::os::world::World;

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
        let entry = Entry { seized: true, ..Entry::read(disk.seize(number)?)? };
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

/// The last transaction of a file that nobody else has. Dropped, it stands as it stands.
#[derive(Debug)]
pub(crate) struct Entry {
    place: Box<dyn Place>,
    pub(crate) record: Option<Record>,
    pub(crate) stand: Stand,
    /// Where the next line goes.
    end: usize,
    /// Whether there may be something else than was meant, or less.
    unsure: bool,
    /// Had without its lock, which a dead process's child still has. Only who has the right to recover may write then.
    pub(crate) seized: bool,
}

/// A place that nobody else has, and what it holds.
type Had = (Box<dyn Place>, Vec<u8>);

fn read(place: Option<Box<dyn Place>>) -> io::Result<Option<Had>> {
    let with_contents = |mut place: Box<dyn Place>| place.read().map(|bytes| (place, bytes));
    place.map(with_contents).transpose()
}

impl Entry {
    fn read(mut place: Box<dyn Place>) -> io::Result<Entry> {
        let Contents { record, stand, end, dirty } = Contents::parse(&place.read()?);
        Ok(Entry { place, record, stand, end, unsure: dirty, seized: false })
    }

    /// `None` where another transaction waits to be settled.
    fn begin(mut place: Box<dyn Place>, bytes: &[u8], record: &Record) -> Result<Option<Entry>, Unwritten> {
        let Contents { stand, mut end, dirty, .. } = Contents::parse(bytes);
        if !stand.is_over(&record.at) {
            return Ok(None);
        }
        // One without a line may have been left by a process that died before all of it was durable, its name included.
        if end == 0 || dirty || bytes.len() != SIZE || end + ROOM > SIZE {
            place.reset(SIZE)?;
            end = 0;
        }
        let mut entry = Entry {
            place,
            record: Some(record.clone()),
            stand: Stand::Begun,
            end,
            unsure: false,
            seized: false,
        };
        match entry.write(&record.line()).and_then(|()| entry.place.sync()) {
            Ok(()) => Ok(Some(entry)),
            Err(cause) => Err(Unwritten { cause, remains: entry.clear().is_err() }),
        }
    }

    /// What became of it, durably. Where that cannot be written the whole file is emptied, which says as little.
    pub(crate) fn settle(&mut self, mark: &Mark) -> io::Result<()> {
        self.note(mark).or_else(|error| self.clear().map_err(|_| error))
    }

    /// The caller was told of an approval and has a step to do. Not synced, as [`Entry::deliver`]: once the machine was
    /// restarted an approval is shown to the merchant with this mark and without it.
    pub(crate) fn hold(&mut self) -> io::Result<()> {
        self.mark(&Mark::Held)
    }

    /// The caller has the answer. Not synced: what a dead process wrote can be read until the machine itself dies, and
    /// after that an approval without this mark is shown to the merchant and left alone.
    pub(crate) fn deliver(&mut self) -> io::Result<()> {
        self.mark(&Mark::Delivered).or_else(|error| self.clear().map_err(|_| error))
    }

    /// Something worth knowing of a transaction that is not settled by it.
    pub(crate) fn note(&mut self, mark: &Mark) -> io::Result<()> {
        self.mark(mark)?;
        let synced = self.place.sync();
        self.unsure = synced.is_err();
        synced
    }

    /// Nothing is known of it any more, durably.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        self.place.clear()
    }

    /// Whether its file was removed meanwhile, so that nobody will find it.
    pub(crate) fn has_vanished(&self) -> bool {
        self.place.has_vanished()
    }

    fn mark(&mut self, mark: &Mark) -> io::Result<()> {
        self.write(&mark.line())?;
        self.stand = self.stand.after(mark);
        Ok(())
    }

    /// What a failed write or sync left on the disk is unknown, so the next line brings along all that it rests on.
    fn write(&mut self, line: &str) -> io::Result<()> {
        let begun = self.record.as_ref().filter(|_| self.unsure).map(Record::line);
        let mut bytes = (begun.unwrap_or_default() + line).into_bytes();
        let length = bytes.len();
        if self.unsure {
            bytes.resize(length.max(SIZE.saturating_sub(self.end)), 0);
        }
        self.unsure = true;
        self.place.write(self.end, &bytes)?;
        self.unsure = false;
        self.end += length;
        Ok(())
    }
}
