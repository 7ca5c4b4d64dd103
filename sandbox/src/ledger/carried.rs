//! What the shop sent of the buyer and the goods, and under names of its own, which results and notices repeat.

use rusqlite::{Connection, Result};

/// Never kept: a resident number.
const SECRET: &str = "LGD_BUYERSSN";

/// Keeps values for a PAYKEY or TID; the first value of a name stays.
pub(crate) fn enter<'a>(
    db: &Connection,
    subject: &str,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<()> {
    let mut statement = db.prepare_cached("INSERT OR IGNORE INTO carried VALUES (?1, ?2, ?3)")?;
    let kept = pairs.into_iter().filter(|(name, value)| *name != SECRET && !value.is_empty());
    for (name, value) in kept {
        statement.execute([subject, name, value])?;
    }
    Ok(())
}

/// The values of a PAYKEY or TID, by name.
pub(crate) fn of(db: &Connection, subject: &str) -> Result<Vec<(String, String)>> {
    let mut statement =
        db.prepare_cached("SELECT name, value FROM carried WHERE subject = ?1 ORDER BY name")?;
    statement.query_map([subject], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Copies the values of a PAYKEY to its payment.
pub(crate) fn inherit(db: &Connection, paykey: &str, tid: &str) -> Result<()> {
    let sql = "INSERT OR IGNORE INTO carried SELECT ?2, name, value FROM carried WHERE subject = ?1";
    db.prepare_cached(sql)?.execute([paykey, tid]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ledger;

    #[test]
    fn a_payment_inherits_what_its_key_carries_but_no_resident_number() {
        let ledger = Ledger::open(None).unwrap();
        let db = ledger.read();
        let sent = [("LGD_BUYERPHONE", "010"), ("LGD_BUYERSSN", "900101"), ("cart", "7"), ("cart", "8")];
        enter(db, "KEY", sent).unwrap();
        inherit(db, "KEY", "TID").unwrap();
        let kept =
            [("LGD_BUYERPHONE", "010"), ("cart", "7")].map(|(name, value)| (name.into(), value.into()));
        assert_eq!(of(db, "TID").unwrap(), kept);
        assert!(of(db, "OTHER").unwrap().is_empty());
    }
}
