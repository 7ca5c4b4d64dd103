//! Notices as they are queued: where they go, and what they tell, written with what they tell of.

use super::body;
use super::flag::Flag;
use crate::codes::{self, Refusal};
use crate::ledger::notice::{self, Address, Delivery, Notice};
use crate::ledger::payment::Payment;
use crate::shops::Shop;
use crate::{clock, text, url};
use rusqlite::Connection;

/// Remembers where the notices of a PAYKEY or TID go.
pub(crate) fn address(db: &Connection, subject: &str, address: &str, encoding: &str) -> Result<(), Refusal> {
    if address.is_empty() {
        return Ok(());
    }
    if !url::is_http(address) {
        return Err(codes::MALFORMED.with("LGD_CASNOTEURL", "http(s)://host/…"));
    }
    let address = Address { subject: subject.into(), url: address.into(), encoding: encoding.into() };
    Ok(address.enter(db)?)
}

/// What the buyer's window was told goes for the account, too.
pub(crate) fn inherit(db: &Connection, paykey: &str, tid: &str) -> Result<(), Refusal> {
    match notice::address(db, paykey)? {
        Some(known) => Ok(Address { subject: tid.into(), ..known }.enter(db)?),
        None => Ok(()),
    }
}

/// Writes the notice of what has just happened to `account`, and says whether there is one to send.
pub(crate) fn tell(
    db: &Connection,
    shop: &Shop,
    account: &Payment,
    flag: Flag,
    at: String,
) -> Result<bool, Refusal> {
    let Some(Address { url, encoding, .. }) = notice::address(db, &account.tid)? else { return Ok(false) };
    // A taken back deposit is told of by its own number; an account is given out with that of the first.
    let deposit = notice::deposits(db, &account.tid)? + i64::from(flag == Flag::PaidIn);
    let seqno = format!("{:03}", deposit.max(1));
    let charset = text::charset(Some(encoding.as_bytes()));
    let notice = Notice {
        id: notice::next_id(db)?,
        tid: account.tid.clone(),
        oid: account.oid.clone(),
        flag: flag.code().into(),
        body: body::write(account, shop, flag, &seqno, charset).into_bytes(),
        seqno,
        url,
        state: Delivery::Waiting,
        tries: 0,
        due: clock::now_ms(),
        at,
    };
    notice.enter(db)?;
    Ok(true)
}
