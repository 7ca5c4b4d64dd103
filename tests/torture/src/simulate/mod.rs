//! `torture simulate`: thousands of random runs in a world without time, network and disk, each repeatable by its seed.

mod connection;
mod counters;
mod database;
mod disk;
mod environment;
mod files;
mod gateway;
mod journal_damage;
mod process;
mod profiles;
mod rows;
mod run;
mod shop;
mod simulation;
mod tracked;
mod verdict;
mod visitor;
mod world;

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::progress::Progress;

use clap::ValueEnum;

use counters::Counters;
use profiles::Gateways;
use rows::Hazard;
use run::Report;

/// The options of `torture simulate`.
#[derive(clap::Args)]
pub(crate) struct Simulate {
    /// The seed of the first run; the others count on from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many runs.
    #[arg(long, default_value_t = 40_000)]
    runs: u64,
    /// Every run has its journal in a database that is exposed to this. Without it, every third is exposed to all of them.
    #[arg(long)]
    hazard: Option<Hazard>,
    /// Repeats the run of one seed and tells every step of it.
    #[arg(long, value_name = "SEED")]
    only: Option<u64>,
}

/// Runs them and prints the results.
impl Simulate {
    pub(crate) fn run(&self) -> ExitCode {
        match self.only {
            Some(seed) => replay(seed, self.hazard),
            None => run_all(self.seed, self.runs, self.hazard),
        }
    }
}

fn replay(seed: u64, hazard: Option<Hazard>) -> ExitCode {
    let mut gateways = Gateways::default();
    for before in profiles::first_before_the_same(seed)..seed {
        run::run(before, gateways.of(before), hazard, false);
    }
    let report = run::run(seed, gateways.of(seed), hazard, true);
    report.trace.iter().for_each(|line| println!("{line}"));
    println!("{} violations", report.violations.len());
    verdict(&report.violations)
}

fn run_all(first: u64, runs: u64, hazard: Option<Hazard>) -> ExitCode {
    let started = Instant::now();
    let next = AtomicU64::new(0);
    let progress = Progress::of("runs", runs as usize);
    let mut tally = Counters::default();
    let mut violations = Vec::new();
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| work(first, runs, hazard, &next, &progress))).collect();
        for worker in workers {
            let (counted, found) = worker.join().unwrap();
            tally.add(&counted);
            violations.extend(found);
        }
    });
    drop(progress);
    print!("{tally}");
    let all = |name| tally.of("all", name);
    println!(
        "{} transactions in {} runs before {} of {} gateways: {} orphans, {} wrong rollbacks, {} sent twice, {} violations in all (from seed {first}, {:.1}s)",
        all("transactions"),
        all("runs"),
        profiles::met(first, runs),
        profiles::NUMBER,
        all("orphans"),
        all("wrong rollbacks"),
        all("sent twice"),
        violations.len(),
        started.elapsed().as_secs_f64(),
    );
    verdict(&violations)
}

/// Takes runs until there are none left.
fn work(
    first: u64,
    runs: u64,
    hazard: Option<Hazard>,
    next: &AtomicU64,
    progress: &Progress,
) -> (Counters, Vec<String>) {
    /// How many runs a worker takes at once.
    const EACH: u64 = 500;
    let mut tally = Counters::default();
    let mut violations = Vec::new();
    loop {
        let from = next.fetch_add(EACH, Ordering::Relaxed);
        if from >= runs {
            return (tally, violations);
        }
        let mut gateways = Gateways::default();
        for seed in first + from..first + runs.min(from + EACH) {
            let Report { violations: found, tally: counted, .. } =
                run::run(seed, gateways.of(seed), hazard, false);
            tally.add(&counted);
            for violation in found {
                let exposed = hazard.and_then(|hazard| hazard.to_possible_value());
                let exposed = exposed.map(|hazard| format!(" --hazard {}", hazard.get_name()));
                progress.say(&format!(
                    "torture simulate --only {seed}{}: {violation}",
                    exposed.unwrap_or_default()
                ));
                violations.push(violation);
            }
            progress.step();
        }
    }
}

fn verdict(violations: &[String]) -> ExitCode {
    if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
