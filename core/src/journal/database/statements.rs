//! The statements of the journal, as text for each database.
//!
//! Each is one autocommit statement. Times are the database's own: the machines of a shop need not agree on one. `step` is
//! raised by every write, so that none overwrites a later one, however late it arrives.

use crate::os::database::{Operation, Placeholder, Sql};

/// The version of the schema.
pub(crate) const SCHEMA: u32 = 1;

/// The columns of a row, as queries return them and as `begin` inserts them; after them comes `due`.
pub(super) const COLUMNS: [&str; 16] = [
    "tx_id",
    "state",
    "step",
    "owner",
    "mid",
    "txname",
    "platform",
    "url",
    "hash_type",
    "oid",
    "tid",
    "amount",
    "began_at",
    "code",
    "message",
    "noted_at",
];

/// How many settled rows are deleted by one statement, and how many the history shows at most.
pub(super) const BATCH: u32 = 1000;
pub(crate) const NEWEST: u32 = 10_000;

/// The text of a statement, with the values' places as `?`.
pub(super) fn text(operation: Operation, sql: Sql) -> String {
    let words = Words::of(sql);
    let Words { now, in_seconds, integer, .. } = words;
    let columns = COLUMNS.join(", ");
    // Whether somebody works on it: `due` is not over.
    let shown = format!(
        "SELECT {columns}, CASE WHEN due IS NULL THEN 'settled' WHEN due > {now} THEN 'running' ELSE 'due' END FROM xpay_journal"
    );
    let noted = format!(
        "state = ?, step = step + 1, code = ?, message = ?, noted_at = ?, oid = ?, tid = ?, amount = ?, due = {in_seconds}"
    );
    match operation {
        Operation::Begin => {
            let places = COLUMNS.map(|column| if column == "step" { integer } else { "?" }).join(", ");
            let again = words.unless_there;
            format!("INSERT INTO xpay_journal ({columns}, due) VALUES ({places}, {in_seconds}) {again}")
        }
        Operation::Mark => {
            format!("UPDATE xpay_journal SET {noted} WHERE tx_id = ? AND owner = ? AND step = {integer}")
        }
        Operation::Put => format!("UPDATE xpay_journal SET {noted}, owner = ? WHERE tx_id = ?"),
        Operation::Claim => format!(
            "UPDATE xpay_journal SET owner = ?, step = step + 1, due = CASE WHEN due IS NULL THEN NULL ELSE {in_seconds} END WHERE tx_id = ? AND step = {integer} AND (due IS NULL OR due <= {now} OR {integer} = 1)"
        ),
        Operation::Find => format!("{shown} WHERE tx_id = ?"),
        Operation::Open => format!("{shown} WHERE due IS NOT NULL ORDER BY due, tx_id"),
        Operation::History => {
            format!("{shown} WHERE began_at >= ? ORDER BY began_at DESC, tx_id LIMIT {NEWEST}")
        }
        Operation::Prune => words.prune.replace("{BATCH}", &BATCH.to_string()),
        Operation::Version => "SELECT version FROM xpay_journal_schema".to_owned(),
        Operation::MayInsert => format!(
            "INSERT INTO xpay_journal ({columns}, due) SELECT {columns}, due FROM xpay_journal WHERE 1 = 0"
        ),
        Operation::MayUpdate => "UPDATE xpay_journal SET step = step + 1 WHERE 1 = 0".to_owned(),
        Operation::Facts => words.facts.to_owned(),
    }
}

/// As [`text`], with the places of a driver.
pub(super) fn written(operation: Operation, sql: Sql, placeholder: Placeholder) -> String {
    placeholder.written(&text(operation, sql))
}

/// What an administrator executes once.
pub(crate) fn schema(sql: Sql) -> &'static [&'static str] {
    Words::of(sql).schema
}

/// What a binding executes on each new connection, before anything else.
pub(super) fn on_connect(sql: Sql) -> &'static [&'static str] {
    Words::of(sql).on_connect
}

/// Where the two databases differ.
#[derive(Clone, Copy)]
struct Words {
    /// The database's clock, in UTC.
    now: &'static str,
    /// The same in so many seconds; NULL for NULL.
    in_seconds: &'static str,
    /// A value that is a whole number, for drivers that send all values as text.
    integer: &'static str,
    unless_there: &'static str,
    prune: &'static str,
    facts: &'static str,
    schema: &'static [&'static str],
    on_connect: &'static [&'static str],
}

impl Words {
    fn of(sql: Sql) -> Words {
        match sql {
            Sql::MySql => MYSQL,
            Sql::Postgres => POSTGRES,
        }
    }
}

