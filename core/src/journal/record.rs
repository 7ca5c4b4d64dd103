//! The lines of the journal: a transaction's record, the marks that follow it, and how it stands after each.
//!
//! ```text
//! <crc32> begin at=20261123101112 tx=… mid=… …
//! <crc32> answered code=0000 …
//! <crc32> delivered
//! ```
//!
//! Values are form-encoded; behind the last line there are zeros. A transaction begins in a file only when the one before
//! it is settled, so that at most one per file is not.

use std::fmt::Write;

use time::Duration;

use crate::config::Platform;
use crate::os::owner::Owner;
use crate::text::{dates, form};

/// A transaction as the journal knows it. There is nothing secret or personal in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Korean time, `yyyyMMddHHmmss`.
    pub(crate) at: String,
    pub(crate) tx_id: String,
    pub(crate) mid: String,
    pub(crate) txname: String,
    pub(crate) platform: Platform,
    /// Where it was sent: a Rollback at another gateway would prove nothing.
    pub(crate) url: String,
    pub(crate) hash_type: String,
    /// What helps a merchant to find it: LGD_OID, LGD_TID, an amount. Empty where unknown.
    pub(crate) oid: String,
    pub(crate) tid: String,
    pub(crate) amount: String,
    pub(crate) owner: Owner,
}

/// What happened to a transaction after it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The gateway answered.
    Answered { code: String, tid: String, oid: String, amount: String },
    /// The caller was told of an approval, and has a step of its own to do before it counts.
    Held,
    /// The caller has the answer.
    Delivered,
    /// Nothing was sent.
    NotSent,
    /// The gateway confirmed a Rollback. `again`: at this time, and the request might still have been on its way.
    RolledBack { again: Option<String> },
    /// No answer, and no Rollback that was confirmed.
    Doubt { code: String },
    /// The gateway refused to roll it back, at this time.
    Refused { code: String, message: String, at: String },
    /// The merchant settled it.
    Closed { reason: String },
}

/// How a transaction stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Nothing is left to do.
    Settled,
    /// It began and nothing more is known.
    Begun,
    /// Approved. `held`: its caller was told of it and has a step to do, otherwise nobody is known to have been told.
    Approved { held: bool },
    /// The gateway confirmed a Rollback at this time, when the request might still have been on its way: it is asked for once
    /// more.
    RolledBack { at: String },
    /// Its caller was told that it is in doubt.
    Doubt { code: String },
    /// The gateway refused to roll it back, at this time.
    Refused { code: String, message: String, at: String },
    /// The last line cannot be read, so that nobody knows.
    Damaged,
}

impl Stand {
    /// How it stands after a mark.
    pub(crate) fn after(&self, mark: &Mark) -> Stand {
        match mark.clone() {
            // These two settle it whatever the damaged line said.
            Mark::Closed { .. } | Mark::RolledBack { again: None } => Stand::Settled,
            _ if *self == Stand::Damaged => Stand::Damaged,
            Mark::RolledBack { again: Some(at) } => Stand::RolledBack { at },
            Mark::Answered { code, .. } if code == "0000" => Stand::Approved { held: false },
            Mark::Held => Stand::Approved { held: true },
            Mark::Answered { .. } => Stand::Settled,
            Mark::Delivered | Mark::NotSent => Stand::Settled,
            Mark::Doubt { code } => Stand::Doubt { code },
            Mark::Refused { code, message, at } => Stand::Refused { code, message, at },
        }
    }

    /// Whether another transaction may begin in its place at `now`. What was to be asked for once more, and nobody did for a
    /// day, stands as the gateway confirmed it.
    pub(crate) fn is_over(&self, now: &str) -> bool {
        match self {
            Stand::Settled => true,
            Stand::RolledBack { at } => dates::between(at, now).is_some_and(|age| age > Duration::DAY),
            _ => false,
        }
    }
}

impl Record {
    /// LGD_TXNAME of a shop's wish to undo what the journal had settled or did not know.
    pub(crate) const WISH: &'static str = "Rollback";

    pub(crate) fn is_wish(&self) -> bool {
        self.txname == Record::WISH
    }

    /// What an answer says of the payment is better than what was known before.
    pub(super) fn learn(&mut self, mark: &Mark) {
        if let Mark::Answered { tid, oid, amount, .. } = mark {
            let better = [(&mut self.tid, tid), (&mut self.oid, oid), (&mut self.amount, amount)];
            better.into_iter().filter(|(_, new)| !new.is_empty()).for_each(|(old, new)| old.clone_from(new));
        }
    }

    /// Its line.
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
    /// Its line.
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

/// Words that mean nothing are left out.
fn line(kind: &str, pairs: &[(&str, &str)]) -> String {
    let mut said = kind.to_owned();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a String cannot fail.
        let _ = write!(said, " {name}=");
        form::encode(clipped(value).as_bytes(), &mut said);
    }
    format!("{} {said}\n", checksum(&said))
}

pub(crate) fn checksum(said: &str) -> String {
    format!("{:08x}", crc32fast::hash(said.as_bytes()))
}

/// No value is written longer than this many bytes, so that the room kept for a transaction always suffices.
pub(crate) const LONGEST: usize = 200;

fn clipped(value: &str) -> &str {
    let end = value.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= LONGEST).last();
    value.get(..end.unwrap_or(0)).unwrap_or(value)
}
