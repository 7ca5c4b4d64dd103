//! The database as a process sees it: it loses answers, restarts, steps its clock and is replaced by another one.

use std::fmt;

use xpayclient_core::database::{Database, Dialect, Operation, Placeholder, Reply, Sql, Statement};

use super::environment::Environment;
use super::rows::{Hazard, execute};
use super::simulation::State;

/// How a statement fails.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Refused,
    Error,
    LostBefore,
    LostAfter,
    LostAndLater,
}

/// The database as a process sees it.
pub(super) struct SimulatedDatabase(pub(super) Environment);

impl Database for SimulatedDatabase {
    fn dialect(&self) -> Dialect {
        Dialect { sql: Sql::MySql, placeholder: Placeholder::Question }
    }

    fn run(&self, statement: &Statement<'_>, values: &[Option<&str>]) -> Reply {
        self.0.step();
        let values: Vec<Option<String>> = values.iter().map(|value| value.map(str::to_owned)).collect();
        let reply = self.0.simulation.state().ask(self.0.pid, statement.operation, &values);
        self.0.step();
        reply
    }
}

impl State {
    fn ask(&mut self, pid: usize, operation: Operation, values: &[Option<String>]) -> Reply {
        self.befall();
        let elapsed = self.elapsed;
        let Some(rows) = &mut self.database else { return Reply::NotDone("there is none".into()) };
        let now = elapsed + rows.ahead;
        rows.latest = rows.latest.max(now);
        let fault = if elapsed < rows.away_until {
            Some(Fault::Refused)
        } else if self.random.chance(rows.faults) {
            let all =
                [Fault::Refused, Fault::Error, Fault::LostBefore, Fault::LostAfter, Fault::LostAndLater];
            Some(self.random.pick(&all))
        } else if rows.has(Hazard::Restart) && self.random.chance(15) {
            // It ends in the middle of this statement.
            rows.away_until = elapsed + self.random.pick(&[1, 5, 20, 60, 150, 300]);
            Some(self.random.pick(&[Fault::LostBefore, Fault::LostAfter]))
        } else {
            None
        };
        let executed = matches!(fault, None | Some(Fault::LostAfter))
            .then(|| execute(&mut rows.table, now, operation, values));
        if let Some(Fault::LostAndLater) = fault {
            rows.under_way.push((operation, values.to_vec()));
        }
        if executed.as_ref().is_some_and(|reply| *reply == Reply::Changed(1)) {
            rows.earlier.push_back(rows.table.clone());
            if rows.earlier.len() > 8 {
                rows.earlier.pop_front();
            }
        }
        let state = values.first().cloned().flatten().unwrap_or_default();
        self.log_process(pid, || {
            let word = if operation == Operation::Mark || operation == Operation::Put { &state } else { "" };
            let what = executed.as_ref().map(|reply| match reply {
                Reply::Rows(rows) => format!("{} rows", rows.len()),
                other => format!("{other:?}"),
            });
            format!("database: {} {word} {what:?} {fault:?}", operation.name())
        });
        match fault {
            Some(fault) => {
                self.tally.count("database", fault.name());
                if let Some(tracked) = self.processes[pid].current {
                    self.transactions[tracked].disk_failed = true;
                }
                let may_be_done = matches!(fault, Fault::LostAfter | Fault::LostAndLater);
                if operation == Operation::Mark && ["delivered", "closed"].contains(&&*state) && may_be_done {
                    self.note_mark(&values[8].clone().unwrap_or_default(), &state);
                }
                match fault {
                    Fault::Refused | Fault::Error => Reply::NotDone(fault.name().into()),
                    _ => Reply::Unknown(fault.name().into()),
                }
            }
            None => {
                let reply = executed.unwrap_or(Reply::Changed(0));
                if operation == Operation::Mark && reply == Reply::Changed(1) {
                    self.note_mark(&values[8].clone().unwrap_or_default(), &state);
                }
                reply
            }
        }
    }

    /// What its process knows once a mark was confirmed to it.
    fn note_mark(&mut self, tx_id: &str, mark: &str) {
        let Some(number) = self.number_of(tx_id) else { return };
        let tracked = &mut self.transactions[number];
        match mark {
            "approved" => tracked.held = true,
            "in_doubt" => tracked.held = false,
            "delivered" => tracked.handed = true,
            // By a person, who has seen the order.
            "closed" => tracked.closed = true,
            _ => {}
        }
    }

    /// What happens to the database by itself.
    fn befall(&mut self) {
        let elapsed = self.elapsed;
        let Some(rows) = &mut self.database else { return };
        for (operation, values) in std::mem::take(&mut rows.under_way) {
            match self.random.chance(300) {
                true => drop(execute(&mut rows.table, elapsed + rows.ahead, operation, &values)),
                false => rows.under_way.push((operation, values)),
            }
        }
        if rows.has(Hazard::Clock) && self.random.chance(20) {
            let step = self.random.pick(&[-7200, -600, -30, -2, 2, 30, 85, 600, 7200]);
            rows.ahead += step;
            self.tally.count("database", "clock stepped");
            self.log(|| format!("  database: ITS CLOCK STEPS BY {step}"));
            return;
        }
        let asynchronous = rows.has(Hazard::AsyncFailover);
        if (asynchronous || rows.has(Hazard::Failover)) && self.random.chance(10) {
            // What was under way at the old one is lost with it.
            rows.under_way.clear();
            let mut lost = Vec::new();
            if asynchronous {
                let back = 1 + self.random.below(rows.earlier.len().max(1));
                let at = rows.earlier.len().saturating_sub(back);
                let replica = rows.earlier.get(at).cloned().unwrap_or_default();
                lost.extend(
                    rows.table
                        .iter()
                        .filter(|(key, row)| replica.get(*key) != Some(*row))
                        .map(|(key, _)| key.clone()),
                );
                rows.table = replica;
                rows.earlier.clear();
            }
            self.tally.count("database", if asynchronous { "async failover" } else { "failover" });
            self.log(|| format!("  database: A REPLICA TAKES ITS PLACE without {} writes", lost.len()));
            for tx_id in lost {
                if let Some(number) = self.number_of(&tx_id) {
                    self.transactions[number].lost_by_failover = true;
                }
            }
        }
    }
}

impl Fault {
    fn name(self) -> &'static str {
        match self {
            Fault::Refused => "refused",
            Fault::Error => "error",
            Fault::LostBefore => "lost before it was executed",
            Fault::LostAfter => "executed, answer lost",
            Fault::LostAndLater => "executed later, if at all",
        }
    }
}

impl fmt::Debug for SimulatedDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedDatabase")
    }
}
