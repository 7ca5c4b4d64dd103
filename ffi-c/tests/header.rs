//! The committed header is what the source says, and its codes are the core's. `XPAY_WRITE_HEADER=1` writes it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};

use xpayclient_core::CODES;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../include/xpayclient.h")
}

/// The header as cbindgen makes it, without the `# Safety` sections: those are for Rust's reader.
fn generated() -> String {
    let mut bytes = Vec::new();
    cbindgen::generate(env!("CARGO_MANIFEST_DIR")).unwrap().write(&mut bytes);
    let header = String::from_utf8(bytes).unwrap();
    let mut kept: Vec<&str> = Vec::new();
    let mut in_safety = false;
    for line in header.lines() {
        in_safety = (in_safety || line == " * # Safety") && line != " */";
        if !in_safety {
            if line == " */" && kept.last() == Some(&" *") {
                kept.pop();
            }
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}

#[test]
fn the_header_is_what_the_source_says() {
    let generated = generated();
    if std::env::var_os("XPAY_WRITE_HEADER").is_some() {
        std::fs::write(path(), &generated).unwrap();
    }
    let committed = std::fs::read_to_string(path()).unwrap_or_default();
    assert!(committed == generated, "include/xpayclient.h has drifted: run `make header` and commit it");
}

#[test]
fn every_code_of_the_core_is_in_the_header() {
    let header = generated();
    let in_header = header.lines().filter_map(|line| line.trim().strip_prefix("XPAY_ERR_"));
    let mut codes: Vec<_> = in_header.map(|line| line.trim_end_matches(',').to_owned()).collect();
    codes.retain(|code| code != "HTTP = 30000");
    let core: Vec<_> = CODES.iter().map(|info| format!("{} = {}", info.name, info.code)).collect();
    assert_eq!(codes, core);
}
