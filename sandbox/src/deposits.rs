//! Deposits into virtual accounts, and their reversal.

use crate::clock;
use crate::codes::{self, Code, Refusal};
use crate::gateway::Gateway;
use crate::ledger::payment::{self, Payment, PaymentState};
use crate::ledger::receipt;
use crate::notices::flag::Flag;
use crate::notices::queue;
use rusqlite::Connection;

/// Makes a deposit into a virtual account.
pub(crate) fn deposit(gateway: &Gateway, tid: &str) -> Result<Payment, Refusal> {
    recorded(gateway, "deposit", tid, apply(gateway, tid, DEPOSIT))
}

/// Reverses a deposit, unless a part of it was refunded.
pub(crate) fn reverse(gateway: &Gateway, tid: &str) -> Result<Payment, Refusal> {
    recorded(gateway, "reverse", tid, apply(gateway, tid, REVERSAL))
}

fn recorded<T>(gateway: &Gateway, act: &str, tid: &str, outcome: Result<T, Refusal>) -> Result<T, Refusal> {
    gateway.record_act(act, &[("tid", tid)], &outcome, &[]);
    outcome
}

/// An event of an account: the state it needs, what it changes, and the flag of its notice.
struct Event {
    from: PaymentState,
    otherwise: Code,
    apply: fn(&Connection, &str, &str) -> rusqlite::Result<()>,
    flag: Flag,
}

const DEPOSIT: Event = Event {
    from: PaymentState::Issued,
    otherwise: codes::NOT_APPROVED,
    apply: payment::approve,
    flag: Flag::Deposited,
};

const REVERSAL: Event = Event {
    from: PaymentState::Paid,
    otherwise: codes::NOT_PAID,
    apply: payment::reverse,
    flag: Flag::Reversed,
};

/// The time of an event. Two of an account never share one, so that shops can tell them apart by LGD_PAYDATE.
fn later(before: &str, now: i64) -> String {
    clock::stamp(clock::parse(before).map_or(now, |before| now.max(before + 1)))
}

fn apply(gateway: &Gateway, tid: &str, event: Event) -> Result<Payment, Refusal> {
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    let find = || payment::find(&db, tid)?.ok_or_else(|| codes::TID.on(tid));
    let before = find()?;
    if before.state != event.from {
        return Err(event.otherwise.on(tid));
    }
    if event.flag == Flag::Deposited && before.is_closed(&gateway.clock.stamp()) {
        return Err(codes::CLOSED.with(tid, before.closedate));
    }
    (event.apply)(&db, tid, &later(&before.paydate, gateway.clock.now()))?;
    let account = find()?;
    match event.flag {
        Flag::Deposited => receipt::issue_wanted(&db, &account, "")?,
        _ => receipt::take_back_of_deposit(&db, tid)?,
    }
    let queued =
        queue::enqueue(&db, gateway.shops.find(&account.mid)?, &account, event.flag, gateway.clock.stamp())?;
    db.commit()?;
    drop(ledger);
    if queued {
        gateway.wakeup.notify();
    }
    Ok(account)
}
