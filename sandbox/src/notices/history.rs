//! Every notice with its attempts, and sending one again.

use crate::clock;
use crate::codes::{self, Refusal};
use crate::gateway::Gateway;
use crate::ledger::notice::{self, Attempt, Delivery, Notice};
use rusqlite::Connection;
use serde::Serialize;

/// A notice and every attempt to deliver it.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeLog {
    /// The notice.
    #[serde(flatten)]
    pub notice: Notice,
    /// The attempts, oldest first.
    pub attempts: Vec<Attempt>,
}

/// All notices with their attempts, oldest first.
pub(crate) fn all(gateway: &Gateway) -> Result<Vec<NoticeLog>, Refusal> {
    after(gateway, 0, i64::MAX)
}

/// Those with a number above `seen`, oldest first, at most `limit`.
pub(crate) fn after(gateway: &Gateway, seen: i64, limit: i64) -> Result<Vec<NoticeLog>, Refusal> {
    let ledger = gateway.ledger();
    logs(ledger.read(), notice::after(ledger.read(), seen, limit)?)
}

/// The newest first, without the first `skipped`, at most `limit`; and how many there are.
pub(crate) fn newest(gateway: &Gateway, skipped: i64, limit: i64) -> Result<(i64, Vec<NoticeLog>), Refusal> {
    let ledger = gateway.ledger();
    let db = ledger.read();
    Ok((notice::count(db)?, logs(db, notice::newest(db, skipped, limit)?)?))
}

/// Those of a payment, oldest first.
pub(crate) fn of_payment(gateway: &Gateway, tid: &str) -> Result<Vec<NoticeLog>, Refusal> {
    let ledger = gateway.ledger();
    logs(ledger.read(), notice::of_payment(ledger.read(), tid)?)
}

/// Sends a notice now, and for another two hours if needed, unless its payment was taken back.
pub(crate) fn resend(gateway: &Gateway, id: i64) -> Result<NoticeLog, Refusal> {
    let outcome = queue_again(gateway, id);
    gateway.record_act("resend", &[("id", &id.to_string())], &outcome, &[]);
    outcome
}

fn queue_again(gateway: &Gateway, id: i64) -> Result<NoticeLog, Refusal> {
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    let find = || notice::find(&db, id)?.ok_or_else(|| codes::NOTICE.on(id.to_string()));
    if find()?.state == Delivery::RolledBack {
        return Err(codes::NOT_APPROVED.on(id.to_string()));
    }
    notice::queue_again(&db, id, clock::now_ms())?;
    let again = find()?;
    let log = log(&db, again)?;
    db.commit()?;
    drop(ledger);
    gateway.wakeup.notify();
    Ok(log)
}

fn logs(db: &Connection, notices: Vec<Notice>) -> Result<Vec<NoticeLog>, Refusal> {
    notices.into_iter().map(|notice| log(db, notice)).collect()
}

fn log(db: &Connection, notice: Notice) -> Result<NoticeLog, Refusal> {
    Ok(NoticeLog { attempts: notice::attempts(db, notice.id)?, notice })
}
