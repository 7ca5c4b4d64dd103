//! Real processes with a fault at every step, and the recovery afterwards.

mod bed;
mod crowd;
mod hosts;
mod judge;
mod outage;
mod payer;
mod pipes;
mod rows;
mod shim;
mod tally;
mod tunnel;

use std::process::ExitCode;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use clap::Args;

use crate::progress::Progress;
use crate::random::Random;
use bed::TestBed;
pub(crate) use crowd::Crowd;
pub(crate) use hosts::Hosts;
pub(crate) use outage::Outage;
pub(crate) use payer::Payer;
pub(crate) use pipes::Pipes;
use rows::{ROWS, Row, RowRun};
use shim::Plan;
use tally::{Count, Tally};

/// Kills, stops, forks and disk failures at every step of a payment and of a recovery.
#[derive(Args)]
pub(crate) struct Kills {
    /// Only one fault of N.
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// Chooses them.
    #[arg(long, default_value_t = 0)]
    seed: usize,
    /// How often.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// A row, or one fault of it: `plain:57:after`.
    #[arg(long)]
    only: Option<Only>,
}

/// `ROW` or `ROW:STEP:FAULT`.
#[derive(Clone)]
struct Only {
    row: String,
    plan: Option<Plan>,
}

impl FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Only, String> {
        let (row, plan) = text.split_once(':').map_or((text, None), |(row, plan)| (row, Some(plan)));
        ROWS.iter().find(|known| known.name == row).ok_or_else(|| format!("there is no row [{row}]"))?;
        Ok(Only { row: row.to_owned(), plan: plan.map(str::parse).transpose()? })
    }
}

impl Kills {
    pub(crate) fn run(self) -> ExitCode {
        let bed = TestBed::open();
        let mut total = Tally::default();
        let began = Instant::now();
        for round in 0..self.rounds {
            tally::print_head(&format!("round {round}"));
            let meant = |row: &&Row| self.only.as_ref().is_none_or(|only| only.row == row.name);
            for (number, row) in ROWS.iter().filter(meant).enumerate() {
                let began = Instant::now();
                let tally = self.sweep(&bed, row, self.seed + round + number);
                tally::print_row(row.name, &tally, began.elapsed());
                total.merge(tally);
            }
        }
        tally::print_row("all", &total, began.elapsed());
        total.verdict()
    }

    fn sweep(&self, bed: &TestBed, row: &Row, offset: usize) -> Tally {
        let run = RowRun::new(bed, row);
        let plans = match self.only.as_ref().and_then(|only| only.plan) {
            Some(plan) => vec![plan],
            None => self.plans(&run, offset),
        };
        let mut sum = play_all(&run, &plans);
        sum.add(Count::Steps, run.steps);
        sum
    }

    fn plans(&self, run: &RowRun, offset: usize) -> Vec<Plan> {
        let steps = 1..=run.steps;
        let all = steps.flat_map(|step| run.row.faults.iter().map(move |fault| Plan { step, fault: *fault }));
        let mut random = Random::new(offset as u64);
        all.filter(|_| random.below(self.every) == 0).collect()
    }
}

/// As many at once as there are processors.
fn play_all(run: &RowRun, plans: &[Plan]) -> Tally {
    let next = AtomicUsize::new(0);
    let progress = Progress::of(run.row.name, plans.len());
    let work = || {
        let mut sum = Tally::default();
        while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut tally = run.play(*plan);
            let repeat = format!("torture kills --only {}:{plan}", run.row.name);
            tally.violations.iter_mut().for_each(|line| *line = format!("{repeat}: {line}"));
            sum.merge(tally);
            progress.step();
        }
        sum
    };
    let mut sum = Tally::default();
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(2, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().for_each(|worker| sum.merge(worker.join().unwrap()));
    });
    sum
}
