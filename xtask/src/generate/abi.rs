//! ffi-c/abi/N.txt: all declarations of the interface with version N. Lines are only added, never removed.

use std::fs;

use xpayclient_core::binding::ABI;

use super::functions::statements;
use crate::files::{Files, Result};

pub(crate) fn write(files: &mut Files, header: &str) -> Result<()> {
    let file = file();
    let now = declared(header);
    let mut promised = promised();
    if let Some(gone) = promised.iter().find(|line| !now.contains(line)) {
        return Err(format!("{file} promises what is gone or changed, which needs another ABI: {gone}"));
    }
    let new: Vec<String> = now.into_iter().filter(|line| !promised.contains(line)).collect();
    promised.extend(new);
    files.put(&file, promised.join("\n") + "\n")
}

/// The lines so far, oldest first; none for a new version.
pub(crate) fn promised() -> Vec<String> {
    let promised = fs::read_to_string(Files::path(&file())).unwrap_or_default();
    promised.lines().map(str::to_owned).collect()
}

fn file() -> String {
    format!("ffi-c/abi/{ABI}.txt")
}

/// Each function, type and enumerator of the header, one a line, without comments.
fn declared(header: &str) -> Vec<String> {
    let mut enumerators = Vec::new();
    let mut others = Vec::new();
    for statement in statements(header) {
        let an_enum = statement.strip_prefix("typedef enum {").and_then(|rest| rest.split_once('}'));
        if let Some((body, name)) = an_enum {
            let name = name.trim();
            let each = body.split(',').map(str::trim).filter(|one| !one.is_empty());
            enumerators.extend(each.map(|one| format!("{name} {one}")));
            others.push(format!("typedef enum {name}"));
        } else if statement.contains("xpay_") {
            others.push(statement);
        }
    }
    enumerators.extend(others);
    enumerators
}
