//! The ledger: payments, receipts, payment keys, notices, and the transactions that changed them.

pub(crate) mod billing_key;
pub(crate) mod carried;
pub(crate) mod delivery;
pub(crate) mod journal;
pub(crate) mod notice;
pub(crate) mod paykey;
pub(crate) mod payment;
pub(crate) mod receipt;
pub(crate) mod sent;
mod stored;

use crate::error::Error;
use crate::files::private_file;
use rusqlite::{Connection, Result, Transaction, TransactionBehavior};
use std::path::Path;

/// One SQLite database, in memory or in a file.
pub(crate) struct Ledger(Connection);

/// Written into the file's header: "xpay" in ASCII.
const OURS: i64 = 0x7870_6179;

/// The version of the tables. A ledger of another version is refused.
const VERSION: i64 = 3;

impl Ledger {
    pub(crate) fn open(file: Option<&Path>) -> std::result::Result<Self, Error> {
        let Some(file) = file else {
            return Ok(Self(prepare(Connection::open_in_memory()?)?));
        };
        let name = file.display();
        let unusable = |ko: &str, en: &str| {
            Error::new(
                format!(
                    "결제 원장 파일 {name}을(를) 쓸 수 없습니다({ko}). 새 파일이나 이 버전의 샌드박스가 만든 원장을 지정하십시오"
                ),
                format!(
                    "cannot use {name} as ledger ({en}): use a new file, or a ledger of this version's sandbox"
                ),
            )
        };
        let failed = |error: &dyn std::error::Error| unusable(&error.to_string(), &error.to_string());
        private_file(file).map_err(|error| failed(&error))?;
        let opened = Connection::open(file).and_then(|connection| {
            let ours = is_ours(&connection)?;
            Ok(ours.then_some(connection))
        });
        match opened.map_err(|error| failed(&error))? {
            Some(connection) => Ok(Self(prepare(connection)?)),
            None => Err(unusable("이 버전의 원장이 아닙니다", "not a ledger of this version")),
        }
    }

    pub(crate) fn begin(&mut self) -> Result<Transaction<'_>> {
        self.0.transaction_with_behavior(TransactionBehavior::Immediate)
    }

    pub(crate) fn read(&self) -> &Connection {
        &self.0
    }
}

/// A file is ours if it has our mark, or if it is empty.
fn is_ours(connection: &Connection) -> Result<bool> {
    let sql = "SELECT (application_id = ?1 AND user_version = ?2) OR (SELECT count(*) FROM sqlite_schema) = 0
         FROM pragma_application_id, pragma_user_version";
    connection.query_row(sql, [OURS, VERSION], |row| row.get(0))
}

fn prepare(connection: Connection) -> Result<Connection> {
    connection.pragma_update(None, "application_id", OURS)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    // A write-ahead log keeps a commit cheap; in memory the pragma changes nothing.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.execute_batch(include_str!("schema.sql"))?;
    Ok(connection)
}

/// Runs `work` in a savepoint: its writes are kept only if it succeeds. Other writes of the transaction are kept either way.
pub(crate) fn in_savepoint<T, E: From<rusqlite::Error>>(
    db: &Connection,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    db.execute_batch("SAVEPOINT work")?;
    let outcome = work();
    let end = if outcome.is_ok() { "RELEASE work" } else { "ROLLBACK TO work; RELEASE work" };
    db.execute_batch(end)?;
    outcome
}

/// The next number of the sequence.
pub(crate) fn next(db: &Connection) -> Result<i64> {
    db.query_row("UPDATE sequence SET n = n + 1 RETURNING n", [], |row| row.get(0))
}

/// A new LGD_TID: the shop's first letters, the time, and five digits of a running number make the 24 characters a TID may have.
pub(crate) fn new_tid(db: &Connection, mid: &str, stamp: &str) -> Result<String> {
    let shop: String = mid.chars().take(5).collect();
    Ok(format!("{shop}{stamp}{:05}", next(db)? % 100_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_leaves_nothing_and_what_surrounds_it_stays() {
        let ledger = Ledger::open(None).unwrap();
        let db = ledger.read();
        let before = next(db).unwrap();
        let failed: Result<()> = in_savepoint(db, || {
            next(db)?;
            Err(rusqlite::Error::InvalidQuery)
        });
        assert!(failed.is_err());
        assert_eq!(next(db).unwrap(), before + 1);
    }

    #[test]
    fn a_ledger_of_another_version_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ledger.db");
        let ledger = Ledger::open(Some(&file)).unwrap();
        drop(ledger);
        let ledger = Ledger::open(Some(&file)).unwrap();
        ledger.read().pragma_update(None, "user_version", VERSION - 1).unwrap();
        drop(ledger);
        let error = Ledger::open(Some(&file)).err().unwrap();
        assert!(error.english().contains("version") && error.korean().contains("새 파일"), "{error}");
    }

    #[test]
    fn the_table_itself_keeps_money_above_zero() {
        let ledger = Ledger::open(None).unwrap();
        let db = ledger.read();
        let sql = "INSERT INTO payment VALUES ('T', 'M', 'O', 'SC0010', 'approved', 10, 10, 0,
                   '', '', 0, 0, '', '', '', '', '', '', '', 0)";
        db.execute(sql, []).unwrap();
        assert!(payment::draw(db, "T", 11, 0).is_err());
        payment::draw(db, "T", 4, 0).unwrap();
        assert_eq!(payment::find(db, "T").unwrap().unwrap().state, payment::PaymentState::PartlyCancelled);
    }
}
