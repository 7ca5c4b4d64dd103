//! A database that keeps the journal of every host: it loses answers, restarts, steps its clock and is replaced by another one.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use clap::ValueEnum;
use xpayclient_core::database::{Database, Dialect, Operation, Placeholder, Reply, Sql, Statement};

use super::environment::Environment;
use super::simulation::State;
use crate::random::Random;

/// What happens to a database, or around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Hazard {
    /// Connections end before, while or after a statement is executed; some are executed later.
    Lost,
    /// It is away for a while, in the middle of a statement.
    Restart,
    /// Its clock steps, forward and back.
    Clock,
    /// A replica that had everything takes its place.
    Failover,
    /// A replica that had not everything takes its place.
    AsyncFailover,
    /// Processes stand still for longer than their lease, while others recover.
    Stop,
    /// A person decides about what is unconfirmed.
    Person,
    /// All of them.
    Mixed,
}

/// A database and what it is exposed to.
pub(super) struct Rows {
    hazard: Hazard,
    /// How often a statement fails, in a thousand.
    faults: u32,
    table: Table,
    /// What a replica may still have.
    earlier: VecDeque<Table>,
    /// How far its clock is ahead, in seconds.
    ahead: i64,
    /// The latest that its clock has shown.
    latest: i64,
    /// Until when it is away, in seconds since the run began.
    away_until: i64,
    /// Statements whose sender is gone and that are still to be executed.
    under_way: Vec<(Operation, Vec<Option<String>>)>,
}

type Table = BTreeMap<String, Row>;

#[derive(Clone, PartialEq, Eq)]
struct Row {
    /// In the order of the columns.
    values: Vec<Option<String>>,
    due: Option<i64>,
    /// When it was inserted, among the others: an LGD_TXID is another one in each repetition.
    order: usize,
}

/// How a statement fails.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Refused,
    Error,
    LostBefore,
    LostAfter,
    LostAndLater,
}

const STATE: usize = 1;
const STEP: usize = 2;
const OWNER: usize = 3;
/// The columns that a mark writes, in its order.
const MARKED: [usize; 7] = [STATE, 13, 14, 15, 9, 10, 11];

impl Rows {
    pub(super) fn new(hazard: Hazard, random: &mut Random) -> Rows {
        let faulty = matches!(hazard, Hazard::Lost | Hazard::Mixed);
        Rows {
            hazard,
            faults: if faulty { random.pick(&[30, 100, 300]) } else { 0 },
            table: Table::new(),
            earlier: VecDeque::new(),
            ahead: 0,
            latest: 0,
            away_until: 0,
            under_way: Vec::new(),
        }
    }

    pub(super) fn has(&self, hazard: Hazard) -> bool {
        self.hazard == hazard || self.hazard == Hazard::Mixed
    }

    /// Whether a transaction is recorded.
    pub(super) fn keeps(&self, tx_id: &str) -> bool {
        self.table.contains_key(tx_id)
    }

    /// Whether somebody else than its sender may work on a transaction, or has.
    pub(super) fn is_taken(&self, tx_id: &str, elapsed: i64) -> bool {
        let over = |row: &Row| row.due.is_none_or(|due| due <= elapsed + self.ahead);
        self.table.get(tx_id).is_some_and(|row| row.values[STEP].as_deref() != Some("1") || over(row))
    }

    /// Nothing fails any more, and every lease is over.
    pub(super) fn settle(&mut self, elapsed: i64) {
        self.faults = 0;
        self.away_until = 0;
        self.ahead = self.ahead.max(self.latest - elapsed) + 200;
        self.hazard = Hazard::Failover;
        self.earlier.clear();
        for (operation, values) in std::mem::take(&mut self.under_way) {
            execute(&mut self.table, elapsed + self.ahead, operation, &values);
        }
    }
}

/// Executes a statement, as its SQL says.
fn execute(table: &mut Table, now: i64, operation: Operation, values: &[Option<String>]) -> Reply {
    let text = |at: usize| values.get(at).cloned().flatten().unwrap_or_default();
    let due = |at: usize| values.get(at).cloned().flatten().map(|text| now + text.parse::<i64>().unwrap());
    let rows = |table: &Table, wanted: &dyn Fn(&Row) -> bool| {
        let shown = |row: &Row| {
            let word = match row.due {
                None => "settled",
                Some(due) if due > now => "running",
                Some(_) => "due",
            };
            row.values.iter().cloned().chain([Some(word.to_owned())]).collect()
        };
        let mut wanted: Vec<&Row> = table.values().filter(|row| wanted(row)).collect();
        wanted.sort_by_key(|row| (row.due, row.order));
        Reply::Rows(wanted.into_iter().map(shown).collect())
    };
    match operation {
        Operation::Begin => {
            let is_new = !table.contains_key(&text(0));
            if is_new {
                let order = table.len();
                table.insert(text(0), Row { values: values[..16].to_vec(), due: due(16), order });
            }
            Reply::Changed(is_new.into())
        }
        Operation::Mark => {
            let is = |row: &&mut Row| row.values[OWNER] == values[9] && row.values[STEP] == values[10];
            write(table.get_mut(&text(8)).filter(is), values, due(7), None)
        }
        Operation::Put => write(table.get_mut(&text(9)), values, due(7), Some(text(8))),
        Operation::Claim => {
            let forced = text(4) == "1";
            let free = |row: &&mut Row| {
                row.values[STEP] == values[3] && (forced || row.due.is_none_or(|until| until <= now))
            };
            let Some(row) = table.get_mut(&text(2)).filter(free) else { return Reply::Changed(0) };
            row.values[OWNER] = Some(text(0));
            raise(row);
            row.due = row.due.and(due(1));
            Reply::Changed(1)
        }
        Operation::Find => rows(table, &|row| row.values[0] == values[0]),
        Operation::Open => rows(table, &|row| row.due.is_some()),
        Operation::History => rows(table, &|_| true),
        Operation::Version => Reply::Rows(vec![vec![Some("1".to_owned())]]),
        Operation::Facts => {
            let facts = [("flush", "1"), ("sync_binlog", "1"), ("engine", "InnoDB")];
            Reply::Rows(
                facts.map(|(name, value)| vec![Some(name.to_owned()), Some(value.to_owned())]).to_vec(),
            )
        }
        Operation::Prune | Operation::MayInsert | Operation::MayUpdate => Reply::Changed(0),
    }
}

fn write(row: Option<&mut Row>, values: &[Option<String>], due: Option<i64>, owner: Option<String>) -> Reply {
    let Some(row) = row else { return Reply::Changed(0) };
    for (at, column) in MARKED.into_iter().enumerate() {
        row.values[column].clone_from(&values[at]);
    }
    if owner.is_some() {
        row.values[OWNER] = owner;
    }
    raise(row);
    row.due = due;
    Reply::Changed(1)
}

fn raise(row: &mut Row) {
    let step: i64 = row.values[STEP].as_deref().unwrap_or_default().parse().unwrap();
    row.values[STEP] = Some((step + 1).to_string());
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
