//! What is counted, and the table of it.

use std::process::ExitCode;
use std::time::Duration;

/// What is counted of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Steps,
    Faults,
    Approvals,
    /// The shop has an order for it.
    Known,
    /// The payer itself rolled it back.
    RolledBack,
    Recovered,
    /// The library had returned; its caller died before it could write.
    Returned,
    Unconfirmed,
    Orphans,
    WrongRollbacks,
    SentTwice,
    /// Whatever else should not be.
    Wrong,
}

const COLUMNS: [(Count, &str); 12] = [
    (Count::Steps, "steps"),
    (Count::Faults, "faults"),
    (Count::Approvals, "approvals"),
    (Count::Known, "known"),
    (Count::RolledBack, "rolled back"),
    (Count::Recovered, "recovered"),
    (Count::Returned, "returned"),
    (Count::Unconfirmed, "unconfirmed"),
    (Count::Orphans, "orphans"),
    (Count::WrongRollbacks, "wrong rollbacks"),
    (Count::SentTwice, "sent twice"),
    (Count::Wrong, "otherwise wrong"),
];

/// A row's numbers, and a line for each violation.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    counts: [usize; COLUMNS.len()],
    pub(super) violations: Vec<String>,
}

impl Tally {
    pub(super) fn add(&mut self, count: Count, number: usize) {
        self.counts[count as usize] += number;
    }

    pub(super) fn get(&self, count: Count) -> usize {
        self.counts[count as usize]
    }

    /// What should not be.
    pub(super) fn wrong(&mut self, count: Count, why: impl Into<String>) {
        self.add(count, 1);
        self.violations.push(why.into());
    }

    pub(super) fn unless(&mut self, right: bool, why: impl Fn() -> String) {
        if !right {
            self.wrong(Count::Wrong, why());
        }
    }

    /// Prints the violations; fails if there are any.
    pub(super) fn verdict(&self) -> ExitCode {
        self.violations.iter().for_each(|line| println!("VIOLATION {line}"));
        if self.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    pub(super) fn merge(&mut self, other: Tally) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
        self.violations.extend(other.violations);
    }
}

pub(super) fn print_head(first: &str) {
    let names: Vec<&str> = COLUMNS.iter().map(|(_, name)| *name).collect();
    println!("{first:<14}  {}  seconds", names.join("  "));
}

pub(super) fn print_row(name: &str, tally: &Tally, time: Duration) {
    let cells = COLUMNS.iter().map(|(count, name)| format!("{:>1$}", tally.get(*count), name.len()));
    println!("{name:<14}  {}  {:>7.1}", cells.collect::<Vec<_>>().join("  "), time.as_secs_f64());
}
