//! The lines of the journal: the record of a transaction, the marks that follow it, and the state after each mark.
//!
//! ```text
//! <crc32> begin at=20261123101112 tx=… mid=… …
//! <crc32> answered code=0000 …
//! <crc32> delivered
//! ```
//!
//! Values are form-encoded, and zeros follow the last line. A transaction begins in a file only when the one before
//! it is settled. So each file has at most one open transaction.

use std::fmt::Write;

use time::Duration;

use crate::config::Platform;
use crate::os::owner::Owner;
use crate::text::{dates, form};

/// A transaction as recorded in the journal. It contains nothing secret or personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Korean time, `yyyyMMddHHmmss`.
    pub(crate) at: String,
    pub(crate) tx_id: String,
    pub(crate) mid: String,
    pub(crate) txname: String,
    pub(crate) platform: Platform,
    /// The gateway it was sent to. A Rollback at another gateway would prove nothing.
    pub(crate) url: String,
    pub(crate) hash_type: String,
    /// Helps a merchant to find the payment: LGD_OID, LGD_TID and an amount. Empty if unknown.
    pub(crate) oid: String,
    pub(crate) tid: String,
    pub(crate) amount: String,
    pub(crate) owner: Owner,
}

/// An event of a transaction after it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The gateway answered.
    Answered { code: String, tid: String, oid: String, amount: String },
    /// The caller was told of an approval and has a step of its own to do before it counts.
    Held,
    /// The caller has the answer.
    Delivered,
    /// Nothing was sent.
    NotSent,
    /// The gateway confirmed a Rollback. `again` is the time of that, if the request itself might still arrive after
    /// it: then the Rollback must be repeated.
    RolledBack { again: Option<String> },
    /// No answer came, and no Rollback was confirmed.
    Doubt { code: String },
    /// The gateway refused to roll it back, at this time.
    Refused { code: String, message: String, at: String },
    /// The merchant closed it.
    Closed { reason: String },
}

/// The state of a transaction after its last mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordState {
    /// Settled: nothing is left to do.
    Settled,
    /// It began, and nothing more is known.
    Begun,
    /// Approved. `held`: the caller was told of it and has a step to do. Otherwise nobody is known to have been told.
    Approved { held: bool },
    /// The gateway confirmed a Rollback at this time, when the request might still arrive. The Rollback must be
    /// repeated.
    RolledBack { at: String },
    /// The caller was told that it is in doubt.
    Doubt { code: String },
    /// The gateway refused to roll it back, at this time.
    Refused { code: String, message: String, at: String },
    /// The last line cannot be read, so the state is unknown.
    Damaged,
}

impl RecordState {
    /// The state after a mark.
    pub(crate) fn after(&self, mark: &Mark) -> RecordState {
        match mark.clone() {
            // These two settle it, whatever the damaged line meant.
            Mark::Closed { .. } | Mark::RolledBack { again: None } => RecordState::Settled,
            _ if *self == RecordState::Damaged => RecordState::Damaged,
            Mark::RolledBack { again: Some(at) } => RecordState::RolledBack { at },
            Mark::Answered { code, .. } if code == "0000" => RecordState::Approved { held: false },
            Mark::Held => RecordState::Approved { held: true },
            Mark::Answered { .. } => RecordState::Settled,
            Mark::Delivered | Mark::NotSent => RecordState::Settled,
            Mark::Doubt { code } => RecordState::Doubt { code },
            Mark::Refused { code, message, at } => RecordState::Refused { code, message, at },
        }
    }

    /// Whether another transaction may begin in its file at `now`. If a Rollback that must be repeated was not
    /// repeated for a day, the first confirmation counts.
    pub(crate) fn may_be_overwritten(&self, now: &str) -> bool {
        match self {
            RecordState::Settled => true,
            RecordState::RolledBack { at } => dates::between(at, now).is_some_and(|age| age > Duration::DAY),
            _ => false,
        }
    }
}

impl Record {
    /// LGD_TXNAME of a record that stands for the shop's request to undo a payment which the journal had settled or
    /// did not know.
    pub(crate) const UNDO_REQUEST: &'static str = "Rollback";

    pub(crate) fn is_undo_request(&self) -> bool {
        self.txname == Record::UNDO_REQUEST
    }

    /// Takes over the payment ID, order ID and amount from an answer, which knows better than the request.
    pub(in crate::journal) fn update_from(&mut self, mark: &Mark) {
        if let Mark::Answered { tid, oid, amount, .. } = mark {
            let better = [(&mut self.tid, tid), (&mut self.oid, oid), (&mut self.amount, amount)];
            better.into_iter().filter(|(_, new)| !new.is_empty()).for_each(|(old, new)| old.clone_from(new));
        }
    }

    /// The line that is written.
    pub(crate) fn line(&self) -> String {
        let platform = self.platform.to_string();
        let owner = self.owner.to_text();
        line(
            "begin",
            &[
                ("at", &self.at),
                ("tx", &self.tx_id),
                ("mid", &self.mid),
                ("txname", &self.txname),
                ("platform", &platform),
                ("url", &self.url),
                ("hashtype", &self.hash_type),
                ("oid", &self.oid),
                ("tid", &self.tid),
                ("amount", &self.amount),
                ("owner", &owner),
            ],
        )
    }
}

impl Mark {
    /// The line that is written.
    pub(crate) fn line(&self) -> String {
        match self {
            Mark::Answered { code, tid, oid, amount } => {
                line("answered", &[("code", code), ("tid", tid), ("oid", oid), ("amount", amount)])
            }
            Mark::Held => line("held", &[]),
            Mark::Delivered => line("delivered", &[]),
            Mark::NotSent => line("notsent", &[]),
            Mark::RolledBack { again } => {
                line("rolledback", &[("again", again.as_deref().unwrap_or_default())])
            }
            Mark::Doubt { code } => line("doubt", &[("code", code)]),
            Mark::Refused { code, message, at } => {
                line("refused", &[("at", at), ("code", code), ("message", message)])
            }
            Mark::Closed { reason } => line("closed", &[("reason", reason)]),
        }
    }
}

/// Formats a line with its checksum. Empty values are left out.
fn line(kind: &str, pairs: &[(&str, &str)]) -> String {
    let mut text = kind.to_owned();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a String cannot fail.
        let _ = write!(text, " {name}=");
        form::encode(clipped(value).as_bytes(), &mut text);
    }
    format!("{} {text}\n", checksum(&text))
}

pub(crate) fn checksum(text: &str) -> String {
    format!("{:08x}", crc32fast::hash(text.as_bytes()))
}

/// No value is written longer than this many bytes, so that a transaction always fits its space in the file.
pub(crate) const MAX_VALUE_BYTES: usize = 200;

pub(super) fn clipped(value: &str) -> &str {
    let end = value
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= MAX_VALUE_BYTES)
        .last();
    value.get(..end.unwrap_or(0)).unwrap_or(value)
}
