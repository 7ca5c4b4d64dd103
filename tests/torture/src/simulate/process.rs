//! The life of a simulated process: a client in its world, until it ends or is killed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use xpayclient_core::simulation::Owner;
use xpayclient_core::simulation::World;
use xpayclient_core::{Client, Config, Held, Platform};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID};

use super::environment::{Environment, Killed};
use super::simulation::{FaultRates, SimulatedHost, SimulatedProcess, Simulation};
use super::tracked::Mode;

/// A process and what it has in its hands.
pub(super) struct Running {
    pub(super) env: Environment,
    pub(super) client: Client,
    pub(super) mode: Mode,
    /// Approvals whose step is not done yet, by the number of their transaction.
    pub(super) held: Vec<(usize, Held)>,
}

/// The hazards of a process.
#[derive(Clone, Copy)]
pub(super) struct Hazards {
    pub(super) fault_rates: FaultRates,
    pub(super) may_die: bool,
    pub(super) may_be_visited: bool,
    /// Whether its journal may be off.
    pub(super) careless: bool,
}

impl Hazards {
    pub(super) const NONE: Hazards = Hazards {
        fault_rates: FaultRates { network: 0, disk: 0 },
        may_die: false,
        may_be_visited: false,
        careless: false,
    };

    pub(super) fn any(simulation: &Simulation) -> Hazards {
        let mut state = simulation.state();
        let random = &mut state.random;
        let network = random.pick(&[0, 0, 100, 300, 700]);
        let disk = random.pick(&[0, 0, 0, 0, 10, 50, 200, 600]);
        let (may_die, may_be_visited) = (random.chance(450), random.chance(200));
        Hazards {
            fault_rates: FaultRates { network, disk },
            may_die,
            may_be_visited,
            careless: random.chance(150),
        }
    }
}

impl Running {
    pub(super) fn start(simulation: &Arc<Simulation>, host: usize, hazards: Hazards) -> Running {
        let mut state = simulation.state();
        let pid = state.processes.len();
        let SimulatedHost { has_ids, boot, .. } = state.hosts[host];
        let boot = if has_ids { format!("host-{host}-boot-{boot}") } else { Owner::NO_BOOT_ID.to_owned() };
        let random = &mut state.random;
        let mode =
            if hazards.careless { Mode::Off } else { random.pick(&[Mode::On, Mode::On, Mode::Strict]) };
        let moments_left = hazards.may_die.then(|| random.below(140) as u32);
        let visitor = hazards.may_be_visited.then(|| random.below(80) as u32);
        let takes_host = random.chance(400);
        let config = config(host, mode, random.chance(850), random.chance(100));
        state.processes.push(SimulatedProcess {
            host,
            owner: Owner::new(boot, pid as u32),
            dead: false,
            moments_left,
            takes_host,
            visitor,
            fault_rates: hazards.fault_rates,
            handing: false,
            current: None,
            stop: None,
            recovers: false,
        });
        state.tally.count("all", "processes");
        state.log_process(pid, || {
            let FaultRates { network, disk } = hazards.fault_rates;
            format!("starts on host {host}, journal {mode:?}, network {network}, disk {disk}, moments_left {moments_left:?}")
        });
        drop(state);
        let env = Environment { simulation: simulation.clone(), pid };
        let world: Arc<dyn World> = Arc::new(env.clone());
        Running { env, client: Client::in_world(config, Platform::Test, world), mode, held: Vec::new() }
    }

    /// Does something, and survives it or not. Any panic but death itself is the library's.
    pub(super) fn live(&mut self, work: impl FnOnce(&mut Running)) {
        let lived = catch_unwind(AssertUnwindSafe(|| work(self)));
        if lived.is_err_and(|panic| !panic.is::<Killed>()) {
            self.env.simulation.state().violate(format!("process {} panicked", self.env.pid));
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        self.env.simulation.state().processes[self.env.pid].dead
    }

    /// Rolls back what others left.
    pub(super) fn recover(&mut self) {
        let (simulation, pid) = (self.env.simulation.clone(), self.env.pid);
        let taken = simulation.state().host_of(pid).files.right_is_taken();
        simulation.state().log_process(pid, || "recovers".into());
        simulation.state().processes[pid].recovers = true;
        let recovery = self.client.recover();
        let mut state = simulation.state();
        state.processes[pid].recovers = false;
        match recovery {
            Ok(recovery) => {
                state.log_process(pid, || {
                    format!("recovered {}, elsewhere {}", recovery.rolled_back.len(), recovery.elsewhere)
                });
                for done in &recovery.rolled_back {
                    state.tally.count("recovery", "rolled back");
                    let entry = simulation.gateway.transaction(&done.tx_id).unwrap();
                    let stands = entry.is_some_and(|entry| entry.code == "0000" && !entry.undone);
                    // One that came in the same round, behind its Rollback, is asked for once more; `verdict` checks that.
                    let excused = state.number_of(&done.tx_id).is_some_and(|number| {
                        let tracked = &state.transactions[number];
                        tracked.late || simulation.ignores_rollback_of(tracked)
                    });
                    if stands && !excused {
                        state.violate("recovery says that it rolled back what stands".into());
                    }
                }
                let name = if recovery.elsewhere { "elsewhere" } else { "rounds" };
                state.tally.count("recovery", name);
                if taken && !recovery.elsewhere && self.mode != Mode::Off && state.database.is_none() {
                    state.violate("two processes recovered at once".into());
                }
            }
            Err(error) => {
                state.tally.count("recovery", "failed");
                state.log_process(pid, || format!("cannot recover: {error}"));
            }
        }
    }

    /// Ends it, if nothing else did. What it held is dropped.
    pub(super) fn end(mut self) {
        self.live(|running| running.held.clear());
        let mut state = self.env.simulation.state();
        if !state.processes[self.env.pid].dead {
            state.log_process(self.env.pid, || "ends".into());
            state.end(self.env.pid, false);
        }
    }
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
