//! What the bank does with a virtual account: money comes, and may go again.

use crate::codes::{self, Code, Refusal};
use crate::gateway::Gateway;
use crate::ledger::payment::{self, Payment, State};
use crate::notices::flag::Flag;
use crate::notices::queue;
use rusqlite::Connection;

/// Somebody pays into a virtual account.
pub(crate) fn deposit(gateway: &Gateway, tid: &str) -> Result<Payment, Refusal> {
    happen(gateway, tid, DEPOSIT)
}

/// The bank takes back what was paid in, as long as nothing of it was refunded.
pub(crate) fn take_back(gateway: &Gateway, tid: &str) -> Result<Payment, Refusal> {
    happen(gateway, tid, TAKING_BACK)
}

/// What happens to an account: from which state, how, and what is told of it.
struct Event {
    from: State,
    otherwise: Code,
    book: fn(&Connection, &str, &str) -> rusqlite::Result<()>,
    flag: Flag,
}

const DEPOSIT: Event =
    Event { from: State::Issued, otherwise: codes::NOT_APPROVED, book: payment::approve, flag: Flag::PaidIn };

const TAKING_BACK: Event =
    Event { from: State::Paid, otherwise: codes::NOT_PAID, book: payment::take_back, flag: Flag::TakenBack };

fn happen(gateway: &Gateway, tid: &str, event: Event) -> Result<Payment, Refusal> {
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    let find = || payment::find(&db, tid)?.ok_or_else(|| codes::TID.on(tid));
    let before = find()?;
    if before.state != event.from {
        return Err(event.otherwise.on(tid));
    }
    if event.flag == Flag::PaidIn && before.is_closed(&gateway.clock.stamp()) {
        return Err(codes::CLOSED.with(tid, before.closedate));
    }
    (event.book)(&db, tid, &gateway.clock.stamp())?;
    let account = find()?;
    let told =
        queue::tell(&db, gateway.shops.find(&account.mid)?, &account, event.flag, gateway.clock.stamp())?;
    db.commit()?;
    drop(ledger);
    if told {
        gateway.bell.ring();
    }
    Ok(account)
}
