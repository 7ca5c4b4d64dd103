//! The simulation of one run: hosts, processes, the gateway's queue, and what each caller knows. One lock, held briefly.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use xpayclient_core::Stop;
use xpayclient_core::simulation::Owner;
use xpayclient_sandbox::{CancelRollback, Offline};

use super::counters::Counters;
use super::files::Files;
use super::rows::{Hazard, Rows};
use super::tracked::{Kind, Tracked};
use crate::random::Random;

/// Shared by everything of one run.
pub(super) struct Simulation {
    pub(super) gateway: Arc<Offline>,
    state: Mutex<State>,
    /// Runs another process on the host of this one.
    other_process: fn(&Arc<Simulation>, usize),
}

pub(super) struct State {
    pub(super) random: Random,
    pub(super) hosts: Vec<SimulatedHost>,
    pub(super) processes: Vec<SimulatedProcess>,
    pub(super) transactions: Vec<Tracked>,
    /// The database that keeps the journal of all hosts, if one does.
    pub(super) database: Option<Rows>,
    /// Requests on their way that reach the gateway late, whatever becomes of their line.
    pub(super) late: Vec<Late>,
    /// Requests that wait at their sender for the line to come back, by that line's number: they die with it.
    pub(super) queued: BTreeMap<u64, Vec<u8>>,
    /// How many lines were opened.
    pub(super) lines: u64,
    /// LGD_TIDs of approvals, for those who cancel.
    pub(super) tids: Vec<String>,
    /// How often each LGD_TXID reached the gateway.
    pub(super) arrivals: BTreeMap<String, u32>,
    /// What the clocks show, in seconds since 1970.
    pub(super) now: i64,
    /// The latest that any clock has shown.
    pub(super) latest: i64,
    /// Seconds that have passed since the run began.
    pub(super) elapsed: i64,
    /// Whether the clock jumps by itself.
    pub(super) jumpy: bool,
    /// Whether it did.
    pub(super) jumped: bool,
    /// Whether a process runs inside another one's operation.
    pub(super) nested: bool,
    pub(super) tally: Counters,
    pub(super) violations: Vec<String>,
    trace: Option<Vec<String>>,
}

/// A request that is under way for longer than anybody waits.
pub(super) struct Late {
    pub(super) body: Vec<u8>,
    /// When it has arrived at the latest, by [`State::elapsed`].
    pub(super) due: i64,
}

/// How long a packet may be under way.
pub(super) const LATEST: i64 = 120;

/// A machine with one journal.
pub(super) struct SimulatedHost {
    /// Whether its system has IDs for boots and processes. On another, as Windows, no child inherits a lock.
    pub(super) has_ids: bool,
    pub(super) boot: u32,
    pub(super) files: Files,
    pub(super) crashes: u32,
}

/// A process on a host, alive or dead.
pub(super) struct SimulatedProcess {
    pub(super) host: usize,
    pub(super) owner: Owner,
    pub(super) dead: bool,
    /// How many moments it still has to live, if that is decided.
    pub(super) moments_left: Option<u32>,
    /// Whether its machine stops with it.
    pub(super) takes_host: bool,
    /// In how many moments another process does something on the same host.
    pub(super) visitor: Option<u32>,
    /// What the network and the disk do to it.
    pub(super) fault_rates: FaultRates,
    /// Whether it is just making the marks after which its caller has the answer, or emptying the file in their place.
    pub(super) handing: bool,
    /// The transaction it is at.
    pub(super) current: Option<usize>,
    /// What ends the wait of that transaction, and in how many moments.
    pub(super) stop: Option<(Stop, u32)>,
    /// Whether it is recovering.
    pub(super) recovers: bool,
}

/// How often things fail, in a thousand.
#[derive(Clone, Copy, Default)]
pub(super) struct FaultRates {
    pub(super) network: u32,
    pub(super) disk: u32,
}

/// What the next moment of a process is.
pub(super) enum Moment {
    Lives,
    Visited,
    Dead,
}

/// What the clocks show when a run begins.
const BEGINNING: i64 = 1_795_000_000;

