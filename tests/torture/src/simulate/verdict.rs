//! What must hold when a run is over, compared with the gateway's ledger.

use std::sync::Arc;

use xpayclient_core::{OpenTransaction, State as OpenState};
use xpayclient_sandbox::{Profile, Reply};

use super::process::{Hazards, Running};
use super::simulation::Simulation;
use super::tracked::{Kind, Mode, Reported, Tracked};

/// A transaction in the gateway's ledger.
struct Executed {
    /// Whether it did anything.
    done: bool,
    undone: bool,
}

impl Executed {
    fn stands(&self) -> bool {
        self.done && !self.undone
    }
}

pub(super) fn check_all(simulation: &Arc<Simulation>) {
    let hosts = simulation.state().hosts.len();
    let open: Vec<Vec<OpenTransaction>> = (0..hosts).map(|host| open_on(simulation, host)).collect();
    for (host, open) in open.iter().enumerate() {
        for transaction in open {
            check_open(simulation, host, transaction);
        }
    }
    let count = simulation.state().transactions.len();
    for number in 0..count {
        check(simulation, number, &open);
    }
}

/// What the journal of a host shows to a process that just started.
fn open_on(simulation: &Arc<Simulation>, host: usize) -> Vec<OpenTransaction> {
    let mut running = Running::start(simulation, host, Hazards::NONE);
    let mut open = Vec::new();
    running.live(|running| open = running.client.open_transactions().unwrap_or_default());
    running.end();
    open
}

fn check_open(simulation: &Arc<Simulation>, host: usize, open: &OpenTransaction) {
    let mut state = simulation.state();
    let number = state.number_of(&open.tx_id);
    state.log(|| format!("  open: tx {number:?} {}", open.state));
    let crashes = state.hosts[host].crashes;
    let plain = number.is_some_and(|number| state.transactions[number].plain);
    let in_database = state.database.is_some();
    let silent = is_silent(simulation.gateway.profile());
    let stands = number.is_none_or(|number| executed(simulation, &state.transactions[number]).stands());
    state.tally.count("recovery", open.state.name());
    match open.state {
        // Of what is damaged nobody knows whose it was, while a forked child holds it.
        OpenState::Running if number.is_none() => {}
        OpenState::Running => state.violate(format!("tx {number:?} runs for ever")),
        // Its Rollback is never answered, because there is nothing to undo.
        OpenState::InDoubt if silent && !stands => {}
        OpenState::Abandoned | OpenState::InDoubt => {
            state.violate(format!("tx {number:?} was not recovered: {}", open.state));
        }
        // An approval that nobody is known to have been told of is left to a person there.
        OpenState::Unconfirmed if in_database => {}
        OpenState::Unconfirmed if plain && crashes == 0 => {
            state.violate(format!("tx {number:?} is unconfirmed, but its machine never stopped"));
        }
        OpenState::Unconfirmed
            if crashes == 0 && !number.is_some_and(|number| may_be_held(&state.transactions[number])) =>
        {
            state.violate(format!("tx {number:?} is unconfirmed, but nobody ever held it"));
        }
        _ => {}
    }
}

