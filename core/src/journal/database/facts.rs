//! What a database says of itself, and what of that a payment cannot rely on.

use std::io;

use super::RowStore;
use crate::os::database::{Operation, Sql};

/// What a look at the database found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DatabaseFacts {
    /// Which database.
    pub sql: Sql,
    /// What it says of itself: names and values.
    pub facts: Vec<(String, String)>,
    /// What is wrong with it for a journal.
    pub faults: Vec<DatabaseFault>,
}

/// What is wrong with a database for a journal, in both languages, with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatabaseFault {
    /// What, in English.
    pub en: String,
    /// The same in Korean.
    pub ko: String,
    /// Whether it may forget what it has confirmed. With `journal = strict` nothing is sent then.
    pub forgets: bool,
    /// Whether it is what the database does when a machine takes another one's place, and no fault of its settings.
    pub note: bool,
}

impl DatabaseFacts {
    /// The value of a fact; empty if the database did not say it.
    pub fn get(&self, name: &str) -> &str {
        self.facts.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Its clock, in seconds since 1970.
    pub fn seconds(&self) -> Option<i64> {
        self.get("seconds").parse().ok()
    }
}

impl RowStore {
    /// Asks the database about itself.
    pub(crate) fn facts(&self) -> io::Result<DatabaseFacts> {
        let sql = self.database.dialect().sql;
        let pair = |row: Vec<Option<String>>| {
            let mut values = row.into_iter().map(Option::unwrap_or_default);
            Some((values.next()?, values.next()?))
        };
        let facts: Vec<_> = self.table(Operation::Facts, &[])?.into_iter().filter_map(pair).collect();
        let mut found = DatabaseFacts { sql, facts, faults: Vec::new() };
        found.faults = faults(&found);
        Ok(found)
    }

    /// Refuses a database that may forget what it has confirmed.
    pub(super) fn require_durability(&self) -> io::Result<()> {
        match self.facts()?.faults.into_iter().find(|fault| fault.forgets) {
            None => Ok(()),
            Some(fault) => {
                Err(io::Error::other(format!("journal = strict, but {} / {}", fault.en, fault.ko)))
            }
        }
    }
}

fn faults(facts: &DatabaseFacts) -> Vec<DatabaseFault> {
    let (mut faults, is) = (Vec::new(), |name, value: &str| facts.get(name).eq_ignore_ascii_case(value));
    let mut say =
        |en: String, ko: String, forgets, note| faults.push(DatabaseFault { en, ko, forgets, note });
    let mut forgets = |name: &str, value: &str, want: &str| {
        say(
            format!(
                "{name} is {value}: a machine that stops may forget what was confirmed. Set it to {want}"
            ),
            format!(
                "{name} 값이 {value}입니다. 서버가 멈추면 확정된 기록이 사라질 수 있습니다. {want}(으)로 설정하십시오"
            ),
            true,
            false,
        );
    };
    match facts.sql {
        Sql::MySql => {
            if !is("engine", "InnoDB") && !facts.get("engine").is_empty() {
                forgets("the engine of xpay_journal", facts.get("engine"), "InnoDB");
            }
            if !is("flush", "1") {
                forgets("innodb_flush_log_at_trx_commit", facts.get("flush"), "1");
            }
            if !["1", "no binary log"].contains(&facts.get("sync_binlog")) {
                forgets("sync_binlog", facts.get("sync_binlog"), "1");
            }
        }
        Sql::Postgres => {
            for name in ["fsync", "full_page_writes", "synchronous_commit"] {
                if is(name, "off") {
                    forgets(name, "off", "on");
                }
            }
            if is("unlogged", "true") {
                forgets("xpay_journal", "UNLOGGED", "LOGGED");
            }
        }
    }
    let read_only = ["1", "on", "true"].iter().any(|yes| is("read_only", yes) || is("replica", yes));
    if read_only {
        say(
            "it is a replica or read only: nothing can be recorded in it. Connect to the primary".to_owned(),
            "복제본이거나 읽기 전용이어서 기록할 수 없습니다. 주(primary) 서버에 연결하십시오".to_owned(),
            false,
            false,
        );
    }
    if facts.get("version").is_empty() {
        return faults;
    }
    let synchronous = facts.sql == Sql::Postgres && !facts.get("standbys").is_empty();
    if !synchronous && !read_only {
        say(
            "if an asynchronous replica takes its place, what it had confirmed last may be missing there: use synchronous replication"
                .to_owned(),
            "비동기 복제본이 주 서버를 대신하면 마지막으로 확정된 기록이 없을 수 있습니다. 동기 복제를 사용하십시오".to_owned(),
            false,
            true,
        );
    }
    faults
}