impl Simulation {
    pub(super) fn new(
        seed: u64,
        gateway: Arc<Offline>,
        hazard: Option<Hazard>,
        tracing: bool,
        other_process: fn(&Arc<Simulation>, usize),
    ) -> Arc<Simulation> {
        let mut random = Random::new(seed);
        let hosts = 1 + usize::from(random.chance(150));
        let host = |has_ids| SimulatedHost { has_ids, boot: 1, files: Files::default(), crashes: 0 };
        let has_ids: Vec<bool> = (0..hosts).map(|_| random.chance(700)).collect();
        let state = State {
            hosts: has_ids.into_iter().map(host).collect(),
            database: (hazard.is_some() || random.chance(333))
                .then(|| Rows::new(hazard.unwrap_or(Hazard::Mixed), &mut random)),
            jumpy: random.chance(200),
            jumped: false,
            random,
            processes: Vec::new(),
            transactions: Vec::new(),
            late: Vec::new(),
            queued: BTreeMap::new(),
            lines: 0,
            tids: Vec::new(),
            arrivals: BTreeMap::new(),
            now: BEGINNING,
            latest: BEGINNING,
            elapsed: 0,
            nested: false,
            tally: Counters::default(),
            violations: Vec::new(),
            trace: tracing.then(Vec::new),
        };
        Arc::new(Simulation { gateway, state: Mutex::new(state), other_process })
    }

    pub(super) fn run_other_process(self: &Arc<Simulation>, pid: usize) {
        (self.other_process)(self, pid);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One moment of a process passes; it may be its last.
    pub(super) fn moment(&self, pid: usize) -> Moment {
        let mut state = self.state();
        let nested = state.nested;
        let process = &mut state.processes[pid];
        if process.dead {
            return Moment::Dead;
        }
        if let Some(left) = &mut process.moments_left {
            if *left == 0 {
                state.die(pid);
                return Moment::Dead;
            }
            *left -= 1;
        }
        let process = &mut state.processes[pid];
        match &mut process.stop {
            Some((stop, 0)) => stop.stop(),
            Some((_, left)) => *left -= 1,
            None => {}
        }
        match &mut process.visitor {
            Some(0) if !nested => {
                process.visitor = None;
                Moment::Visited
            }
            Some(left) => {
                *left = left.saturating_sub(1);
                Moment::Lives
            }
            None => Moment::Lives,
        }
    }

    /// Whether the gateway answers a Rollback of it with 0000 and undoes nothing. Who asked for it learns no more than the answer.
    pub(super) fn ignores_rollback_of(&self, tracked: &Tracked) -> bool {
        self.gateway.profile().cancel_rollback == CancelRollback::Ignored && tracked.kind == Kind::GivesBack
    }
}

impl State {
    pub(super) fn log(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(line());
        }
    }

    /// A line of the trace about a process.
    pub(super) fn log_process(&mut self, pid: usize, line: impl FnOnce() -> String) {
        if self.trace.is_some() {
            let inset = if self.nested { "    " } else { "" };
            let line = format!("  {inset}process {pid}: {}", line());
            self.log(|| line);
        }
    }

    /// Time passes, and the clocks know.
    pub(super) fn pass(&mut self, seconds: i64) {
        self.now += seconds;
        self.elapsed += seconds;
    }

    pub(super) fn trace(&mut self) -> Vec<String> {
        self.trace.take().unwrap_or_default()
    }

    pub(super) fn violate(&mut self, what: String) {
        self.log(|| format!("  VIOLATION {what}"));
        self.violations.push(what);
    }

    pub(super) fn host_of(&mut self, pid: usize) -> &mut SimulatedHost {
        let host = self.processes[pid].host;
        &mut self.hosts[host]
    }

    /// The number of the transaction with this LGD_TXID.
    pub(super) fn number_of(&self, tx_id: &str) -> Option<usize> {
        self.transactions.iter().position(|tracked| tracked.tx_id == tx_id)
    }

    /// A process is killed, alone or with its whole machine.
    fn die(&mut self, pid: usize) {
        let host = self.processes[pid].host;
        if !self.processes[pid].takes_host {
            self.tally.count("deaths", "process");
            self.log_process(pid, || "KILLED".into());
            // A forked child may keep what it inherited.
            let inherited = self.hosts[host].has_ids && self.random.chance(100);
            self.end(pid, inherited);
            return;
        }
        self.tally.count("deaths", "machine");
        self.log_process(pid, || format!("MACHINE {host} DIES"));
        for other in 0..self.processes.len() {
            if self.processes[other].host == host {
                self.end(other, false);
            }
        }
        self.hosts[host].boot += 1;
        self.hosts[host].crashes += 1;
        self.hosts[host].files.crash(&mut self.random);
    }

    /// A process is no more, and what it held is free unless a child of it lives on.
    pub(super) fn end(&mut self, pid: usize, inherited: bool) {
        self.processes[pid].dead = true;
        self.host_of(pid).files.release_right(pid);
        if !inherited {
            self.host_of(pid).files.release(pid);
        }
    }
}
