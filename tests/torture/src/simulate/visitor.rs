//! Another process that does something while one is in the middle of an operation.

use std::sync::Arc;

use xpayclient_core::State;

use super::process::{Hazards, Running};
use super::rows::Hazard;
use super::simulation::Simulation;
use super::{journal_damage, shop};

/// Another process on the same host does something while `pid` is in the middle of an operation.
pub(super) fn visit(simulation: &Arc<Simulation>, pid: usize) {
    simulation.state().nested = true;
    let host = simulation.state().processes[pid].host;
    simulation.state().log_process(pid, || "meanwhile:".into());
    let choice = simulation.state().random.below(10);
    stand_still(simulation, pid);
    if choice == 0 {
        journal_damage::remove(simulation, host);
    } else {
        let hazards = Hazards { may_be_visited: false, ..Hazards::any(simulation) };
        let hazards = if choice < 6 { Hazards::NONE } else { hazards };
        let mut visitor = Running::start(simulation, host, hazards);
        if choice > 7 {
            visitor.live(shop::act);
        }
        visitor.live(Running::recover);
        visitor.live(decide);
        visitor.end();
    }
    simulation.state().nested = false;
}

/// The process that is visited was stopped, for longer than anybody waits.
fn stand_still(simulation: &Arc<Simulation>, pid: usize) {
    let mut state = simulation.state();
    let Some(rows) = &state.database else { return };
    if rows.has(Hazard::Stop) {
        let time = state.random.below(600) as i64;
        state.log(|| format!("  STOPPED for {time} seconds"));
        state.pass(time);
    }
    // The visit takes time, too. It may send nothing now.
    if let Some(tracked) = state.processes[pid].current {
        state.transactions[tracked].disk_failed = true;
    }
}

/// A person looks at what is unconfirmed.
pub(super) fn decide(running: &mut Running) {
    let simulation = running.env.simulation.clone();
    if !simulation.state().database.as_ref().is_some_and(|rows| rows.has(Hazard::Person)) {
        return;
    }
    for open in running.client.open_transactions().unwrap_or_default() {
        if open.state != State::Unconfirmed {
            continue;
        }
        let choice = simulation.state().random.below(4);
        let pid = running.env.pid;
        simulation.state().log_process(pid, || format!("a person decides {choice}"));
        match choice {
            0 => {
                let closed = running.client.close(&open.tx_id, "the order is there").is_ok();
                let mut state = simulation.state();
                if let (true, Some(number)) = (closed, state.number_of(&open.tx_id)) {
                    state.transactions[number].closed = true;
                }
            }
            1 => {
                let number = simulation.state().number_of(&open.tx_id);
                if let Some(number) = number {
                    simulation.state().transactions[number].undo = true;
                }
                drop(running.client.undo_open(&open.tx_id, "no order"));
            }
            _ => {}
        }
    }
}
