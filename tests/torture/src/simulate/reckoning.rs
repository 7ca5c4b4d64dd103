//! What must hold when a run is over, compared with the gateway's books.

use std::sync::Arc;

use xpayclient_core::{OpenTransaction, State as Stand};

use super::deed::{Deed, Kind, Mode, Told};
use super::process::{Perils, Running};
use super::scene::Scene;

/// What the gateway's books say of a transaction.
struct Booked {
    /// Whether it did anything.
    done: bool,
    undone: bool,
}

pub(super) fn reckon(scene: &Arc<Scene>) {
    let hosts = scene.state().hosts.len();
    let open: Vec<Vec<OpenTransaction>> = (0..hosts).map(|host| open_on(scene, host)).collect();
    for (host, open) in open.iter().enumerate() {
        for transaction in open {
            check_open(scene, host, transaction);
        }
    }
    let count = scene.state().deeds.len();
    for number in 0..count {
        check(scene, number, &open);
    }
}

/// What the journal of a host shows to a process that just started.
fn open_on(scene: &Arc<Scene>, host: usize) -> Vec<OpenTransaction> {
    let mut running = Running::start(scene, host, Perils::NONE);
    let mut open = Vec::new();
    running.live(|running| open = running.client.open_transactions().unwrap_or_default());
    running.end();
    open
}

fn check_open(scene: &Arc<Scene>, host: usize, open: &OpenTransaction) {
    let mut state = scene.state();
    let number = state.deed_of(&open.tx_id);
    state.say(|| format!("  open: tx {number:?} {}", open.state));
    let crashes = state.hosts[host].crashes;
    let plain = number.is_some_and(|number| state.deeds[number].plain);
    state.tally.count("recovery", open.state.name());
    match open.state {
        // Of what is damaged nobody knows whose it was, while a forked child holds it.
        Stand::Running if number.is_none() => {}
        Stand::Running => state.violate(format!("tx {number:?} runs for ever")),
        Stand::Abandoned | Stand::InDoubt => {
            state.violate(format!("tx {number:?} was not recovered: {}", open.state));
        }
        Stand::Unconfirmed if plain && crashes == 0 => {
            state.violate(format!("tx {number:?} is unconfirmed, but its machine never stopped"));
        }
        Stand::Unconfirmed
            if crashes == 0 && !number.is_some_and(|number| may_be_held(&state.deeds[number])) =>
        {
            state.violate(format!("tx {number:?} is unconfirmed, but nobody ever held it"));
        }
        _ => {}
    }
}

fn check(scene: &Arc<Scene>, number: usize, open: &[Vec<OpenTransaction>]) {
    let mut state = scene.state();
    let deed = &state.deeds[number];
    let booked = booked(scene, deed);
    let stands = booked.done && !booked.undone;
    let is_open = open[deed.host].iter().any(|open| open.tx_id == deed.tx_id);
    let (told, arrived) = (deed.told, deed.kept.is_some());
    let excuse = excuse(deed)
        .or((deed.late && state.jumped).then_some("unknown approvals: done late, the clock jumped"));
    let crashes = state.hosts[deed.host].crashes;
    let wrong = if deed.is_counted_on() && booked.undone {
        Some("WRONG ROLLBACK: its caller holds an approval that was rolled back")
    } else if deed.held && crashes == 0 && booked.undone && told == Told::Nothing && !deed.undo {
        Some("WRONG ROLLBACK: its process died with it in its hands, and recovery undid it")
    } else if told == Told::NotSent && deed.refused && !deed.disk_failed && !deed.journal_hurt {
        Some("nothing was sent because of one file, and others were free")
    } else if told == Told::RolledBack && stands && !is_open && excuse.is_none() {
        Some("its caller was told that it is rolled back, and it stands")
    } else if told == Told::NotSent && arrived {
        Some("its caller was told that nothing was sent, and it was")
    } else if told == Told::Approved && !booked.done {
        Some("its caller was told of an approval that the gateway does not know")
    } else if stands && !deed.is_known() && !is_open && excuse.is_none() {
        Some("ORPHAN: it stands, its caller does not know, and no journal shows it")
    } else {
        None
    };
    let in_hand = stands && told == Told::Nothing && deed.handed;
    if let Some(wrong) = wrong {
        let what = format!("tx {number}: {wrong} (told {told:?}, kept {:?})", deed.kept);
        let name = if deed.is_known() || deed.held { "wrong rollbacks" } else { "orphans" };
        state.tally.count("all", name);
        state.violate(what);
    } else if let (true, false, false, Some(excuse)) = (stands, is_open, deed.is_known(), excuse) {
        state.tally.count("journal", excuse);
    }
    state.tally.count("outcomes", name(told));
    if in_hand {
        state.tally.count("outcomes", "killed with the answer in its hand");
    }
}

fn may_be_held(deed: &Deed) -> bool {
    deed.held || deed.unsettled || deed.journal_hurt
}

fn booked(scene: &Scene, deed: &Deed) -> Booked {
    let entry = scene.gateway.transaction(&deed.tx_id).unwrap();
    let done = entry.as_ref().is_some_and(|entry| entry.code == "0000" && !entry.effect.is_empty());
    Booked { done, undone: done && entry.is_some_and(|entry| entry.undone) }
}

/// Why nobody but its caller can know of a transaction.
fn excuse(deed: &Deed) -> Option<&'static str> {
    match deed {
        Deed { mode: Mode::Off, .. } => Some("unknown approvals: journal off"),
        Deed { kept: Some(false), disk_failed: true, .. } => Some("unknown approvals: journal not writable"),
        Deed { unsettled: true, told: Told::Nothing, .. } => Some("killed between the answer and the return"),
        // A wish to undo that could not be written; its caller was told so.
        Deed { undo: true, told: Told::InDoubt, disk_failed: true, .. } => {
            Some("unknown approvals: journal not writable")
        }
        Deed { journal_hurt: true, .. } => Some("unknown approvals: journal wiped or damaged"),
        Deed { late: true, forgotten: true, .. } => {
            Some("unknown approvals: done late, nobody recovered for a day")
        }
        // Recovery does not ask for their Rollback again, for the shop may have asked for them again.
        Deed { late: true, kind: Kind::GivesBack, told: Told::RolledBack | Told::Nothing, .. } => {
            Some("refunds and receipts done after their Rollback")
        }
        // Rolled back, to be asked once more, and that could not be written.
        Deed { told: Told::RolledBack, disk_failed: true, .. } => {
            Some("unknown approvals: journal not writable")
        }
        _ => None,
    }
}

fn name(told: Told) -> &'static str {
    match told {
        Told::Nothing => "never heard of",
        Told::NotSent => "not sent",
        Told::RolledBack => "rolled back",
        Told::InDoubt => "in doubt",
        Told::Approved => "approved",
        Told::Declined => "declined",
    }
}