fn check(simulation: &Arc<Simulation>, number: usize, open: &[Vec<OpenTransaction>]) {
    let mut state = simulation.state();
    let tracked = &state.transactions[number];
    let executed = executed(simulation, tracked);
    let stands = executed.stands();
    let is_open = open[tracked.host].iter().any(|open| open.tx_id == tracked.tx_id);
    let (reported, arrived) = (tracked.reported, tracked.kept.is_some());
    let excuse = excuse(tracked)
        .or(simulation
            .ignores_rollback_of(tracked)
            .then_some("refunds that the gateway says are undone, and are not"))
        .or((tracked.late && state.jumped).then_some("unknown approvals: done late, the clock jumped"))
        .or(tracked.sent_late.then_some("unknown approvals: stood still between check and sending"));
    let replaced = tracked.lost_by_failover;
    let crashes = state.hosts[tracked.host].crashes;
    let wrong = if tracked.is_counted_on() && executed.undone {
        Some("WRONG ROLLBACK: its caller holds an approval that was rolled back")
    } else if tracked.held
        && crashes == 0
        && executed.undone
        && reported == Reported::Nothing
        && !tracked.undo
    {
        Some("WRONG ROLLBACK: its process died with it in its hands, and recovery undid it")
    } else if reported == Reported::NotSent
        && tracked.refused
        && !tracked.disk_failed
        && !tracked.journal_damaged
    {
        Some("nothing was sent because of one file, and others were free")
    } else if reported == Reported::RolledBack && stands && !is_open && excuse.is_none() {
        Some("its caller was told that it is rolled back, and it stands")
    } else if reported == Reported::NotSent && arrived {
        Some("its caller was told that nothing was sent, and it was")
    } else if reported == Reported::Approved && !executed.done {
        Some("its caller was told of an approval that the gateway does not know")
    } else if stands && !tracked.is_known() && !is_open && excuse.is_none() {
        Some("ORPHAN: it stands, its caller does not know, and no journal shows it")
    } else {
        None
    };
    let in_hand = stands && reported == Reported::Nothing && tracked.handed;
    if let (Some(_), true) = (wrong, replaced) {
        state.tally.count("database", "wrong after an async failover");
    } else if let Some(wrong) = wrong {
        let what = format!("tx {number}: {wrong} (reported {reported:?}, kept {:?})", tracked.kept);
        let name = if tracked.is_known() || tracked.held { "wrong rollbacks" } else { "orphans" };
        state.tally.count("all", name);
        state.violate(what);
    } else if let (true, false, false, Some(excuse)) = (stands, is_open, tracked.is_known(), excuse) {
        state.tally.count("journal", excuse);
    }
    state.tally.count("outcomes", name(reported));
    if in_hand {
        state.tally.count("outcomes", "killed with the answer in its hand");
    }
}

/// Whether a Rollback that undoes nothing may stay without an answer.
fn is_silent(profile: &Profile) -> bool {
    [profile.unknown_rollback, profile.second_rollback, profile.declined_rollback].contains(&Reply::Silent)
}

fn may_be_held(tracked: &Tracked) -> bool {
    tracked.held || tracked.unsettled || tracked.journal_damaged
}

fn executed(simulation: &Simulation, tracked: &Tracked) -> Executed {
    let entry = simulation.gateway.transaction(&tracked.tx_id).unwrap();
    let done = entry.as_ref().is_some_and(|entry| entry.code == "0000" && !entry.effect.is_empty());
    Executed { done, undone: done && entry.is_some_and(|entry| entry.undone) }
}

/// Why nobody but its caller can know of a transaction.
fn excuse(tracked: &Tracked) -> Option<&'static str> {
    match tracked {
        Tracked { mode: Mode::Off, .. } => Some("unknown approvals: journal off"),
        Tracked { kept: Some(false), disk_failed: true, .. } => {
            Some("unknown approvals: journal not writable")
        }
        Tracked { unsettled: true, reported: Reported::Nothing, .. } => {
            Some("killed between the answer and the return")
        }
        // An undo that could not be written, or a refund whose Rollback was refused; its caller knows that.
        Tracked { reported: Reported::InDoubt, disk_failed: true, undo, kind, .. }
            if *undo || *kind == Kind::GivesBack =>
        {
            Some("unknown approvals: journal not writable")
        }
        Tracked { journal_damaged: true, .. } => Some("unknown approvals: journal wiped or damaged"),
        Tracked { late: true, forgotten: true, .. } => {
            Some("unknown approvals: done late, nobody recovered for a day")
        }
        // Recovery does not ask for their Rollback again, for the shop may have asked for them again.
        Tracked {
            late: true,
            kind: Kind::GivesBack,
            reported: Reported::RolledBack | Reported::Nothing,
            ..
        } => Some("refunds and receipts done after their Rollback"),
        // Rolled back, to be asked once more, and that could not be written.
        Tracked { reported: Reported::RolledBack, disk_failed: true, .. } => {
            Some("unknown approvals: journal not writable")
        }
        _ => None,
    }
}

fn name(reported: Reported) -> &'static str {
    match reported {
        Reported::Nothing => "never heard of",
        Reported::NotSent => "not_sent",
        Reported::RolledBack => "rolled_back",
        Reported::InDoubt => "in_doubt",
        Reported::Approved => "approved",
        Reported::Declined => "declined",
    }
}
