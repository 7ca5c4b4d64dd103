//! The shop's database that keeps the journal: whether it can be reached and written, and whether it keeps what it has confirmed.

use super::finding::{About, Finding, Grade};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use xpayclient_core::database::{Database, DatabaseFacts};
use xpayclient_core::{Client, Config};

/// Nothing if the shop keeps its journal in files.
pub(super) fn examine(
    config: &Config,
    database: Option<&Arc<dyn Database>>,
    client: &Client,
) -> Vec<Finding> {
    if database.is_none() {
        let named = !config.settings().journal_dsn.is_empty();
        let (ko, en) = (
            "journal_dsn: 저널을 데이터베이스에 보관합니다. 데이터베이스도 확인하려면 --store를 주십시오",
            "journal_dsn: the journal is kept in a database. To look at that, too, give --store",
        );
        let unseen = Finding::new(Grade::Warning, About::Database, ko, en);
        return Some(unseen).filter(|_| named).into_iter().collect();
    }
    let mut findings = Vec::new();
    if let Err(error) = client.check_journal() {
        findings.push(Finding::failed(About::Database, error));
    }
    match client.database_facts() {
        Ok(Some(facts)) => findings.extend(judge(&facts, findings.is_empty())),
        Ok(None) => {}
        // It is the same that keeps it from being written.
        Err(_) if !findings.is_empty() => {}
        Err(error) => findings.push(Finding::failed(About::Database, error)),
    }
    findings
}

fn judge(facts: &DatabaseFacts, usable: bool) -> Vec<Finding> {
    let here = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    let apart = facts.seconds().map(|there| there - here);
    let mut findings = Vec::new();
    if usable {
        let (version, apart) = (facts.get("version"), apart.unwrap_or(0));
        let mut fine = Finding::new(
            Grade::Fine,
            About::Database,
            format!("저널 데이터베이스: {version}, 기록할 수 있습니다. 이 서버와 시계 차이 {apart}초"),
            format!(
                "the journal's database: {version}, it can be written. Its clock is {apart} seconds from this machine's"
            ),
        );
        for (name, value) in &facts.facts {
            fine = fine.fact(name, value.as_str());
        }
        findings.push(fine.fact("apart_seconds", apart));
    }
    findings.extend(facts.faults.iter().map(|fault| {
        let grade = match (fault.note, fault.forgets) {
            (true, _) => Grade::Fine,
            (false, true) => Grade::Warning,
            (false, false) => Grade::Error,
        };
        Finding::new(
            grade,
            About::Database,
            format!("저널 데이터베이스: {}", fault.ko),
            format!("the journal's database: {}", fault.en),
        )
    }));
    findings
}
