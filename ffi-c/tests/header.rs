//! The committed header is what the source says, PHP's declarations are the header's, and its codes are the core's.
//! `XPAY_WRITE_HEADER=1` writes them.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../../core/tests/committed/mod.rs"]
mod committed;

use committed::{must_be, read};
use xpayclient_core::CODES;

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

/// What PHP's FFI parser understands of the header: no comment, no directive, no `extern "C"`; and no list of codes, for it
/// is parsed with every request.
fn for_php(header: &str) -> String {
    let code = header.split("/*").map(|piece| piece.split_once("*/").map_or(piece, |(_, rest)| rest));
    let code: String = code
        .collect::<String>()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line} "))
        .collect();
    let statements =
        code.split_inclusive(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "));
    // The functions and what they call back.
    let functions = statements.filter(|one| one.contains('(')).map(|one| one.replace("extern \"C\" { ", ""));
    let types = ["typedef struct xpay_client xpay_client;", "typedef int xpay_outcome_t;"].map(String::from);
    types.into_iter().chain(functions).map(|one| one + "\n").collect()
}

#[test]
fn the_header_is_what_the_source_says() {
    must_be("include/xpayclient.h", &generated());
}

#[test]
fn the_declarations_of_php_are_those_of_the_header() {
    const CLASS: &str = "ffi-php/src/XPayClient.php";
    let declarations = for_php(&generated());
    let class = read(CLASS);
    let (before, rest) = class.split_once("<<<'C'\n").unwrap();
    let (_, after) = rest.split_once("C;\n").unwrap();
    must_be(CLASS, &format!("{before}<<<'C'\n{declarations}C;\n{after}"));
    let scope = "#define FFI_SCOPE \"xpayclient\"\n#define FFI_LIB \"libxpayclient.so\"\n";
    must_be("ffi-php/xpayclient-ffi.h", &format!("{scope}{declarations}"));
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
