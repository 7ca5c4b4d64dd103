//! Who can read a file on Unix, by its mode.

use super::finding::{About, Finding, Grade};
use super::fix::Fix;
use super::permissions::shared;
use crate::failure::Failure;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// If everybody can.
pub(super) fn readable(path: &Path) -> Option<Finding> {
    let metadata = fs::metadata(path).ok()?;
    // Listing or entering a directory is what matters for its files.
    let bits = if metadata.is_dir() { 0o005 } else { 0o004 };
    if metadata.mode() & bits == 0 {
        return None;
    }
    if let Some(shared) = shared(path) {
        return Some(shared);
    }
    let place = path.display();
    let finding = Finding::new(
        Grade::Warning,
        About::Readable,
        format!(
            "이 서버의 누구나 {place}을(를) 읽을 수 있습니다. 상점을 실행하는 사용자가 소유자나 그룹인지 확인하고: chmod o-rwx {place}"
        ),
        format!(
            "everybody on this server can read {place}; check that the user of the shop is its owner or in its group, then: chmod o-rwx {place}"
        ),
    );
    Some(finding.fixed_by(Fix::Close(path.to_owned())))
}

/// Nothing: a file that replaces another one gets its owner and mode.
pub(super) fn lost_by_replacing(_: &Path) -> Option<Failure> {
    None
}
