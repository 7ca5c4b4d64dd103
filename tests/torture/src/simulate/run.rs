//! One run: some processes with their mishaps, recovery in bad weather, recovery in good weather, and the reckoning.

use std::sync::Arc;

use xpayclient_sandbox::Offline;

use super::process::{Perils, Running};
use super::scene::{LATEST, Scene};
use super::tally::Tally;
use super::{gateway, mishap, reckoning, shop};

/// What came of a run.
pub(super) struct Report {
    pub(super) violations: Vec<String>,
    pub(super) tally: Tally,
    pub(super) trace: Vec<String>,
}

pub(super) fn run(seed: u64, gateway: &Arc<Offline>, tracing: bool) -> Report {
    let scene = Scene::new(seed, gateway.clone(), tracing);
    let mut sleepers = Vec::new();
    for _ in 0..below(&scene, 4) + 1 {
        episode(&scene, &mut sleepers);
    }
    for _ in 0..below(&scene, 3) {
        recover_in_any_weather(&scene);
    }
    sleepers.into_iter().for_each(wake);
    gateway::serve_late(&scene, 500);
    recover_in_good_weather(&scene);
    wait_for_the_late(&scene);
    recover_in_good_weather(&scene);
    reckoning::reckon(&scene);
    let mut state = scene.state();
    state.tally.count("all", "runs");
    Report {
        violations: std::mem::take(&mut state.violations),
        tally: std::mem::take(&mut state.tally),
        trace: state.trace(),
    }
}

/// A process comes, does business, and goes; or stays, with an approval in its hands.
fn episode(scene: &Arc<Scene>, sleepers: &mut Vec<Running>) {
    interlude(scene);
    let host = host(scene);
    let mut running = Running::start(scene, host, Perils::any(scene));
    if chance(scene, 300) {
        running.live(Running::recover);
    }
    for _ in 0..below(scene, 4) + 1 {
        if !running.is_dead() {
            running.live(shop::act);
        }
    }
    if running.held.is_empty() || chance(scene, 300) { running.end() } else { sleepers.push(running) }
}

/// What happens between two processes.
fn interlude(scene: &Arc<Scene>) {
    let passed = below(scene, 100_000) as i64;
    match chance(scene, 100) {
        true => scene.state().now -= passed,
        false => scene.state().pass(passed),
    }
    let host = host(scene);
    if chance(scene, 10) {
        mishap::wipe(scene, host);
    }
    if chance(scene, 20) {
        mishap::damage(scene, host);
    }
}

fn recover_in_any_weather(scene: &Arc<Scene>) {
    interlude(scene);
    let host = host(scene);
    let mut running = Running::start(scene, host, Perils { careless: false, ..Perils::any(scene) });
    running.live(Running::recover);
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
fn wait_for_the_late(scene: &Arc<Scene>) {
    let mut state = scene.state();
    state.pass(LATEST);
    state.now = state.now.max(state.latest) + LATEST;
    drop(state);
    gateway::serve_late(scene, 1000);
}

/// Twice on every host; what is still recoverable then would be so for ever.
fn recover_in_good_weather(scene: &Arc<Scene>) {
    scene.state().jumpy = false;
    let hosts = scene.state().hosts.len();
    for host in (0..hosts).chain(0..hosts) {
        let mut running = Running::start(scene, host, Perils::NONE);
        running.live(Running::recover);
        running.end();
    }
}

fn host(scene: &Arc<Scene>) -> usize {
    let hosts = scene.state().hosts.len();
    below(scene, hosts)
}

fn below(scene: &Arc<Scene>, end: usize) -> usize {
    scene.state().random.below(end)
}

fn chance(scene: &Arc<Scene>, in_thousand: u32) -> bool {
    scene.state().random.chance(in_thousand)
}
