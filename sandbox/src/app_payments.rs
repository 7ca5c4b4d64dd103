//! Payments that the gateway finishes itself, without PaymentByKey: entered together with the notice that tells the shop.

use crate::codes::{self, Refusal};
use crate::gateway::Gateway;
use crate::ledger::journal::{self, Effect, LedgerEntry};
use crate::ledger::{carried, new_tid, paykey, payment, receipt};
use crate::notices::queue::{self, Target};
use crate::shops::Shop;
use crate::{clock, txid};
use rusqlite::Connection;

/// The effect that [`journal::undo`] takes back.
const APPROVED: &str = "approved";

/// Approves what the buyer agreed to, and queues its notice to be sent in `delay` milliseconds; returns the notice's number.
pub(crate) fn finish(
    gateway: &Gateway,
    shop: &Shop,
    key: &str,
    target: &Target<'_>,
    delay: i64,
) -> Result<i64, Refusal> {
    let mid = &shop.mid;
    let at = gateway.clock.stamp();
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    let consent = paykey::find(&db, key, false, mid)?.ok_or_else(|| codes::PAYKEY.on("LGD_PAYKEY"))?;
    if consent.used {
        return Err(codes::USED.on("LGD_PAYKEY"));
    }
    if payment::is_sold(&db, mid, &consent.oid)? {
        return Err(codes::ORDER_USED.on("LGD_OID"));
    }
    paykey::spend(&db, key)?;
    let payment = consent.payment(new_tid(&db, mid, &at)?, at.clone());
    let txid = txid::make(&gateway.random, mid, &at)?;
    payment.enter(&db)?;
    receipt::issue_wanted(&db, &payment, &txid)?;
    carried::inherit(&db, key, &payment.tid)?;
    enter(&db, txid, &payment, &at)?;
    let notice = queue::enqueue_result(&db, shop, &payment, target, at, clock::now_ms() + delay)?;
    db.commit()?;
    drop(ledger);
    gateway.wakeup.notify();
    Ok(notice)
}

/// The journal gets an entry as for a transaction, so that it can be undone like one.
fn enter(db: &Connection, txid: String, payment: &payment::Payment, at: &str) -> rusqlite::Result<()> {
    let effect = Effect::new(APPROVED, &payment.tid, payment.amount);
    LedgerEntry {
        txid,
        mid: payment.mid.clone(),
        txname: String::new(),
        code: codes::OK.code.to_owned(),
        effect: effect.kind.to_owned(),
        subject: effect.subject,
        amount: effect.amount,
        taxfree: effect.taxfree,
        before: effect.before,
        undone: false,
        at: at.to_owned(),
    }
    .enter(db)
}

/// Takes a payment back, as LGD_CUSTOM_ROLLBACK wants it.
pub(crate) fn take_back(db: &Connection, tid: &str) -> rusqlite::Result<()> {
    let entries = journal::of_payment(db, tid)?;
    let approval = entries.iter().find(|entry| entry.effect == APPROVED);
    approval.map_or(Ok(()), |approval| journal::undo(db, approval))
}
