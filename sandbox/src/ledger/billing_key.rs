//! Billing keys, stored as digests, because a key is enough to pay.

use crate::codes::Refusal;
use crate::random::Random;
use data_encoding::HEXLOWER;
use rusqlite::{Connection, OptionalExtension, Result};
use sha2::{Digest, Sha256};

/// Makes a billing key for a card of this issuer and stores its digest; returns both.
pub(crate) fn make(
    db: &Connection,
    random: &Random,
    mid: &str,
    finance: &str,
) -> std::result::Result<(String, String), Refusal> {
    let key = format!("SBK{}", random.name::<16>()?);
    let digest = HEXLOWER.encode(&Sha256::digest(&key));
    db.execute("INSERT INTO billing_key VALUES (?1, ?2, ?3)", [digest.as_str(), mid, finance])?;
    Ok((key, digest))
}

/// The issuer of the card behind a billing key of this shop.
pub(crate) fn issuer(db: &Connection, key: &str, mid: &str) -> Result<Option<String>> {
    let sql = "SELECT finance FROM billing_key WHERE digest = ?1 AND mid = ?2";
    db.query_row(sql, [HEXLOWER.encode(&Sha256::digest(key)).as_str(), mid], |row| row.get(0)).optional()
}
