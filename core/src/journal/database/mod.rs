//! The journal in the shop's own database: one row a transaction, which any machine of the shop can read.
//!
//! No lock of the system tells here whether the process of a transaction lives. Instead a row is its writer's until it is
//! *due*, by the database's clock. Later, whoever claims it first works on it, and the former writer sees that with its next
//! statement. See docs/en/many-machines.md for each failure and what follows from it.

mod entry;
pub(crate) mod facts;
mod row;
pub(crate) mod statements;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use self::entry::RowEntry;
use self::row::{Change, Row, Work, column};
use self::statements::{SCHEMA, on_connect, written};
use crate::error::Remedy;
use crate::journal::record::{MAX_VALUE_BYTES, Mark, Record, RecordState};
use crate::journal::store::{BeginError, Claim, Condition, Entry, Found, Store};
use crate::os::database::{Database, Operation, Reply, Statement};
use crate::os::world::World;

/// How long whoever works on a transaction has for more than the answer.
const GRACE: Duration = Duration::from_secs(30);

/// How long it is attempted to insert a row.
const TO_BEGIN: Duration = Duration::from_secs(7);

/// How long before it is due nothing is begun any more.
const MARGIN: Duration = Duration::from_secs(5);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(200);

/// How long most statements are attempted.
const PATIENCE: Duration = Duration::from_secs(3);

/// What to do where a database cannot be used.
pub(crate) static IN_DATABASE: Remedy = Remedy {
    en: "Check the database that journal_dsn names, its tables (`xpay journal init`) and the rights of its user: `xpay doctor --store`",
    ko: "journal_dsn의 데이터베이스와 테이블(`xpay journal init`), 사용자 권한을 확인하십시오: `xpay doctor --store`",
};

/// The journal in a database.
#[derive(Clone, Debug)]
pub(crate) struct RowStore {
    world: Arc<dyn World>,
    database: Arc<dyn Database>,
    /// How long a row is its writer's.
    lease: Duration,
    strict: bool,
    /// Whether it was looked at once: see [`RowStore::require_durability`].
    examined: Arc<AtomicBool>,
}

impl RowStore {
    /// `strict`: nothing begins in a database that may forget what it has confirmed.
    pub(crate) fn new(
        world: Arc<dyn World>,
        database: Arc<dyn Database>,
        timeout: Duration,
        strict: bool,
    ) -> RowStore {
        let examined = Arc::new(AtomicBool::new(false));
        RowStore { world, database, lease: timeout + GRACE, strict, examined }
    }

    /// Deletes rows that were settled and began before a Korean day, `yyyyMMdd`. Returns how many.
    pub(crate) fn prune(&self, before: &str) -> io::Result<u64> {
        let mut all = 0;
        loop {
            match self.ask(Operation::Prune, &[Some(before)], false) {
                Reply::Changed(0) => return Ok(all),
                Reply::Changed(some) => all += some,
                other => return Err(failed(other)),
            }
        }
    }

    /// Inserts the row of a transaction. `None`: there is one already.
    fn insert(
        &self,
        record: &Record,
        change: &Change,
        state: RecordState,
    ) -> Result<Option<RowEntry>, BeginError> {
        let begun = self.world.clock();
        let owner = new_owner()?;
        let values = self.begin_values(record, change, &owner);
        let values: Vec<_> = values.iter().map(Option::as_deref).collect();
        let entry =
            |step| RowEntry::new(self.clone(), record.clone(), state.clone(), owner.clone(), step, begun);
        let mut unknown: Option<String> = None;
        let mut refused: Option<String> = None;
        loop {
            let fresh = unknown.is_some() || refused.is_some();
            match (self.ask(Operation::Begin, &values, fresh), &unknown) {
                (Reply::Changed(1..), None) => return Ok(Some(entry(1))),
                (Reply::Changed(0), None) => return Ok(None),
                // A duplicate, or this one: whose it is decides. The statement waited for one that was still under way.
                (Reply::Changed(_), Some(_)) => match self.row(&record.tx_id) {
                    Ok(Some(row)) if row.owner == owner => return Ok(Some(entry(row.step))),
                    Ok(Some(_)) => return Ok(None),
                    Ok(None) => {}
                    Err(error) => unknown = Some(error.to_string()),
                },
                // Once more: a connection may have been closed while it was idle, and a cluster may ask for it.
                (Reply::NotDone(why), None) if refused.is_none() => refused = Some(why),
                (Reply::NotDone(why), None) => return Err(io::Error::other(why).into()),
                (Reply::NotDone(_), Some(_)) => {}
                (Reply::Unknown(why), _) => unknown = Some(why),
                (Reply::Rows(_), _) => return Err(rows_instead().into()),
            }
            if self.world.clock() >= begun + TO_BEGIN || self.database.is_gone() {
                // A server that stands still takes its time to refuse a connection, and has not got anything.
                let Some(why) = unknown else {
                    return Err(io::Error::other(refused.unwrap_or_default()).into());
                };
                let cause = io::Error::other(format!("nobody knows whether it was written: {why}"));
                return Err(BeginError { cause, may_remain: true });
            }
            self.world.pause(PAUSE);
        }
    }

