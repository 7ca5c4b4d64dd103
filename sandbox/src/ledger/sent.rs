//! The names that shops sent, and the warnings about them; never a value.

use rusqlite::{Connection, Result};

/// Where a name was sent: the kind of request and the shop.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) kind: &'a str,
    pub(crate) mid: &'a str,
    /// When, Korean time.
    pub(crate) at: &'a str,
}

/// A name that was sent.
pub(crate) struct SentName {
    pub(crate) kind: String,
    pub(crate) mid: String,
    pub(crate) name: String,
    /// By how many requests.
    pub(crate) times: i64,
    pub(crate) first: String,
    pub(crate) last: String,
}

/// A warning that was given, in Korean and English.
pub(crate) struct SentWarning {
    pub(crate) kind: String,
    pub(crate) mid: String,
    pub(crate) name: String,
    pub(crate) ko: String,
    pub(crate) en: String,
    pub(crate) times: i64,
    pub(crate) last: String,
}

/// Counts one more request with this name if it is kept; returns whether it is.
pub(crate) fn count_again(db: &Connection, place: Place<'_>, name: &str) -> Result<bool> {
    let sql = "UPDATE sent SET times = times + 1, last = ?4 WHERE kind = ?1 AND mid = ?2 AND name = ?3";
    Ok(db.prepare_cached(sql)?.execute([place.kind, place.mid, name, place.at])? > 0)
}

/// How many names are kept.
pub(crate) fn kept(db: &Connection) -> Result<i64> {
    db.prepare_cached("SELECT count(*) FROM sent")?.query_row([], |row| row.get(0))
}

/// How many warnings are kept.
pub(crate) fn warned(db: &Connection) -> Result<i64> {
    db.prepare_cached("SELECT count(*) FROM sent_warning")?.query_row([], |row| row.get(0))
}

/// Counts one more request with this name.
pub(crate) fn count(db: &Connection, place: Place<'_>, name: &str) -> Result<()> {
    let sql = "INSERT INTO sent VALUES (?1, ?2, ?3, 1, ?4, ?4)
               ON CONFLICT DO UPDATE SET times = times + 1, last = excluded.last";
    db.prepare_cached(sql)?.execute([place.kind, place.mid, name, place.at]).map(drop)
}

/// Counts one more request with this warning.
pub(crate) fn warn(db: &Connection, place: Place<'_>, name: &str, ko: &str, en: &str) -> Result<()> {
    let sql = "INSERT INTO sent_warning VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)
               ON CONFLICT DO UPDATE SET times = times + 1, last = excluded.last";
    db.prepare_cached(sql)?.execute([place.kind, place.mid, name, ko, en, place.at]).map(drop)
}

/// All names, by kind and shop, in the order in which they first came.
pub(crate) fn names(db: &Connection) -> Result<Vec<SentName>> {
    let mut statement = db.prepare_cached("SELECT * FROM sent ORDER BY kind, mid, rowid")?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(SentName {
            kind: row.get("kind")?,
            mid: row.get("mid")?,
            name: row.get("name")?,
            times: row.get("times")?,
            first: row.get("first")?,
            last: row.get("last")?,
        })
    };
    statement.query_map([], read)?.collect()
}

/// All warnings, in the order in which they first came.
pub(crate) fn warnings(db: &Connection) -> Result<Vec<SentWarning>> {
    let mut statement = db.prepare_cached("SELECT * FROM sent_warning ORDER BY rowid")?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(SentWarning {
            kind: row.get("kind")?,
            mid: row.get("mid")?,
            name: row.get("name")?,
            ko: row.get("ko")?,
            en: row.get("en")?,
            times: row.get("times")?,
            last: row.get("last")?,
        })
    };
    statement.query_map([], read)?.collect()
}
