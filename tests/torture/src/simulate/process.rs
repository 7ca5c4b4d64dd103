//! The life of a simulated process: a client in its world, until it ends or is killed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use xpayclient_core::simulation::Owner;
use xpayclient_core::simulation::World;
use xpayclient_core::{Client, Config, Held, Platform};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID};

use super::deed::Mode;
use super::here::{Here, Killed};
use super::scene::{Process, Scene, Weather};
use super::{mishap, shop};

/// A process and what it has in its hands.
pub(super) struct Running {
    pub(super) here: Here,
    pub(super) client: Client,
    pub(super) mode: Mode,
    /// Approvals whose step is not done yet, by the number of their transaction.
    pub(super) held: Vec<(usize, Held)>,
}

/// What may befall a process.
#[derive(Clone, Copy)]
pub(super) struct Perils {
    pub(super) weather: Weather,
    pub(super) mortal: bool,
    pub(super) visited: bool,
    /// Whether its journal may be off.
    pub(super) careless: bool,
}

impl Perils {
    pub(super) const NONE: Perils =
        Perils { weather: Weather { network: 0, disk: 0 }, mortal: false, visited: false, careless: false };

    pub(super) fn any(scene: &Scene) -> Perils {
        let mut state = scene.state();
        let random = &mut state.random;
        let network = random.pick(&[0, 0, 100, 300, 700]);
        let disk = random.pick(&[0, 0, 0, 0, 10, 50, 200, 600]);
        let (mortal, visited) = (random.chance(450), random.chance(200));
        Perils { weather: Weather { network, disk }, mortal, visited, careless: random.chance(150) }
    }
}

impl Running {
    pub(super) fn start(scene: &Arc<Scene>, host: usize, perils: Perils) -> Running {
        let mut state = scene.state();
        let pid = state.processes.len();
        let boot = state.hosts[host].boot;
        let random = &mut state.random;
        let mode = if perils.careless { Mode::Off } else { random.pick(&[Mode::On, Mode::On, Mode::Strict]) };
        let fuse = perils.mortal.then(|| random.below(140) as u32);
        let visitor = perils.visited.then(|| random.below(80) as u32);
        let takes_host = random.chance(400);
        let config = config(host, mode, random.chance(850), random.chance(100));
        state.processes.push(Process {
            host,
            owner: Owner::new(format!("host-{host}-boot-{boot}"), pid as u32),
            dead: false,
            fuse,
            takes_host,
            visitor,
            weather: perils.weather,
            handing: false,
            deed: None,
            stop: None,
            recovers: false,
        });
        state.tally.count("all", "processes");
        state.tell(pid, || {
            let Weather { network, disk } = perils.weather;
            format!("starts on host {host}, journal {mode:?}, network {network}, disk {disk}, fuse {fuse:?}")
        });
        drop(state);
        let here = Here { scene: scene.clone(), pid };
        let world: Arc<dyn World> = Arc::new(here.clone());
        Running { here, client: Client::in_world(config, Platform::Test, world), mode, held: Vec::new() }
    }

    /// Does something, and survives it or not. Any panic but death itself is the library's.
    pub(super) fn live(&mut self, work: impl FnOnce(&mut Running)) {
        let lived = catch_unwind(AssertUnwindSafe(|| work(self)));
        if lived.is_err_and(|panic| !panic.is::<Killed>()) {
            self.here.scene.state().violate(format!("process {} panicked", self.here.pid));
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        self.here.scene.state().processes[self.here.pid].dead
    }

    /// Rolls back what others left.
    pub(super) fn recover(&mut self) {
        let (scene, pid) = (self.here.scene.clone(), self.here.pid);
        let taken = scene.state().host_of(pid).files.right_is_taken();
        scene.state().tell(pid, || "recovers".into());
        scene.state().processes[pid].recovers = true;
        let recovery = self.client.recover();
        let mut state = scene.state();
        state.processes[pid].recovers = false;
        match recovery {
            Ok(recovery) => {
                state.tell(pid, || {
                    format!("recovered {}, elsewhere {}", recovery.rolled_back.len(), recovery.elsewhere)
                });
                for done in &recovery.rolled_back {
                    state.tally.count("recovery", "rolled back");
                    let entry = scene.gateway.transaction(&done.tx_id).unwrap();
                    let stands = entry.is_some_and(|entry| entry.code == "0000" && !entry.undone);
                    // One that came in the same round, behind its Rollback, is asked for once more; the reckoning sees to that.
                    let came_late = state.deed_of(&done.tx_id).is_some_and(|deed| state.deeds[deed].late);
                    if stands && !came_late {
                        state.violate("recovery says that it rolled back what stands".into());
                    }
                }
                let name = if recovery.elsewhere { "elsewhere" } else { "rounds" };
                state.tally.count("recovery", name);
                if taken && !recovery.elsewhere && self.mode != Mode::Off {
                    state.violate("two processes recovered at once".into());
                }
            }
            Err(error) => {
                state.tally.count("recovery", "failed");
                state.tell(pid, || format!("cannot recover: {error}"));
            }
        }
    }

    /// Ends it, if nothing else did. What it held is dropped.
    pub(super) fn end(mut self) {
        self.live(|running| running.held.clear());
        let mut state = self.here.scene.state();
        if !state.processes[self.here.pid].dead {
            state.tell(self.here.pid, || "ends".into());
            state.end(self.here.pid, false);
        }
    }
}

/// Another process on the same host does something while `pid` is in the middle of an operation.
pub(super) fn visit(scene: &Arc<Scene>, pid: usize) {
    scene.state().nested = true;
    let host = scene.state().processes[pid].host;
    scene.state().tell(pid, || "meanwhile:".into());
    let choice = scene.state().random.below(10);
    if choice == 0 {
        mishap::wipe(scene, host);
    } else {
        let perils = Perils { visited: false, ..Perils::any(scene) };
        let perils = if choice < 6 { Perils::NONE } else { perils };
        let mut visitor = Running::start(scene, host, perils);
        if choice > 7 {
            visitor.live(shop::act);
        }
        visitor.live(Running::recover);
        visitor.end();
    }
    scene.state().nested = false;
}

fn config(host: usize, mode: Mode, auto_rollback: bool, report_error: bool) -> Config {
    const URL: &str = "https://gateway.example/xpay/Gateway.do";
    let flag = |on| if on { "1" } else { "0" };
    let mut config = Config::new();
    config.set("test_url", URL);
    config.set("aux_url", URL);
    config.set("timeout", "60");
    config.set("log_level", "0");
    config.set("auto_rollback", flag(auto_rollback));
    config.set("report_error", flag(report_error));
    config.set("journal_dir", format!("/nowhere/host-{host}/journal"));
    config.set(DEMO_TEST_MID, DEMO_KEY);
    config.set(
        "journal",
        match mode {
            Mode::Off => "off",
            Mode::On => "on",
            Mode::Strict => "strict",
        },
    );
    config
}