    /// Makes a row this process's, at the step at which it was read. `None`: somebody was faster, or still works on it.
    fn claim(&self, row: &Row, force: bool) -> io::Result<Option<RowEntry>> {
        let begun = self.world.clock();
        let owner = new_owner()?;
        let (lease, step) = (self.lease.as_secs().to_string(), row.step.to_string());
        let force = if force { "1" } else { "0" };
        let values = [Some(&*owner), Some(&*lease), Some(&*row.record.tx_id), Some(&*step), Some(force)];
        match self.ask_twice(Operation::Claim, &values) {
            (Reply::Changed(0), false) => return Ok(None),
            (Reply::Changed(1..), false) => {}
            // It was asked twice: the row tells whether the first did it.
            (Reply::Changed(_), true) => {
                if self.row(&row.record.tx_id)?.is_none_or(|row| row.owner != owner) {
                    return Ok(None);
                }
            }
            (other, _) => return Err(failed(other)),
        }
        let (record, state) = (row.record.clone(), row.state());
        Ok(Some(RowEntry::new(self.clone(), record, state, owner, row.step + 1, begun)))
    }

    fn row(&self, tx_id: &str) -> io::Result<Option<Row>> {
        Ok(self.rows(Operation::Find, &[Some(tx_id)])?.into_iter().next())
    }

    fn rows(&self, operation: Operation, values: &[Option<&str>]) -> io::Result<Vec<Row>> {
        let unreadable = || io::Error::other("xpay_journal has other columns than this version expects");
        self.table(operation, values)?.into_iter().map(|row| Row::read(row).ok_or_else(unreadable)).collect()
    }

    /// The rows of a query, as text.
    fn table(&self, operation: Operation, values: &[Option<&str>]) -> io::Result<Vec<Vec<Option<String>>>> {
        match self.ask_twice(operation, values).0 {
            Reply::Rows(rows) => Ok(rows),
            other => Err(failed(other)),
        }
    }

    /// Asks once more on a new connection, unless it was done. Also returns whether the first attempt may have been.
    fn ask_twice(&self, operation: Operation, values: &[Option<&str>]) -> (Reply, bool) {
        match self.ask(operation, values, false) {
            Reply::NotDone(_) => (self.ask(operation, values, true), false),
            Reply::Unknown(_) => (self.ask(operation, values, true), true),
            done => (done, false),
        }
    }

    fn ask(&self, operation: Operation, values: &[Option<&str>], fresh: bool) -> Reply {
        let dialect = self.database.dialect();
        let text = written(operation, dialect.sql, dialect.placeholder);
        match self
            .database
            .run(&Statement { operation, text: &text, fresh, on_connect: on_connect(dialect.sql) }, values)
        {
            Reply::Rows(_) if !operation.returns_rows() => Reply::Unknown(rows_instead().to_string()),
            Reply::Changed(_) if operation.returns_rows() => Reply::NotDone("no rows came".into()),
            reply => reply,
        }
    }

