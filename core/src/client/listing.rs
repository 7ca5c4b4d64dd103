//! Recent requests, from journal and log together. It claims no more than these two know.

use std::cmp::Reverse;
use std::io;
use std::path::{Path, PathBuf};
use std::slice;

use indexmap::IndexMap;

use crate::client::Client;
use crate::client::open::{OpenTransaction, State};
use crate::client::recovery::journal_error;
use crate::client::standing::Standing;
use crate::client::told::{Tale, Told};
use crate::config::{Config, JournalMode, Platform};
use crate::error::{Code, Error, Result};
use crate::journal::record::{Mark, Record};
use crate::log::Level;
use crate::log::lines::{LogFiles, day, each_line_of};
use crate::protocol::effect::Effect;

/// Which requests [`Client::recent`] returns. The default is all of them.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// From this Korean day on, as `yyyyMMdd`. Empty: from the first.
    pub since: String,
    /// Up to this Korean day, as `yyyyMMdd`. Empty: up to now.
    pub until: String,
    /// Of this order (LGD_OID) only, unless empty.
    pub oid: String,
    /// Only those that stand so, by [`Standing::name`], unless empty.
    pub states: Vec<String>,
    /// The newest so many; 0 is no limit.
    pub limit: usize,
}

/// A request that may move money. What neither journal nor log knows is empty.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recent {
    /// When it began, in Korean time as `yyyyMMddHHmmss`.
    pub at: String,
    /// How it stands.
    pub standing: Standing,
    /// LGD_RESPCODE, or the code of the error. Empty if it was answered `0000` and the log does not show it.
    pub code: String,
    /// What came with the code, if the log shows it.
    pub message: String,
    /// LGD_TXNAME.
    pub txname: String,
    /// LGD_TXID, or the file of the journal if damage made that unreadable.
    pub tx_id: String,
    /// LGD_OID.
    pub oid: String,
    /// LGD_TID.
    pub tid: String,
    /// LGD_AMOUNT in won, or LGD_CANCELAMOUNT of a partial cancellation.
    pub amount: String,
    /// LGD_MID.
    pub mid: String,
    /// Where it was sent, which only the journal knows.
    pub platform: Option<Platform>,
    /// Whether the journal still shows it. Otherwise only the log does.
    pub in_journal: bool,
}

/// What [`Client::recent`] found, and where it looked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Listing {
    /// The newest first.
    pub requests: Vec<Recent>,
    /// Whether there are more than were wanted.
    pub more: bool,
    /// The directory of the log; without it there is none that can be read.
    pub log_dir: Option<PathBuf>,
    /// Whether that is because the log goes to standard error.
    pub log_to_stderr: bool,
    /// What the log is set to record now. Below [`Level::Info`] it has neither approvals nor declines.
    pub log_level: Level,
    /// Whether a journal is kept.
    pub journal: bool,
}

impl Client {
    /// The requests that journal and log of a shop know of, without those that move no money. `shop` is its configuration, while
    /// this client may be one that reads the same journal and writes no log.
    ///
    /// # Errors
    /// [`Code::JOURNAL`] when the journal cannot be read, [`Code::INTERNAL`] when the log cannot.
    pub fn recent(&self, shop: &Config, wanted: &Wanted) -> Result<Listing> {
        let settings = shop.settings();
        let log_dir = settings.log_dir.as_deref();
        let keeps_journal = settings.journal != JournalMode::Off && settings.journal_dir.is_some();
        let cannot_read = |error: io::Error| unreadable(log_dir, &error);
        let journalled = self.journalled(&wanted.since)?;
        let days = log_dir.map(|dir| LogFiles::in_dir(dir).days()).transpose().map_err(cannot_read)?;
        let days = wanted.days(days.unwrap_or_default());
        let limit = Some(wanted.limit).filter(|limit| *limit != 0).unwrap_or(usize::MAX);
        // Not all days are read if fewer have enough.
        let mut count = if wanted.limit == 0 { days.len() } else { days.len().min(2) };
        loop {
            let mut tale = Tale::default();
            let newest = days.get(days.len() - count..).unwrap_or_default();
            for file in newest {
                tale.complete =
                    !wanted.until.is_empty() && day(file).is_some_and(|day| day > wanted.until.as_str());
                each_line_of(slice::from_ref(file), |line| tale.read(&line)).map_err(cannot_read)?;
            }
            let mut requests = wanted.pick(combined(&journalled, tale.requests, keeps_journal));
            // What the journal has may be older than what the days that were not read have, and a request that began before
            // the first that was read may seem to be of it.
            let read_from = newest.first().and_then(|file| day(file)).unwrap_or_default();
            let enough =
                requests.get(limit).is_some_and(|one| one.at.get(..8).unwrap_or_default() > read_from);
            if count == days.len() || enough {
                let more = requests.len() > limit;
                requests.truncate(limit);
                return Ok(Listing {
                    requests,
                    more,
                    log_dir: log_dir.map(Path::to_owned),
                    log_to_stderr: settings.log_to_stderr,
                    log_level: Level::from_number(settings.log_level.into()),
                    journal: keeps_journal,
                });
            }
            count = (count * 2).min(days.len());
        }
    }

