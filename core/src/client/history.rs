//! The transactions that the journal still shows, settled ones included.

use crate::client::Client;
use crate::client::recovery::journal_error;
use crate::config::Platform;
use crate::error::Result;
use crate::journal::record::{Mark, Record};

/// A transaction in the journal. It stays there until its file is reused, or its row is pruned.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Journalled {
    /// LGD_TXID.
    pub tx_id: String,
    /// LGD_MID.
    pub mid: String,
    /// LGD_TXNAME.
    pub txname: String,
    /// Where it was sent.
    pub platform: Platform,
    /// When it began, in Korean time as `yyyyMMddHHmmss`.
    pub at: String,
    /// LGD_OID. It is empty if the journal does not know it; so are LGD_TID and the amount.
    pub oid: String,
    /// LGD_TID.
    pub tid: String,
    /// LGD_AMOUNT in won, or LGD_CANCELAMOUNT of a partial cancellation.
    pub amount: String,
    /// Its events since it began, in order: `answered 0000`, `held`, `delivered`, `not_sent`, `rolled_back`,
    /// `in_doubt 20008`, `refused CODE MESSAGE`, `closed REASON`.
    pub marks: Vec<String>,
}

impl Client {
    /// Every transaction that the journal still shows, including settled and running ones. Unreadable lines are
    /// skipped, so use [`Client::open_transactions`] to find what is open. A database shows the newest 10,000, with the marks that lead to
    /// their state.
    ///
    /// # Errors
    /// [`crate::Code::JOURNAL`] when the journal cannot be read.
    pub fn history(&self) -> Result<Vec<Journalled>> {
        let Some(journal) = self.journal() else { return Ok(Vec::new()) };
        let mut all: Vec<Journalled> = Vec::new();
        for store in journal.stores() {
            let known = store.history("").map_err(|error| journal_error(store, &error))?;
            all.extend(known.into_iter().map(Journalled::from));
        }
        all.sort_by(|one, other| one.at.cmp(&other.at));
        Ok(all)
    }
}

impl From<(Record, Vec<Mark>)> for Journalled {
    fn from((record, marks): (Record, Vec<Mark>)) -> Journalled {
        Journalled {
            tx_id: record.tx_id,
            mid: record.mid,
            txname: record.txname,
            platform: record.platform,
            at: record.at,
            oid: record.oid,
            tid: record.tid,
            amount: record.amount,
            marks: marks.iter().map(mark_text).collect(),
        }
    }
}

fn mark_text(mark: &Mark) -> String {
    match mark {
        Mark::Answered { code, .. } => format!("answered {code}"),
        Mark::Delivered => "delivered".into(),
        Mark::NotSent => "not_sent".into(),
        Mark::Held => "held".into(),
        Mark::RolledBack { .. } => "rolled_back".into(),
        Mark::Doubt { code } => format!("in_doubt {code}"),
        Mark::Refused { code, message, .. } => format!("refused {code} {message}"),
        Mark::Closed { reason } => format!("closed {reason}"),
    }
}
