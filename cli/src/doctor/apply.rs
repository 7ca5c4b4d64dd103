//! `--fix`: shows each safe change, asks for consent, makes a backup, and makes the change.

use super::access;
use super::edit::masked;
use super::finding::Finding;
use super::fix::Fix;
use super::replace_file::replace;
use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::say;
use crate::system;
use serde::Serialize;
use similar::TextDiff;
use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

/// A change that was made, for scripts.
#[derive(Serialize)]
pub(super) struct Change {
    path: PathBuf,
    /// `edited`, `closed` or `made`.
    did: &'static str,
    backup: Option<PathBuf>,
    diff: String,
}

/// Consent to the changes: given by --yes, or asked for.
pub(super) enum Consent {
    Given,
    Asked(Language),
}

/// Makes the changes of the findings until one fails. Returns what was changed, and the failure. Without a terminal to ask
/// on, nothing is changed.
pub(super) fn apply(findings: &[Finding], consent: Consent) -> (Vec<Change>, Option<Failure>) {
    let mut changes = Vec::new();
    let failure = take(findings, &consent, &mut changes).err();
    (changes, failure)
}

fn take(findings: &[Finding], consent: &Consent, changes: &mut Vec<Change>) -> Result<(), Failure> {
    let steps = steps(findings.iter().filter_map(|finding| finding.fix.clone()))?;
    if !steps.is_empty() && matches!(consent, Consent::Asked(_)) && !io::stdin().is_terminal() {
        return Err(Failure::new(
            "물어볼 터미널이 없어 아무것도 고치지 않았습니다. 모두 고치려면 --yes를 붙이십시오",
            "there is no terminal to ask on, so nothing was changed; use --yes to make all changes",
        ));
    }
    for step in steps {
        if let Some(refusal) = step.refusal() {
            return Err(refusal);
        }
        if consent.covers(&step)? {
            changes.push(step.take()?);
        }
    }
    Ok(())
}

impl Consent {
    /// Asks on stderr, because stdout is for scripts.
    fn covers(&self, step: &Step) -> Result<bool, Failure> {
        let Consent::Asked(language) = self else { return Ok(true) };
        let question = language.of("고칠까요?", "make this change?");
        say::text_aside(&format!("\n{}\n{question} [y/N] ", step.preview()));
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        read.map_err(|error| failed(Path::new("stdin"), &error))?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "예" | "네"))
    }
}

/// The change of one file or directory.
enum Step {
    Edit {
        path: PathBuf,
        old: Vec<u8>,
        new: Vec<u8>,
    },
    #[cfg(unix)]
    Close {
        path: PathBuf,
        from: u32,
        to: u32,
    },
    MakeDirectory(PathBuf),
}

/// All edits of a file are one step. Duplicates are dropped.
fn steps(fixes: impl Iterator<Item = Fix>) -> Result<Vec<Step>, Failure> {
    let mut steps: Vec<Step> = Vec::new();
    let mut seen = Vec::new();
    for fix in fixes {
        if seen.contains(&fix) {
            continue;
        }
        seen.push(fix.clone());
        match fix {
            Fix::Edit(path, edit) => {
                let known = steps.iter_mut().find_map(|step| match step {
                    Step::Edit { path: known, new, .. } if *known == path => Some(new),
                    _ => None,
                });
                if let Some(new) = known {
                    *new = edit.apply(new).unwrap_or_else(|| new.clone());
                } else {
                    let old = fs::read(&path).map_err(|error| failed(&path, &error))?;
                    steps.extend(edit.apply(&old).map(|new| Step::Edit { path, old, new }));
                }
            }
            #[cfg(unix)]
            Fix::Close(path) => {
                use std::os::unix::fs::PermissionsExt;
                let mode = fs::metadata(&path).map_err(|error| failed(&path, &error))?.permissions().mode();
                let from = mode & 0o7777;
                steps.push(Step::Close { path, from, to: from & !0o007 });
            }
            Fix::MakeDirectory(path) => steps.push(Step::MakeDirectory(path)),
        }
    }
    // A backup gets the mode of its file, so modes are changed first.
    steps.sort_by_key(|step| matches!(step, Step::Edit { .. }));
    Ok(steps)
}

impl Step {
    /// Why this must not be done.
    fn refusal(&self) -> Option<Failure> {
        match self {
            Step::Edit { path, .. } => access::lost_by_replacing(path),
            _ => None,
        }
    }

    fn preview(&self) -> String {
        match self {
            Step::Edit { path, .. } => format!("{}\n{}", path.display(), self.diff()),
            #[cfg(unix)]
            Step::Close { path, from, to } => format!("chmod {from:o} → {to:o} {}", path.display()),
            Step::MakeDirectory(path) => format!("{} {}", system::MAKE_PRIVATE_DIR, path.display()),
        }
    }

    /// With secrets masked.
    fn diff(&self) -> String {
        let Step::Edit { old, new, .. } = self else { return String::new() };
        let (old, new) = (masked(old), masked(new));
        let diff = TextDiff::from_lines(&old, &new);
        let changes = diff.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal);
        changes.map(|change| format!("{} {}\n", change.tag(), harmless(change.value().trim_end()))).collect()
    }

    fn take(self) -> Result<Change, Failure> {
        let diff = self.diff();
        let (path, did, done) = match self {
            Step::Edit { path, old, new } => {
                let done = replace(&path, &old, &new).map(Some);
                (path, "edited", done)
            }
            #[cfg(unix)]
            Step::Close { path, to, .. } => {
                use std::os::unix::fs::PermissionsExt;
                let done = fs::set_permissions(&path, fs::Permissions::from_mode(to)).map(|()| None);
                (path, "closed", done)
            }
            Step::MakeDirectory(path) => {
                let done = system::make_private_dir(&path).map(|()| None);
                (path, "made", done)
            }
        };
        match done {
            Ok(backup) => Ok(Change { path, did, backup, diff }),
            Err(error) => Err(failed(&path, &error)),
        }
    }
}

impl Change {
    pub(super) fn line(&self, language: Language) -> String {
        let did = match self.did {
            "edited" => language.of("고쳤습니다", "edited"),
            "closed" => language.of("다른 사용자의 권한을 없앴습니다", "access of others removed"),
            _ => language.of("만들었습니다", "created"),
        };
        let backup = self
            .backup
            .as_ref()
            .map(|backup| format!(" ({} {})", language.of("백업", "backup"), backup.display()));
        format!("{did}: {}{}\n{}", self.path.display(), backup.unwrap_or_default(), self.diff)
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    Failure::new(
        format!("{path}을(를) 바꿀 수 없습니다({error}). 그대로 두었습니다"),
        format!("cannot change {path} ({error}); it was left as it is"),
    )
}
