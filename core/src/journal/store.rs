//! Where a journal is kept: what the files of one machine and the database of a shop have in common.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::error::Remedy;
use crate::journal::record::{Mark, Record, RecordState};

/// A journal, shared by all processes that are configured with it.
pub(crate) trait Store: fmt::Debug + Send + Sync {
    /// Where it is, for a person.
    fn place(&self) -> String;
    /// What to do where it cannot be used, unless that is what [`Code::JOURNAL`](crate::Code::JOURNAL) says.
    fn remedy(&self) -> Option<&'static Remedy> {
        None
    }
    /// Begins a transaction. Its record is durable when this returns.
    fn begin(&self, record: &Record) -> Result<Entry, BeginError>;
    /// Checks that a transaction could begin. Leaves nothing behind.
    fn check(&self) -> io::Result<()>;
    /// All transactions that are not settled. Files are locked one by one, while the caller has what was found in them.
    fn open(&self) -> io::Result<Box<dyn Iterator<Item = Found<'_>> + '_>>;
    /// The transaction `tx_id`, or in files also the file of that name. One that is settled is found only in a database.
    fn find(&self, tx_id: &str) -> io::Result<Option<Found<'_>>>;
    /// What it shows of transactions that began on the Korean day `since` or later, settled ones included.
    fn history(&self, since: &str) -> io::Result<Vec<(Record, Vec<Mark>)>>;
    /// The right to recover. `None`: another process has it.
    fn recovering(&self) -> io::Result<Option<Box<dyn Send>>>;
    /// Whether it existed before and is gone now.
    fn has_vanished(&self) -> bool {
        false
    }
}

/// A transaction that a journal has.
pub(crate) struct Found<'a> {
    /// The name of its file; empty in a database.
    pub(crate) name: String,
    /// `None`: it cannot be read.
    pub(crate) record: Option<Record>,
    pub(crate) state: RecordState,
    pub(crate) condition: Condition<'a>,
}

/// Whether a transaction can be worked on.
pub(crate) enum Condition<'a> {
    /// Nobody works on it. To claim it makes it this process's: `None` if another one was faster.
    Free(Claim<'a>),
    /// Somebody works on it, and in a database would lose it to whoever seizes it.
    Running(Option<Claim<'a>>),
    /// It can be read and, for this reason, not written. Nobody works on it.
    Refused(io::Error),
    Unreadable(io::Error),
}

/// Makes a transaction this process's. `true`: even if somebody works on it.
pub(crate) type Claim<'a> = Box<dyn FnOnce(bool) -> io::Result<Option<Entry>> + 'a>;

impl<'a> Found<'a> {
    /// Makes it this process's. `None`: it is somebody else's.
    pub(crate) fn claim(self) -> io::Result<Option<Entry>> {
        match self.condition {
            Condition::Free(claim) => claim(false),
            _ => Ok(None),
        }
    }

    /// As [`Found::claim`], for the shop's own wish to undo it: in a database, whoever works on it loses it.
    pub(crate) fn seize(self) -> io::Result<Option<Entry>> {
        match self.condition {
            Condition::Free(claim) | Condition::Running(Some(claim)) => claim(true),
            _ => Ok(None),
        }
    }
}

/// A transaction that this process has in its hands. Dropping it changes nothing in the journal.
pub(crate) type Entry = Box<dyn Kept>;

/// What can be done to it.
pub(crate) trait Kept: fmt::Debug + Send + Sync {
    fn record(&self) -> Option<&Record>;
    fn state(&self) -> &RecordState;
    /// Adds a mark, durably.
    fn mark_durably(&mut self, mark: &Mark) -> io::Result<()>;
    /// Adds the final mark, durably. If a file cannot take it, the whole file is emptied, which also leaves nothing open.
    fn settle(&mut self, mark: &Mark) -> io::Result<()>;
    /// Marks that the caller was told of an approval and still has a step to do.
    fn mark_held(&mut self) -> io::Result<()>;
    /// Marks that the caller has the answer.
    fn mark_delivered(&mut self) -> io::Result<()>;
    /// Marks, before a Rollback is sent, that it is to be rolled back, whatever its state was, even if this process dies.
    fn mark_undoing(&mut self, mark: &Mark) -> io::Result<()>;
    /// Nothing is to be known of the transaction any more. An error: it stays.
    fn clear(&mut self) -> io::Result<()>;
    /// The work on it goes on beyond the wait for an answer.
    fn prolong(&mut self) {}
    /// This process works on it no longer, and it is not settled: somebody else may see to it now.
    fn let_go(&mut self) {}
    /// By when, on the world's clock, its request must have left. Later, somebody else may have taken it for abandoned.
    fn send_by(&self) -> Option<Duration> {
        None
    }
    /// Whether recovery leaves an approval alone that was recorded and not delivered.
    fn keeps_undelivered(&self) -> bool {
        false
    }
    /// What became of it in other hands. `None`: it is still in these.
    fn overtaken(&self) -> Option<Overtaken> {
        None
    }
    /// Whether it was removed meanwhile, so that recovery cannot find it.
    fn has_vanished(&self) -> bool {
        false
    }
    /// Whether it was opened without its lock, which a forked child of the dead process still has. Only the owner of the recovery
    /// lock may write then.
    fn without_lock(&self) -> bool {
        false
    }
}

/// What another process made of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overtaken {
    /// A person closed it, or it was delivered: it stands.
    Stands,
    RolledBack,
    Unknown,
}

/// Why a transaction could not begin.
#[derive(Debug)]
pub(crate) struct BeginError {
    pub(crate) cause: io::Error,
    /// Whether it may be in the journal all the same. Then nothing may be sent, since recovery would roll it back.
    pub(crate) may_remain: bool,
}

impl From<io::Error> for BeginError {
    fn from(cause: io::Error) -> BeginError {
        BeginError { cause, may_remain: false }
    }
}
