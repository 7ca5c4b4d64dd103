//! The journal in the shop's own database: a client with one, a look at it, what is deleted from it, and the way from files into
//! it and back.

use std::io;
use std::sync::Arc;

use crate::client::Client;
use crate::client::caller::Caller;
use crate::client::open::{OpenTransaction, State};
use crate::client::recovery::journal_error;
use crate::config::{Config, Platform};
use crate::error::{Code, Error, Result};
use crate::journal::database::facts::DatabaseFacts;
use crate::journal::database::{RowStore, statements};
use crate::journal::record::{Mark, Record, RecordState};
use crate::journal::{Entry, Found, Journal, Store};
use crate::os::database::{Database, Sql};
use crate::os::owner::Owner;

/// Where a journal is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The files of this machine.
    Files,
    /// The shop's database.
    Database,
}

/// What [`Client::move_journal`] did.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Moved {
    /// What is now in the other place.
    pub moved: Vec<OpenTransaction>,
    /// What stayed: it is running, damaged, or could not be written there.
    pub left: Vec<OpenTransaction>,
}

/// The statements that make the journal's tables, for an administrator.
pub fn schema(sql: Sql) -> &'static [&'static str] {
    statements::schema(sql)
}

impl Client {
    /// As [`Client::new`], with the journal in the shop's own database.
    pub fn with_database(config: Config, platform: Platform, database: Arc<dyn Database>) -> Client {
        let client = Client::for_binding(&Caller::of_bytes("Rust"), config, platform, None, Some(database));
        client.warn_of_open();
        client
    }

    /// Asks the database that keeps the journal about itself. `None`: none does.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] when it cannot be asked.
    pub fn database_facts(&self) -> Result<Option<DatabaseFacts>> {
        let Some(database) = self.database() else { return Ok(None) };
        database.facts().map(Some).map_err(|error| journal_error(database, &error))
    }

    /// Deletes from the database the transactions that are settled and began before a Korean day, `yyyyMMdd`. Returns how many.
    /// What is open stays, however old.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] for another day than `yyyyMMdd`, and if no database keeps the journal; [`Code::JOURNAL`] when it
    /// cannot be written.
    pub fn prune(&self, before: &str) -> Result<u64> {
        if before.len() != 8 || !before.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::bad_value("before", "has to be a day as yyyyMMdd"));
        }
        let database = self.database().ok_or_else(no_database)?;
        database.prune(before).map_err(|error| journal_error(database, &error))
    }

    /// Moves what is open to the other place, as it is: nothing is sent. What is settled stays where it was. Until it is done a
    /// transaction is in both, which at worst asks for its Rollback twice.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] without a database or without a directory, and while another process recovers; [`Code::JOURNAL`] when
    /// one of them cannot be used.
    pub fn move_journal(&self, to: Place) -> Result<Moved> {
        let journal = self.journal();
        let database = self.database().ok_or_else(no_database)?;
        let no_files = || Error::new(Code::BAD_VALUE, "no journal_dir, log_dir or home_dir is set");
        let files = journal.and_then(Journal::files).ok_or_else(no_files)?;
        let (from, to): (&dyn Store, &dyn Store) = match to {
            Place::Database => (files, database),
            Place::Files => (database, files),
        };
        to.check().map_err(|error| journal_error(to, &error))?;
        let cannot = |error| journal_error(from, &error);
        let elsewhere =
            || Error::new(Code::BAD_VALUE, "another process recovers: try again once that is done");
        let _right = from.recovering().map_err(cannot)?.ok_or_else(elsewhere)?;
        let mut moved = Moved::default();
        let now = self.world().owner();
        for found in from.open().map_err(cannot)? {
            let Some(mut open) = self.describe(&found, from, &now) else { continue };
            match move_one(found, &open.state, &now, from, to) {
                Ok(true) => moved.moved.push(open),
                Ok(false) => moved.left.push(open),
                Err(error) => {
                    open.error = Some(error);
                    moved.left.push(open);
                }
            }
        }
        Ok(moved)
    }

    fn database(&self) -> Option<&RowStore> {
        self.journal().and_then(|journal| journal.database.as_ref())
    }
}

/// `false`: it is running or damaged.
fn move_one(found: Found<'_>, state: &State, now: &Owner, from: &dyn Store, to: &dyn Store) -> Result<bool> {
    let cannot = |error| journal_error(from, &error);
    let (Some(marks), Some(record)) = (marks_of(&found.state, state), found.record.clone()) else {
        return Ok(false);
    };
    let Some(mut entry) = found.claim().map_err(cannot)? else { return Ok(false) };
    let record = Record { owner: now.clone(), ..record };
    let copied = begin_again(to, &record).and_then(|mut copy| {
        marks.iter().try_for_each(|mark| copy.mark_durably(mark))?;
        copy.let_go();
        Ok(())
    });
    copied.map_err(|error| journal_error(to, &error))?;
    entry.settle(&Mark::Closed { reason: "moved".into() }).map_err(cannot)?;
    Ok(true)
}

/// Begins a transaction, in the row that it had there before if that is settled.
fn begin_again(to: &dyn Store, record: &Record) -> io::Result<Entry> {
    let cause = match to.begin(record) {
        Ok(entry) => return Ok(entry),
        Err(error) => error.cause,
    };
    if cause.kind() != io::ErrorKind::AlreadyExists {
        return Err(cause);
    }
    let before = to.find(&record.tx_id)?.filter(|found| found.state == RecordState::Settled);
    before.map_or(Ok(None), Found::claim)?.ok_or(cause)
}

fn no_database() -> Error {
    Error::new(Code::BAD_VALUE, "no database keeps the journal")
}

/// The marks that bring a record to the state of another place. `None`: what its state is cannot be said.
fn marks_of(recorded: &RecordState, open: &State) -> Option<Vec<Mark>> {
    let none = String::new;
    let doubt = |code: String| vec![Mark::Doubt { code }];
    Some(match (recorded, open) {
        (RecordState::Damaged | RecordState::Settled, _) => return None,
        (RecordState::Begun, _) => doubt(Code::SHOP_STEP.to_string()),
        (RecordState::Doubt { code }, _) => doubt(code.clone()),
        // Nobody was told of it: it is to be rolled back in the other place, too.
        (RecordState::Approved { .. }, State::Abandoned) => doubt(Code::SHOP_STEP.to_string()),
        (RecordState::Approved { .. }, _) => {
            let answered = Mark::Answered { code: "0000".into(), tid: none(), oid: none(), amount: none() };
            vec![answered, Mark::Held]
        }
        (RecordState::RolledBack { at }, _) => vec![Mark::RolledBack { again: Some(at.clone()) }],
        (RecordState::Refused { code, message, at }, _) => {
            vec![Mark::Refused { code: code.clone(), message: message.clone(), at: at.clone() }]
        }
    })
}
