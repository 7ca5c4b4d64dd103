//! The rows of a database that keeps the journal of every host, and what may befall it.

use std::collections::{BTreeMap, VecDeque};

use clap::ValueEnum;
use xpayclient_core::database::{Operation, Reply};

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
    pub(super) faults: u32,
    pub(super) table: Table,
    /// What a replica may still have.
    pub(super) earlier: VecDeque<Table>,
    /// How far its clock is ahead, in seconds.
    pub(super) ahead: i64,
    /// The latest that its clock has shown.
    pub(super) latest: i64,
    /// Until when it is away, in seconds since the run began.
    pub(super) away_until: i64,
    /// Statements whose sender is gone and that are still to be executed.
    pub(super) under_way: Vec<(Operation, Vec<Option<String>>)>,
}

pub(super) type Table = BTreeMap<String, Row>;

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// In the order of the columns.
    values: Vec<Option<String>>,
    due: Option<i64>,
    /// When it was inserted, among the others: an LGD_TXID is another one in each repetition.
    order: usize,
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
pub(super) fn execute(table: &mut Table, now: i64, operation: Operation, values: &[Option<String>]) -> Reply {
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