    /// What the journal shows, settled since a Korean day and open.
    fn journalled(&self, since: &str) -> Result<Vec<Recent>> {
        let Some(journal) = self.journal() else { return Ok(Vec::new()) };
        // First: what ends or begins meanwhile is seen by the marks.
        let open = self.open_transactions()?;
        let mut all: Vec<Recent> = Vec::new();
        let mut records: Vec<(Record, Vec<Mark>)> = Vec::new();
        for store in journal.stores() {
            records.extend(store.history(since).map_err(|error| journal_error(store, &error))?);
        }
        records.sort_by(|one, other| one.0.at.cmp(&other.0.at));
        for (record, marks) in records {
            let recent = Recent::of_record(&record, &marks, &open);
            // The shop's request to undo a payment has that one's LGD_TXID.
            match all.iter_mut().find(|known| known.tx_id == recent.tx_id) {
                Some(known) => known.stands_as(recent),
                None => all.push(recent),
            }
        }
        let unreadable = open.iter().filter(|open| !all.iter().any(|known| known.tx_id == open.tx_id));
        let unreadable: Vec<Recent> = unreadable.map(Recent::of_open).collect();
        all.extend(unreadable);
        Ok(all)
    }
}

fn unreadable(dir: Option<&Path>, error: &io::Error) -> Error {
    let dir = dir.map(|dir| dir.display().to_string()).unwrap_or_default();
    Error::new(Code::INTERNAL, format!("log_dir [{dir}] cannot be read: {error}"))
}

impl Wanted {
    /// The files of the days that may show what is wanted, the oldest first: one more, since a request may begin before midnight, and
    /// all later ones, since it may be undone at any time.
    fn days(&self, mut files: Vec<PathBuf>) -> Vec<PathBuf> {
        let before =
            files.iter().filter(|file| day(file).is_some_and(|day| day < self.since.as_str())).count();
        files.split_off(before.saturating_sub(1))
    }

    /// Those that are wanted, the newest first, whatever their number.
    fn pick(&self, mut all: Vec<Recent>) -> Vec<Recent> {
        all.retain(|one| {
            let day = one.at.get(..8).unwrap_or_default();
            // A damaged record has no time, and is shown as long as it is there.
            let in_time = one.at.is_empty()
                || self.since.as_str() <= day && (self.until.is_empty() || day <= self.until.as_str());
            in_time
                && (self.oid.is_empty() || one.oid == self.oid)
                && (self.states.is_empty() || self.states.iter().any(|state| state == one.standing.name()))
        });
        all.sort_by_key(|one| Reverse(one.at.clone()));
        all
    }
}

