//! The home directories of a tree, and the journals to recover.

use super::place::Place;
use crate::doctor::finding::{About, Finding, Grade};
use crate::system::SCHEDULER;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use xpayclient_core::Config;
use xpayclient_core::diagnosis::JournalMode;

/// A path that a page writes out: the file, its line and the path.
pub(super) type Named = (PathBuf, usize, String);

#[derive(Default)]
pub(super) struct Homes {
    /// As found, by the path without links.
    found: BTreeMap<PathBuf, PathBuf>,
    findings: Vec<Finding>,
}

impl Homes {
    pub(super) fn of(walked: Vec<PathBuf>, named: Vec<Named>) -> Homes {
        let mut homes = Homes::default();
        for home in walked {
            homes.add(home);
        }
        for (page, line, path) in named {
            let home = PathBuf::from(&path);
            if home.join("conf/mall.conf").is_file() {
                homes.add(home);
            } else {
                homes.findings.push(Place::new(&page, line).found(
                    Grade::Warning,
                    About::Home,
                    format!("이 페이지가 쓰는 홈 [{path}]에 conf/mall.conf가 없습니다. 이 서버의 경로로 고치거나 파일을 두십시오"),
                    format!("there is no conf/mall.conf in the home directory [{path}] of this page. Write a path of this machine, or put the file there"),
                ));
            }
        }
        homes
    }

    fn add(&mut self, home: PathBuf) {
        self.found.entry(real(&home)).or_insert(home);
    }

    pub(super) fn findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let mut journals: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
        for home in self.found.values() {
            match Config::load(home) {
                Ok(config) => {
                    let settings = config.settings();
                    let dir = settings.journal_dir.clone().filter(|_| settings.journal != JournalMode::Off);
                    findings.push(sound(home, dir.as_deref()));
                    if let Some(dir) = dir {
                        journals.entry(real(&dir)).or_default().push(home);
                    }
                }
                Err(error) => findings.push(Finding::failed(About::Home, error)),
            }
        }
        findings.push(to_recover(&journals));
        findings
    }
}

/// Without links and `..`, also if the last directories are not there yet.
fn real(path: &Path) -> PathBuf {
    let there = path.ancestors().find_map(|there| {
        let missing = path.strip_prefix(there).ok()?;
        Some(there.canonicalize().ok()?.join(missing))
    });
    there.unwrap_or_else(|| path.to_owned())
}

fn sound(home: &Path, journal: Option<&Path>) -> Finding {
    let place = home.display();
    let journal = journal.map(|journal| journal.display().to_string());
    let shown = journal.as_deref().unwrap_or("off");
    Finding::new(
        Grade::Fine,
        About::Home,
        format!("홈 {place}, 저널 {shown}. 설정을 검사하려면: xpay doctor --home {place} --mode test, 실거래는 --mode service"),
        format!("home directory {place}, journal {shown}. To check its settings: xpay doctor --home {place} --mode test, and --mode service for live payments"),
    )
    .fact("home", home.to_string_lossy())
    .fact("journal", journal)
}

fn to_recover(journals: &BTreeMap<PathBuf, Vec<&Path>>) -> Finding {
    if journals.is_empty() {
        return Finding::new(
            Grade::Warning,
            About::Journals,
            "복구할 저널을 찾지 못했습니다. conf/mall.conf가 이 디렉터리 밖에 있으면 페이지의 configPath로 찾아 xpay recover --home을 실행하십시오. 없으면 웹 루트 밖에 만드십시오",
            "found no journal to recover. If conf/mall.conf is outside of this directory, find it by the configPath of the pages and run xpay recover --home for it; if there is none, create one outside the web root",
        )
        .fact("recover", serde_json::json!([]));
    }
    // Homes that share a journal each have their own keys.
    let commands: Vec<String> =
        journals.values().flatten().map(|home| format!("xpay recover --home {}", home.display())).collect();
    let count = journals.len();
    let (listed, [ko, en]) = (commands.join("; "), SCHEDULER);
    Finding::new(
        Grade::Fine,
        About::Journals,
        format!("복구할 저널이 {count}개입니다. PHP를 실행하는 사용자로 {ko} 1분마다 실행하십시오: {listed}"),
        format!("journals to recover: {count}. Run every minute {en}, as PHP's user: {listed}"),
    )
    .fact("journals", count)
    .fact("recover", commands)
}
