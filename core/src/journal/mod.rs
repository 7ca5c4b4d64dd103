//! The write-ahead journal. A request that may move money is recorded durably before it is sent. Its outcome is
//! recorded durably before anyone learns it.
//!
//! It is kept in files of one machine. A shop on many machines keeps it in its own database, and the files are where a
//! transaction is recorded if the database certainly has not taken it.

pub(crate) mod database;
pub(crate) mod files;
pub(crate) mod record;
pub(crate) mod store;

pub(crate) use self::store::{BeginError, Condition, Entry, Found, Overtaken, Store};

use std::io;

use self::database::{IN_DATABASE, RowStore};
use self::files::FileStore;
use crate::error::Remedy;

/// The journal of a client: the database, if there is one, and files, if there is a directory for them.
#[derive(Debug)]
pub(crate) struct Journal {
    pub(crate) database: Option<RowStore>,
    /// Whether the configuration names a database that this program cannot reach: nothing has the record then, surely.
    pub(crate) unreached: bool,
    pub(crate) directory: Option<FileStore>,
}

impl Journal {
    /// Where a transaction begins. `None`: there is no directory.
    pub(crate) fn first(&self) -> Option<&dyn Store> {
        match &self.database {
            Some(database) => Some(database),
            None => self.files(),
        }
    }

    /// The same, with the reason why there is none.
    pub(crate) fn beginning(&self) -> io::Result<&dyn Store> {
        if self.unreached {
            let why = "journal_dsn names a database, and this program has no store for it";
            return Err(io::Error::new(io::ErrorKind::NotConnected, why));
        }
        let none = || io::Error::new(io::ErrorKind::NotFound, "no journal_dir, log_dir or home_dir is set");
        self.first().ok_or_else(none)
    }

    /// What to do where it cannot be written, unless that is what [`Code::JOURNAL`](crate::Code::JOURNAL) says.
    pub(crate) fn remedy(&self) -> Option<&'static Remedy> {
        (self.unreached || self.database.is_some()).then_some(&IN_DATABASE)
    }

    /// Where it begins if the first has certainly not taken it.
    pub(crate) fn second(&self) -> Option<&dyn Store> {
        self.files().filter(|_| self.database.is_some() || self.unreached)
    }

    /// Both, the files first: they are recovered also while the database is away.
    pub(crate) fn stores(&self) -> impl Iterator<Item = &dyn Store> {
        self.files().into_iter().chain(self.database.as_ref().map(|database| database as &dyn Store))
    }

    /// The files of this machine.
    pub(crate) fn files(&self) -> Option<&dyn Store> {
        self.directory.as_ref().map(|files| files as &dyn Store)
    }
}
