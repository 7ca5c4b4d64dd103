//! What happened in all runs together, counted for the summary.

use std::collections::BTreeMap;
use std::fmt;

/// Counters by group and name.
#[derive(Default)]
pub(super) struct Counters(BTreeMap<&'static str, BTreeMap<&'static str, u64>>);

/// The groups in the order in which they are printed.
const ORDER: [&str; 8] = ["all", "deaths", "network", "disk", "database", "journal", "outcomes", "recovery"];

impl Counters {
    pub(super) fn count(&mut self, group: &'static str, name: &'static str) {
        *self.0.entry(group).or_default().entry(name).or_default() += 1;
    }

    pub(super) fn of(&self, group: &str, name: &str) -> u64 {
        self.0.get(group).and_then(|names| names.get(name)).copied().unwrap_or_default()
    }

    pub(super) fn add(&mut self, other: &Counters) {
        for (group, names) in &other.0 {
            for (name, count) in names {
                *self.0.entry(group).or_default().entry(name).or_default() += count;
            }
        }
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in ORDER {
            let names = self.0.get(group).into_iter().flatten();
            let names: Vec<_> = names.map(|(name, count)| format!("{name} {count}")).collect();
            writeln!(f, "{group:<10} {}", names.join(", "))?;
        }
        Ok(())
    }
}