const MYSQL: Words = Words {
    now: "UTC_TIMESTAMP()",
    in_seconds: "UTC_TIMESTAMP() + INTERVAL ? SECOND",
    integer: "CAST(? AS SIGNED)",
    unless_there: "ON DUPLICATE KEY UPDATE tx_id = tx_id",
    prune: "DELETE FROM xpay_journal WHERE due IS NULL AND began_at < ? ORDER BY began_at LIMIT {BATCH}",
    facts: "SELECT 'version', CAST(VERSION() AS CHAR) \
        UNION ALL SELECT 'seconds', CAST(UNIX_TIMESTAMP() AS CHAR) \
        UNION ALL SELECT 'user', CURRENT_USER() \
        UNION ALL SELECT 'autocommit', CAST(@@autocommit AS CHAR) \
        UNION ALL SELECT 'read_only', CAST(@@read_only AS CHAR) \
        UNION ALL SELECT 'flush', CAST(@@innodb_flush_log_at_trx_commit AS CHAR) \
        UNION ALL SELECT 'doublewrite', CAST(@@innodb_doublewrite AS CHAR) \
        UNION ALL SELECT 'sync_binlog', CASE WHEN @@log_bin = 1 THEN CAST(@@sync_binlog AS CHAR) ELSE 'no binary log' END \
        UNION ALL SELECT 'engine', engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'xpay_journal'",
    schema: &[
        "CREATE TABLE xpay_journal (
  tx_id VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step INT NOT NULL,
  owner CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mid VARCHAR(200) NOT NULL,
  txname VARCHAR(200) NOT NULL,
  platform VARCHAR(16) NOT NULL,
  url VARCHAR(200) NOT NULL,
  hash_type VARCHAR(200) NOT NULL,
  oid VARCHAR(200) NOT NULL,
  tid VARCHAR(200) NOT NULL,
  amount VARCHAR(200) NOT NULL,
  began_at CHAR(14) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code VARCHAR(200) NOT NULL,
  message VARCHAR(200) NOT NULL,
  noted_at CHAR(14) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  due DATETIME NULL,
  KEY xpay_journal_due (due),
  KEY xpay_journal_began_at (began_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "CREATE TABLE xpay_journal_schema (version INT NOT NULL PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO xpay_journal_schema (version) VALUES (1)",
    ],
    on_connect: &[
        "SET SESSION autocommit = 1, SESSION innodb_lock_wait_timeout = 5, SESSION lock_wait_timeout = 5, SESSION sql_mode = 'STRICT_ALL_TABLES'",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION TRANSACTION READ WRITE",
    ],
};

const POSTGRES: Words = Words {
    now: "clock_timestamp()",
    in_seconds: "clock_timestamp() + CAST(? AS integer) * interval '1 second'",
    integer: "CAST(? AS integer)",
    unless_there: "ON CONFLICT (tx_id) DO NOTHING",
    prune: "DELETE FROM xpay_journal WHERE tx_id IN (SELECT tx_id FROM xpay_journal WHERE due IS NULL AND began_at < ? ORDER BY began_at LIMIT {BATCH})",
    facts: "SELECT 'version', current_setting('server_version') \
        UNION ALL SELECT 'seconds', CAST(CAST(extract(epoch FROM clock_timestamp()) AS bigint) AS text) \
        UNION ALL SELECT 'user', CAST(current_user AS text) \
        UNION ALL SELECT 'read_only', current_setting('transaction_read_only') \
        UNION ALL SELECT 'replica', CAST(pg_is_in_recovery() AS text) \
        UNION ALL SELECT 'synchronous_commit', current_setting('synchronous_commit') \
        UNION ALL SELECT 'fsync', current_setting('fsync') \
        UNION ALL SELECT 'full_page_writes', current_setting('full_page_writes') \
        UNION ALL SELECT 'standbys', current_setting('synchronous_standby_names') \
        UNION ALL SELECT 'unlogged', CAST(relpersistence = 'u' AS text) FROM pg_class WHERE oid = to_regclass('xpay_journal')",
    schema: &[
        "CREATE TABLE xpay_journal (
  tx_id varchar(200) COLLATE \"C\" NOT NULL PRIMARY KEY,
  state varchar(16) NOT NULL,
  step integer NOT NULL,
  owner char(32) NOT NULL,
  mid varchar(200) NOT NULL,
  txname varchar(200) NOT NULL,
  platform varchar(16) NOT NULL,
  url varchar(200) NOT NULL,
  hash_type varchar(200) NOT NULL,
  oid varchar(200) NOT NULL,
  tid varchar(200) NOT NULL,
  amount varchar(200) NOT NULL,
  began_at char(14) COLLATE \"C\" NOT NULL,
  code varchar(200) NOT NULL,
  message varchar(200) NOT NULL,
  noted_at varchar(14) NOT NULL,
  due timestamptz NULL
)",
        "CREATE INDEX xpay_journal_due ON xpay_journal (due) WHERE due IS NOT NULL",
        "CREATE INDEX xpay_journal_began_at ON xpay_journal (began_at)",
        "CREATE TABLE xpay_journal_schema (version integer NOT NULL PRIMARY KEY)",
        "INSERT INTO xpay_journal_schema (version) VALUES (1)",
    ],
    on_connect: &[
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE",
        "SET lock_timeout = '5s'",
        "SET statement_timeout = '10s'",
        "SET synchronous_commit = 'on'",
    ],
};
