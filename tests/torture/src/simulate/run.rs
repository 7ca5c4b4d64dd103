//! One run: some processes with faults, recovery with faults, recovery without faults, and the verdict.

use std::sync::Arc;

use xpayclient_sandbox::Offline;

use super::counters::Counters;
use super::process::{Hazards, Running};
use super::rows::Hazard;
use super::simulation::{LATEST, Simulation};
use super::{gateway, journal_damage, shop, verdict, visitor};

/// What came of a run.
pub(super) struct Report {
    pub(super) violations: Vec<String>,
    pub(super) tally: Counters,
    pub(super) trace: Vec<String>,
}

pub(super) fn run(seed: u64, gateway: &Arc<Offline>, hazard: Option<Hazard>, tracing: bool) -> Report {
    let simulation = Simulation::new(seed, gateway.clone(), hazard, tracing, visitor::visit);
    let mut lingering = Vec::new();
    for _ in 0..below(&simulation, 4) + 1 {
        episode(&simulation, &mut lingering);
    }
    for _ in 0..below(&simulation, 3) {
        recover_with_faults(&simulation);
    }
    lingering.into_iter().for_each(wake);
    gateway::serve_late(&simulation, 500);
    recover_without_faults(&simulation);
    wait_for_the_late(&simulation);
    recover_without_faults(&simulation);
    verdict::check_all(&simulation);
    let mut state = simulation.state();
    state.tally.count("all", "runs");
    Report {
        violations: std::mem::take(&mut state.violations),
        tally: std::mem::take(&mut state.tally),
        trace: state.trace(),
    }
}

/// A process comes, does business, and goes; or stays, with an approval in its hands.
fn episode(simulation: &Arc<Simulation>, lingering: &mut Vec<Running>) {
    interlude(simulation);
    let host = host(simulation);
    let mut running = Running::start(simulation, host, Hazards::any(simulation));
    if chance(simulation, 300) {
        running.live(Running::recover);
    }
    for _ in 0..below(simulation, 4) + 1 {
        if !running.is_dead() {
            running.live(shop::act);
        }
    }
    if running.held.is_empty() || chance(simulation, 300) { running.end() } else { lingering.push(running) }
}

/// What happens between two processes.
fn interlude(simulation: &Arc<Simulation>) {
    let passed = below(simulation, 100_000) as i64;
    match chance(simulation, 100) {
        true => simulation.state().now -= passed,
        false => simulation.state().pass(passed),
    }
    let host = host(simulation);
    if chance(simulation, 10) {
        journal_damage::remove(simulation, host);
    }
    if chance(simulation, 20) {
        journal_damage::damage(simulation, host);
    }
}

fn recover_with_faults(simulation: &Arc<Simulation>) {
    interlude(simulation);
    let host = host(simulation);
    let mut running =
        Running::start(simulation, host, Hazards { careless: false, ..Hazards::any(simulation) });
    running.live(Running::recover);
    running.live(visitor::decide);
    running.end();
}

/// The processes that stayed do what is left to do.
fn wake(mut running: Running) {
    while !running.is_dead() && !running.held.is_empty() {
        running.live(shop::settle_one);
    }
    running.end();
}

/// Until whatever was under way has arrived, and every clock is past what any of them has ever shown.
fn wait_for_the_late(simulation: &Arc<Simulation>) {
    let mut state = simulation.state();
    state.pass(LATEST);
    let elapsed = state.elapsed;
    state.database.iter_mut().for_each(|rows| rows.settle(elapsed));
    state.now = state.now.max(state.latest) + LATEST;
    drop(state);
    gateway::serve_late(simulation, 1000);
}

/// Twice on every host; what is still recoverable then would be so for ever.
fn recover_without_faults(simulation: &Arc<Simulation>) {
    simulation.state().jumpy = false;
    let elapsed = simulation.state().elapsed;
    simulation.state().database.iter_mut().for_each(|rows| rows.settle(elapsed));
    let hosts = simulation.state().hosts.len();
    for host in (0..hosts).chain(0..hosts) {
        let mut running = Running::start(simulation, host, Hazards::NONE);
        running.live(Running::recover);
        running.end();
    }
}

fn host(simulation: &Arc<Simulation>) -> usize {
    let hosts = simulation.state().hosts.len();
    below(simulation, hosts)
}

fn below(simulation: &Arc<Simulation>, end: usize) -> usize {
    simulation.state().random.below(end)
}

fn chance(simulation: &Arc<Simulation>, in_thousand: u32) -> bool {
    simulation.state().random.chance(in_thousand)
}
