//! The place of one transaction in a file of the journal, to which its marks are written.

use std::io;

use crate::journal::contents::Contents;
use crate::journal::record::{Mark, Record, Stand};
use crate::os::disk::Place;

/// Large enough for dozens of transactions, small enough to be read before each.
const SIZE: usize = 32 * 1024;

/// What one transaction may need.
const ROOM: usize = 8 * 1024;

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

impl Entry {
    pub(super) fn read(mut place: Box<dyn Place>) -> io::Result<Entry> {
        let Contents { record, stand, end, dirty } = Contents::parse(&place.read()?);
        Ok(Entry { place, record, stand, end, unsure: dirty, seized: false })
    }

    pub(super) fn without_its_lock(self) -> Entry {
        Entry { seized: true, ..self }
    }

    /// `None` where another transaction waits to be settled.
    pub(super) fn begin(
        mut place: Box<dyn Place>,
        bytes: &[u8],
        record: &Record,
    ) -> Result<Option<Entry>, Unwritten> {
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
