//! The format of an LGD_TXID, and one of the gateway's own.

use crate::clock;
use crate::codes::{self, Refusal};
use crate::random::Random;

/// `<mid>-<server_id><yyyyMMddHHmmss><40 hex>`; the server_id is everything between.
pub(crate) fn check(name: &str, txid: &str, mid: &str) -> Result<(), Refusal> {
    let wrong = || codes::TXID.with(name, "<mid>-<id><yyyyMMddHHmmss><40 hex>");
    let rest = txid.strip_prefix(mid).and_then(|rest| rest.strip_prefix('-')).ok_or_else(wrong)?;
    let digest = rest.len().checked_sub(40).ok_or_else(wrong)?;
    let stamp = digest.checked_sub(14).ok_or_else(wrong)?;
    let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let sane = rest.bytes().all(|byte| byte.is_ascii_graphic())
        && rest[digest..].bytes().all(lower_hex)
        && clock::is_stamp(&rest[stamp..digest]);
    if sane { Ok(()) } else { Err(wrong()) }
}

/// One for what the gateway does itself.
pub(crate) fn make(random: &Random, mid: &str, stamp: &str) -> Result<String, getrandom::Error> {
    Ok(format!("{mid}-01{stamp}{}", random.name::<20>()?))
}
