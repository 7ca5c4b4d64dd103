//! Who can read a file on Windows, by its access list, which icacls saves in a form that is the same in every language.

use super::finding::{About, Finding, Grade};
use super::permissions::shared;
use super::sddl::{Reader, is_own, readers};
use crate::failure::Failure;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// If more can than one account, or if that cannot be seen.
pub(super) fn readable(path: &Path) -> Option<Finding> {
    if !path.exists() {
        return None;
    }
    // With one kind of separator, so that its name can be pasted behind icacls.
    let path: &Path = &path.components().collect::<PathBuf>();
    match saved(path).and_then(|list| readers(&list).ok_or_else(|| format!("icacls: {}", list.trim()))) {
        Ok(readers) if readers.is_empty() => None,
        Ok(readers) => shared(path).or_else(|| Some(open(path, &readers))),
        Err(reason) => Some(unseen(path, &reason)),
    }
}

/// If a file that replaces it would not have the rights that it has. A list that cannot be seen is a finding already.
pub(super) fn lost_by_replacing(path: &Path) -> Option<Failure> {
    let own = saved(path).ok().and_then(|list| is_own(&list)) == Some(true);
    let place = path.display();
    own.then(|| {
        Failure::new(
            format!(
                "{place}에는 디렉터리에서 물려받지 않은 권한이 있고, --fix가 새로 쓰는 파일에는 그 권한이 없으므로 그대로 두었습니다. 메모장으로 직접 고치거나, 디렉터리의 권한만 쓰도록 바꾼 뒤 다시 실행하십시오: icacls \"{place}\" /reset"
            ),
            format!(
                "{place} has rights that do not come from its directory, and the file that --fix writes in its place would not have them, so it was left as it is; make the change in Notepad, or let the file have its directory's rights alone and run this again: icacls \"{place}\" /reset"
            ),
        )
    })
}

/// What `icacls /save` writes about it.
fn saved(path: &Path) -> Result<String, String> {
    let windows = env::var_os("SystemRoot").unwrap_or_else(|| OsString::from("C:\\Windows"));
    let program = PathBuf::from(windows).join("System32").join("icacls.exe");
    let dir = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = dir.path().join("saved");
    let mut icacls = Command::new(program);
    icacls.arg(path).arg("/save").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = icacls.status().map_err(|error| format!("icacls: {error}"))?;
    let bytes = fs::read(&file).map_err(|error| format!("icacls: {ended}, {error}"))?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    Ok(String::from_utf16_lossy(&units))
}

/// The files of a directory inherit from it, so the directory is what to close.
fn open(path: &Path, readers: &[Reader]) -> Finding {
    let dir = if path.is_dir() { path } else { path.parent().unwrap_or(path) }.display();
    let names = readers.iter().map(|reader| reader.name).collect::<Vec<_>>().join(", ");
    let place = path.display();
    let mut commands = vec![format!(
        "icacls \"{dir}\" /inheritance:r /grant:r \"SHOP:(OI)(CI)F\" \"*S-1-5-18:(OI)(CI)F\" \"*S-1-5-32-544:(OI)(CI)F\""
    )];
    let own = readers.iter().filter(|reader| !reader.inherited);
    commands.extend(own.map(|reader| format!("icacls \"{place}\" /remove:g {}", reader.account)));
    let (ko, en) = (commands.join(" 그런 다음: "), commands.join(", then: "));
    Finding::new(
        Grade::Warning,
        About::Readable,
        format!(
            "{names} 그룹이 {place}을(를) 읽을 수 있습니다. SHOP을 상점을 실행하는 계정으로 바꾸어 실행하십시오: {ko}"
        ),
        format!("{names} can read {place}; with the account of the shop in the place of SHOP: {en}"),
    )
    .fact("readers", readers.iter().map(|reader| reader.name).collect::<Vec<_>>())
}

fn unseen(path: &Path, reason: &str) -> Finding {
    let place = path.display();
    Finding::new(
        Grade::Warning,
        About::Readable,
        format!(
            "누가 {place}을(를) 읽을 수 있는지 확인하지 못했습니다({reason}). 직접 확인하십시오: icacls \"{place}\""
        ),
        format!("could not see who can read {place} ({reason}); look yourself: icacls \"{place}\""),
    )
}
