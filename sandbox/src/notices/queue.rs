//! Queues notices, in the same database transaction as the event.

use super::answer::Rollback;
use super::body;
use super::flag::Flag;
use crate::codes::{self, Refusal};
use crate::ledger::notice::{self, Address, Delivery, Notice};
use crate::ledger::payment::Payment;
use crate::row::Row;
use crate::shops::Shop;
use crate::transactions::call;
use crate::{clock, payment_method, text, url};
use rusqlite::Connection;

/// The parameter with the address of an account's notices.
const ACCOUNT: &str = "LGD_CASNOTEURL";

/// How long an answer is waited for by default and at most, in seconds.
pub(crate) const PATIENCE: i64 = 10;
const MOST_PATIENCE: i64 = 60;

/// Where a notice goes and how.
pub(crate) struct Target<'a> {
    /// The parameter that named the address.
    pub(crate) name: &'a str,
    pub(crate) url: &'a str,
    /// LGD_ENCODING_NOTEURL.
    pub(crate) encoding: &'a str,
    /// In seconds.
    pub(crate) patience: i64,
    pub(crate) rollback: Rollback,
}

/// LGD_CUSTOM_NOTEURLTIMEOUT: how long an answer is waited for, in seconds.
pub(crate) fn patience(seconds: &str) -> i64 {
    seconds.parse().ok().filter(|seconds| *seconds > 0).unwrap_or(PATIENCE).min(MOST_PATIENCE)
}

/// Sets the address for the notices of a PAYKEY's or TID's account.
pub(crate) fn set_address(db: &Connection, address: &Address) -> Result<(), Refusal> {
    if address.url.is_empty() {
        return Ok(());
    }
    call::within_limit(ACCOUNT, &address.url)?;
    if !url::is_http(&address.url) {
        return Err(codes::MALFORMED.with(ACCOUNT, "http(s)://host/…"));
    }
    Ok(address.enter(db)?)
}

/// Copies the address of a PAYKEY to its account.
pub(crate) fn inherit_address(db: &Connection, paykey: &str, tid: &str) -> Result<(), Refusal> {
    match notice::address(db, paykey)? {
        Some(known) => Ok(Address { subject: tid.into(), ..known }.enter(db)?),
        None => Ok(()),
    }
}

/// Queues the notice of an event of `account`; false if the shop wants none.
pub(crate) fn enqueue(
    db: &Connection,
    shop: &Shop,
    account: &Payment,
    flag: Flag,
    at: String,
) -> Result<bool, Refusal> {
    let address = notice::address(db, &account.tid)?;
    let Some(address) = address.filter(|address| address.issued || flag != Flag::Issued) else {
        return Ok(false);
    };
    // A reversal has the number of its deposit; an issued account that of the first.
    let deposit = notice::deposits(db, &account.tid)? + i64::from(flag == Flag::Deposited);
    let seqno = payment_method::deposit_number(&account.finance, deposit.max(1));
    let target = Target {
        name: ACCOUNT,
        url: &address.url,
        encoding: &address.encoding,
        patience: address.patience,
        rollback: Rollback::Never,
    };
    let event = body::event(account.amount, flag, &seqno);
    let notice = Notice {
        flag: flag.code().into(),
        seqno,
        rollback: String::new(),
        ..made(db, shop, account, &target, event, at)?
    };
    notice.enter(db)?;
    Ok(true)
}

/// Queues the result of a payment that the gateway finished itself, to be sent at `due`; returns its number.
pub(crate) fn enqueue_result(
    db: &Connection,
    shop: &Shop,
    payment: &Payment,
    target: &Target<'_>,
    at: String,
    due: i64,
) -> Result<i64, Refusal> {
    let notice = Notice { due, ..made(db, shop, payment, target, Row::default(), at)? };
    notice.enter(db)?;
    Ok(notice.id)
}

fn made(
    db: &Connection,
    shop: &Shop,
    payment: &Payment,
    target: &Target<'_>,
    event: Row,
    at: String,
) -> Result<Notice, Refusal> {
    let charset = text::charset(Some(target.encoding.as_bytes()));
    Ok(Notice {
        id: notice::next_id(db)?,
        tid: payment.tid.clone(),
        oid: payment.oid.clone(),
        name: target.name.into(),
        flag: String::new(),
        seqno: String::new(),
        rollback: target.rollback.code().into(),
        url: target.url.into(),
        body: body::write(db, payment, shop, event, charset)?,
        patience: target.patience,
        state: Delivery::Waiting,
        tries: 0,
        round: 0,
        due: clock::now_ms(),
        at,
    })
}
