//! The open transactions of the journal, and what to do about them.

use super::database;
use super::finding::{About, Finding, Grade};
use crate::language::Language;
use crate::readonly;
use crate::shop::Mode;
use crate::standing;
use std::collections::BTreeMap;
use std::sync::Arc;
use xpayclient_core::database::Database;
use xpayclient_core::{Client, Config, OpenTransaction, parse_timestamp, timestamp};

pub(super) fn examine(config: &Config, mode: Mode, database: Option<Arc<dyn Database>>) -> Vec<Finding> {
    if config.settings().journal_dir.is_none() && database.is_none() {
        return vec![fine("저널 없음", "no journal", 0)];
    }
    let client = readonly::journal(config, mode.into(), database.clone());
    let mut findings = database::examine(config, database.as_ref(), &client);
    // What keeps a database from being used has been said.
    if !findings.iter().any(Finding::is_error) {
        findings.push(open_in(config, &client, database.is_some()));
    }
    findings
}

fn open_in(config: &Config, client: &Client, in_database: bool) -> Finding {
    // A database was checked already.
    let checked = if in_database { Ok(()) } else { client.check_journal() };
    match checked.and_then(|()| client.open_transactions()) {
        Err(error) => Finding::failed(About::Journal, error),
        Ok(all) => {
            let waiting: Vec<OpenTransaction> = all.into_iter().filter(|open| open.state.is_open()).collect();
            summarize(config, &waiting)
        }
    }
}

fn summarize(config: &Config, waiting: &[OpenTransaction]) -> Finding {
    let Some(oldest) = waiting.iter().filter(|open| !open.at.is_empty()).min_by_key(|open| &open.at) else {
        return match waiting.len() {
            0 => fine("저널: 미결 거래 없음", "journal: nothing is open", 0),
            // Damaged records have no time.
            _ => open(config, waiting, 0),
        };
    };
    open(config, waiting, minutes(&oldest.at, &timestamp()).unwrap_or(0))
}

fn open(config: &Config, waiting: &[OpenTransaction], minutes: i64) -> Finding {
    let mut states: BTreeMap<&'static str, usize> = BTreeMap::new();
    for open in waiting {
        *states.entry(open.state.name()).or_default() += 1;
    }
    let listed = |language| {
        let one =
            |(state, count): (&&'static str, &usize)| format!("{} {count}", standing::word(state, language));
        states.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let (count, [ko, en]) = (waiting.len(), [Language::Ko, Language::En].map(listed));
    let home = config.home_dir().map(|home| home.display().to_string()).unwrap_or_default();
    Finding::new(
        Grade::Warning,
        About::Journal,
        format!("저널에 미결 거래가 {count}건 있습니다({ko}, 가장 오래된 것은 {minutes}분 전). 망취소하려면: xpay recover --home {home}. 남는 것은 --list로 보고 상점관리자에서 확인하십시오"),
        format!("the journal has {count} open transactions ({en}; the oldest began {minutes} minutes ago); to roll them back: xpay recover --home {home}. Check those that remain in --list in the merchant admin"),
    )
    .fact("open", count)
    .fact("states", serde_json::json!(states))
    .fact("oldest_minutes", minutes)
}

fn fine(ko: &str, en: &str, open: usize) -> Finding {
    Finding::new(Grade::Fine, About::Journal, ko, en).fact("open", open)
}

/// Minutes between two timestamps.
fn minutes(from: &str, to: &str) -> Option<i64> {
    Some((parse_timestamp(to)? - parse_timestamp(from)?).whole_minutes())
}
