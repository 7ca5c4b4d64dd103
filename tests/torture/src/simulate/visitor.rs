//! Another process that does something while one is in the middle of an operation.

use std::sync::Arc;

use super::process::{Hazards, Running};
use super::simulation::Simulation;
use super::{journal_damage, shop};

/// Another process on the same host does something while `pid` is in the middle of an operation.
pub(super) fn visit(simulation: &Arc<Simulation>, pid: usize) {
    simulation.state().nested = true;
    let host = simulation.state().processes[pid].host;
    simulation.state().log_process(pid, || "meanwhile:".into());
    let choice = simulation.state().random.below(10);
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
        visitor.end();
    }
    simulation.state().nested = false;
}
