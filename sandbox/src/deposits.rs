//! Deposits into virtual accounts, and their reversal.

use crate::codes::{self, Code, Refusal};
use crate::gateway::Gateway;
use crate::ledger::payment::{self, Payment, PaymentState};
use crate::ledger::receipt;
use crate::notices::flag::Flag;
use crate::notices::queue;
use rusqlite::Connection;

/// Makes a deposit into a virtual account.
pub(crate) fn deposit(gateway: &Gateway, tid: &str) -> Result<Payment, Refusal> {
    apply(gateway, tid, DEPOSIT)
}

/// Reverses a deposit, unless a part of it was refunded.
pub(crate) fn reverse(gateway: &Gateway, tid: &str) -> Result<Payment, Refusal> {
    apply(gateway, tid, REVERSAL)
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
    (event.apply)(&db, tid, &gateway.clock.stamp())?;
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