/// Of the two, the journal decides how a request stands, unless the log knows of something later.
fn combined(journalled: &[Recent], told: IndexMap<String, Told>, journal: bool) -> Vec<Recent> {
    let mut all: IndexMap<String, Recent> =
        journalled.iter().map(|one| (one.tx_id.clone(), one.clone())).collect();
    for (tx_id, told) in told {
        match all.get_mut(&tx_id) {
            Some(known) => known.learn(told),
            None => {
                all.insert(tx_id.clone(), Recent::of_log(tx_id, told, journal));
            }
        }
    }
    all.into_values().filter(|one| Effect::of(&one.txname) != Effect::Asks).collect()
}

impl Recent {
    fn of_record(record: &Record, marks: &[Mark], open: &[OpenTransaction]) -> Recent {
        let code = marks.iter().rev().find_map(|mark| match mark {
            Mark::Answered { code, .. } | Mark::Doubt { code } | Mark::Refused { code, .. } => Some(code),
            _ => None,
        });
        let found = open.iter().find(|open| open.tx_id == record.tx_id).map(|open| open.state.clone());
        let by_marks = || match marks.last() {
            Some(Mark::Closed { .. }) => Standing::Closed,
            Some(Mark::RolledBack { .. }) => Standing::RolledBack,
            Some(Mark::NotSent) => Standing::NotSent,
            Some(Mark::Delivered) => Standing::Answered,
            Some(Mark::Answered { code, .. }) if code != "0000" => Standing::of_answer(&record.txname, code),
            // It began after it was asked what is open.
            _ => Standing::Open(State::Running),
        };
        // The marks are read later, and may have settled what was running; damage may hide some.
        let standing = found.filter(State::is_open).map_or_else(by_marks, Standing::Open);
        Recent {
            at: record.at.clone(),
            standing,
            code: code.cloned().unwrap_or_default(),
            message: String::new(),
            txname: record.txname.clone(),
            tx_id: record.tx_id.clone(),
            oid: record.oid.clone(),
            tid: record.tid.clone(),
            amount: record.amount.clone(),
            mid: record.mid.clone(),
            platform: Some(record.platform),
            in_journal: true,
        }
    }

    /// One whose record cannot be read.
    fn of_open(open: &OpenTransaction) -> Recent {
        Recent {
            at: open.at.clone(),
            standing: Standing::Open(open.state.clone()),
            code: String::new(),
            message: String::new(),
            txname: open.txname.clone(),
            tx_id: if open.tx_id.is_empty() { open.file.clone() } else { open.tx_id.clone() },
            oid: open.oid.clone(),
            tid: open.tid.clone(),
            amount: open.amount.clone(),
            mid: open.mid.clone(),
            platform: None,
            in_journal: true,
        }
    }

    /// One that only the log shows. A journal shows whatever is open: what it no longer shows has ended since.
    fn of_log(tx_id: String, told: Told, journal: bool) -> Recent {
        let standing = match told.standing {
            Some(Standing::Open(_)) | None if journal => Standing::Unknown,
            Some(standing) => standing,
            None => Standing::Unknown,
        };
        Recent {
            at: told.at,
            standing,
            code: told.code,
            message: told.message,
            txname: told.txname,
            tx_id,
            oid: told.oid,
            tid: told.tid,
            amount: told.amount,
            mid: told.mid,
            platform: None,
            in_journal: false,
        }
    }

    /// As a later record of the same LGD_TXID says.
    fn stands_as(&mut self, later: Recent) {
        self.standing = later.standing;
        self.code = later.code;
    }

    /// What the log knows besides.
    fn learn(&mut self, told: Told) {
        for (known, more) in
            [(&mut self.oid, told.oid), (&mut self.tid, told.tid), (&mut self.amount, told.amount)]
        {
            if known.is_empty() {
                *known = more;
            }
        }
        let later = match (&self.standing, &told.standing) {
            // Undone after it had been answered and settled.
            (Standing::Answered, Some(Standing::RolledBack | Standing::Open(_))) => told.standing.clone(),
            _ => None,
        };
        if let Some(later) = later {
            self.standing = later;
            self.code = told.code.clone();
        }
        if self.code.is_empty() {
            self.code.clone_from(&told.code);
        }
        if self.code == told.code {
            self.message = told.message;
        }
    }
}
