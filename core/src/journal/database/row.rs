//! A row of the journal's table: what it says of a transaction, and what a mark makes of it.

use std::time::Duration;

use crate::config::Platform;
use crate::journal::record::{Mark, Record, RecordState, clipped};
use crate::os::owner::Owner;

/// How long a Rollback that was confirmed early waits until it is repeated: its request may be under way for so long.
pub(super) const REPEATED_AFTER: Duration = Duration::from_secs(120);

/// A row as a query returns it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) record: Record,
    /// The name of its state.
    pub(super) name: String,
    pub(super) step: i64,
    pub(super) owner: String,
    code: String,
    message: String,
    noted_at: String,
    pub(super) work: Work,
}

/// Whether somebody works on a transaction, by the database's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Running,
    /// Nobody works on it, and it is not settled.
    Due,
    Settled,
}

/// What a mark writes into a row.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) name: &'static str,
    pub(super) code: String,
    pub(super) message: String,
    pub(super) noted_at: String,
    pub(super) due: Due,
}

/// From when on somebody else may work on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Never: it is settled.
    Never,
    Now,
    /// After the time that its writer has for it.
    Lease,
    /// When a Rollback that was confirmed early is to be repeated.
    Repeat,
}

impl Due {
    /// In how many seconds. `None`: never.
    pub(super) fn seconds(self, lease: Duration) -> Option<u64> {
        match self {
            Due::Never => None,
            Due::Now => Some(0),
            Due::Lease => Some(lease.as_secs()),
            Due::Repeat => Some(REPEATED_AFTER.as_secs()),
        }
    }
}

impl Row {
    /// `None`: it has not the columns of [`super::statements::COLUMNS`].
    pub(super) fn read(values: Vec<Option<String>>) -> Option<Row> {
        let mut values = values.into_iter().map(Option::unwrap_or_default);
        let mut next = || values.next();
        let (tx_id, name, step, owner) = (next()?, next()?, next()?.trim().parse().ok()?, next()?);
        let (mid, txname, platform, url, hash_type) = (next()?, next()?, next()?, next()?, next()?);
        let (oid, tid, amount, at) = (next()?, next()?, next()?, next()?);
        let (code, message, noted_at) = (next()?, next()?, next()?);
        let work = match next()?.as_str() {
            "running" => Work::Running,
            "due" => Work::Due,
            "settled" => Work::Settled,
            _ => return None,
        };
        let platform = platform.parse().unwrap_or(Platform::Service);
        let owner_of_process = Owner::default();
        let record = Record {
            at: at.trim_end().to_owned(),
            tx_id,
            mid,
            txname,
            platform,
            url,
            hash_type,
            oid,
            tid,
            amount,
            owner: owner_of_process,
        };
        Some(Row { record, name, step, owner, code, message, noted_at: noted_at.trim_end().to_owned(), work })
    }

    pub(super) fn state(&self) -> RecordState {
        let (code, message, at) = (self.code.clone(), self.message.clone(), self.noted_at.clone());
        match (self.name.as_str(), self.work) {
            (_, Work::Settled) => RecordState::Settled,
            ("sent", _) => RecordState::Begun,
            // Told or not: recovery leaves it alone.
            ("approved", _) => RecordState::Approved { held: true },
            ("in_doubt", _) => RecordState::Doubt { code },
            ("refused", _) => RecordState::Refused { code, message, at },
            ("rolled_back", _) => RecordState::RolledBack { at },
            // Of a later version.
            _ => RecordState::Damaged,
        }
    }

    /// The marks that lead to its state, as far as one row tells.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let none = String::new;
        let answered =
            || Mark::Answered { code: self.code.clone(), tid: none(), oid: none(), amount: none() };
        match self.name.as_str() {
            "approved" => vec![answered(), Mark::Held],
            "delivered" => vec![answered(), Mark::Delivered],
            "answered" => vec![answered()],
            "not_sent" => vec![Mark::NotSent],
            "in_doubt" => vec![Mark::Doubt { code: self.code.clone() }],
            "refused" => vec![Mark::Refused {
                code: self.code.clone(),
                message: self.message.clone(),
                at: self.noted_at.clone(),
            }],
            "rolled_back" => {
                let again = Some(self.noted_at.clone()).filter(|_| self.work != Work::Settled);
                vec![Mark::RolledBack { again }]
            }
            "closed" => vec![Mark::Closed { reason: self.message.clone() }],
            _ => Vec::new(),
        }
    }
}

impl Change {
    /// The row of a transaction that begins.
    pub(super) fn begun() -> Change {
        Change::to("sent", Due::Lease)
    }

    /// What a mark makes of the row.
    pub(super) fn of(mark: &Mark) -> Change {
        match mark {
            Mark::Answered { code, .. } if code == "0000" => {
                Change { code: code.clone(), ..Change::to("approved", Due::Lease) }
            }
            Mark::Answered { code, .. } => {
                Change { code: code.clone(), ..Change::to("answered", Due::Never) }
            }
            Mark::Held => Change { code: "0000".into(), ..Change::to("approved", Due::Lease) },
            Mark::Delivered => Change { code: "0000".into(), ..Change::to("delivered", Due::Never) },
            Mark::NotSent => Change::to("not_sent", Due::Never),
            Mark::RolledBack { again: Some(at) } => {
                Change { noted_at: at.clone(), ..Change::to("rolled_back", Due::Repeat) }
            }
            Mark::RolledBack { again: None } => Change::to("rolled_back", Due::Never),
            Mark::Doubt { code } => Change { code: code.clone(), ..Change::to("in_doubt", Due::Now) },
            Mark::Refused { code, message, at } => Change {
                code: code.clone(),
                message: message.clone(),
                noted_at: at.clone(),
                ..Change::to("refused", Due::Now)
            },
            Mark::Closed { reason } => Change { message: reason.clone(), ..Change::to("closed", Due::Never) },
        }
    }

    fn to(name: &'static str, due: Due) -> Change {
        Change { name, code: String::new(), message: String::new(), noted_at: String::new(), due }
    }
}

/// A value as it fits its column: no database takes a NUL in a text.
pub(super) fn column(value: &str) -> String {
    clipped(value).replace('\0', " ")
}