    /// The values of `begin`, in the order of its columns.
    fn begin_values(&self, record: &Record, change: &Change, owner: &str) -> Vec<Option<String>> {
        let platform = record.platform.to_string();
        let texts = [
            &record.tx_id,
            change.name,
            "1",
            owner,
            &record.mid,
            &record.txname,
            &platform,
            &record.url,
            &record.hash_type,
            &record.oid,
            &record.tid,
            &record.amount,
            &record.at,
            &change.code,
            &change.message,
            &change.noted_at,
        ];
        let due = change.due.seconds(self.lease).map(|seconds| seconds.to_string());
        texts.into_iter().map(|text| Some(column(text))).chain([due]).collect()
    }

    fn found(&self, row: Row) -> Found<'_> {
        let (record, state) = (Some(row.record.clone()), row.state());
        let working = row.work == Work::Running;
        let claim = move |force| Ok(self.claim(&row, force)?.map(|entry| Box::new(entry) as Entry));
        let claim: Claim<'_> = Box::new(claim);
        let condition = if working { Condition::Running(Some(claim)) } else { Condition::Free(claim) };
        Found { name: String::new(), record, state, condition }
    }
}

impl Store for RowStore {
    fn place(&self) -> String {
        "the journal in the database".to_owned()
    }

    fn remedy(&self) -> Option<&'static Remedy> {
        Some(&IN_DATABASE)
    }

    fn begin(&self, record: &Record) -> Result<Entry, BeginError> {
        if record.tx_id.len() > MAX_VALUE_BYTES {
            let why = format!("an LGD_TXID of more than {MAX_VALUE_BYTES} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why).into());
        }
        if self.strict && !self.examined.load(Ordering::Relaxed) {
            self.require_durability()?;
            self.examined.store(true, Ordering::Relaxed);
        }
        match self.insert(record, &Change::begun(), RecordState::Begun)? {
            Some(entry) => Ok(Box::new(entry)),
            // Its own, which recovery has taken over meanwhile: the process stood still.
            None => {
                let cause = io::Error::new(io::ErrorKind::AlreadyExists, "it has this LGD_TXID already");
                Err(BeginError { cause, may_remain: true })
            }
        }
    }

    fn check(&self) -> io::Result<()> {
        let versions = self.table(Operation::Version, &[])?;
        let version = versions.into_iter().flatten().flatten().next().unwrap_or_default();
        if version.trim() != SCHEMA.to_string() {
            let why = format!("its schema has the version [{version}], and this library needs {SCHEMA}");
            return Err(io::Error::other(why));
        }
        for probe in [Operation::MayInsert, Operation::MayUpdate] {
            match self.ask_twice(probe, &[]).0 {
                Reply::Changed(_) => {}
                other => return Err(failed(other)),
            }
        }
        Ok(())
    }

    fn open(&self) -> io::Result<Box<dyn Iterator<Item = Found<'_>> + '_>> {
        let rows = self.rows(Operation::Open, &[])?;
        Ok(Box::new(rows.into_iter().map(|row| self.found(row))))
    }

    fn find(&self, tx_id: &str) -> io::Result<Option<Found<'_>>> {
        Ok(self.row(tx_id)?.map(|row| self.found(row)))
    }

    fn history(&self, since: &str) -> io::Result<Vec<(Record, Vec<Mark>)>> {
        let rows = self.rows(Operation::History, &[Some(since)])?;
        Ok(rows.into_iter().map(|row| (row.record.clone(), row.marks())).collect())
    }

    /// Each row is claimed by itself, so that any number of processes recover at once.
    fn recovering(&self) -> io::Result<Option<Box<dyn Send>>> {
        Ok(Some(Box::new(())))
    }
}

/// 128 bits that no other process has.
fn new_owner() -> io::Result<String> {
    let mut unique = [0; 16];
    getrandom::fill(&mut unique).map_err(io::Error::other)?;
    Ok(base16ct::lower::encode_string(&unique))
}

fn failed(reply: Reply) -> io::Error {
    match reply {
        Reply::NotDone(why) | Reply::Unknown(why) => io::Error::other(why),
        Reply::Changed(_) | Reply::Rows(_) => rows_instead(),
    }
}

fn rows_instead() -> io::Error {
    io::Error::other("the store answered a statement with rows, or a query without")
}
