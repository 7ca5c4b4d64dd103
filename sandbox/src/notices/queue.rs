//! Queues notices, in the same database transaction as the event.

use super::body;
use super::flag::Flag;
use crate::codes::{self, Refusal};
use crate::ledger::notice::{self, Address, Delivery, Notice};
use crate::ledger::payment::Payment;
use crate::shops::Shop;
use crate::{clock, payment_method, text, url};
use rusqlite::Connection;

/// Sets the address for the notices of a PAYKEY or TID.
pub(crate) fn set_address(
    db: &Connection,
    subject: &str,
    address: &str,
    encoding: &str,
) -> Result<(), Refusal> {
    if address.is_empty() {
        return Ok(());
    }
    if !url::is_http(address) {
        return Err(codes::MALFORMED.with("LGD_CASNOTEURL", "http(s)://host/…"));
    }
    let address = Address { subject: subject.into(), url: address.into(), encoding: encoding.into() };
    Ok(address.enter(db)?)
}

/// Copies the address of a PAYKEY to its account.
pub(crate) fn inherit_address(db: &Connection, paykey: &str, tid: &str) -> Result<(), Refusal> {
    match notice::address(db, paykey)? {
        Some(known) => Ok(Address { subject: tid.into(), ..known }.enter(db)?),
        None => Ok(()),
    }
}

/// Queues the notice of an event of `account`; false if the account has no address for notices.
pub(crate) fn enqueue(
    db: &Connection,
    shop: &Shop,
    account: &Payment,
    flag: Flag,
    at: String,
) -> Result<bool, Refusal> {
    let Some(Address { url, encoding, .. }) = notice::address(db, &account.tid)? else { return Ok(false) };
    // A reversal has the number of its deposit; an issued account that of the first.
    let deposit = notice::deposits(db, &account.tid)? + i64::from(flag == Flag::Deposited);
    let seqno = payment_method::deposit_number(account, deposit.max(1));
    let charset = text::charset(Some(encoding.as_bytes()));
    let notice = Notice {
        id: notice::next_id(db)?,
        tid: account.tid.clone(),
        oid: account.oid.clone(),
        flag: flag.code().into(),
        body: body::write(db, account, shop, flag, &seqno, charset)?.into_bytes(),
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
