//! include/xpayclient.h: the output of cbindgen for ffi-c, as every standard of C and C++ takes it, without the `# Safety`
//! sections, which are for readers of Rust, and with the release that added each declaration. Each function has XPAY_API before
//! it, behind its other attributes: the `[[nodiscard]]` of C++ has to be the first.

use xpayclient_core::VERSION;

use super::abi::Release;
use super::constants::version_number;
use crate::files::{Files, Result};

/// What cbindgen makes, for [`write()`] and for the list of what is declared.
pub(crate) fn text() -> Result<String> {
    let mut bytes = Vec::new();
    let bindings = cbindgen::generate(Files::path("ffi-c"));
    bindings.map_err(|error| format!("cbindgen: {error}"))?.write(&mut bytes);
    let text = String::from_utf8(bytes).map_err(|error| format!("cbindgen: {error}"))?;
    let text = text
        .replace("@VERSION@", VERSION)
        .replace("@VERSION_NUMBER@", &format!("{:#08x}", version_number()?))
        // C++98 has no comma at the end of a list.
        .replace(",\n}", "\n}")
        .replace(" // __cplusplus", "");
    let mut kept: Vec<&str> = Vec::new();
    let mut in_safety = false;
    for line in text.lines() {
        in_safety = (in_safety || line == " * # Safety") && line != " */";
        if !in_safety {
            if line == " */" && kept.last() == Some(&" *") {
                kept.pop();
            }
            let (attribute, line) = without_attribute(line);
            kept.extend(attribute);
            kept.push(line);
        }
    }
    Ok(kept.join("\n") + "\n")
}

/// Where an attribute has no line of its own, it gets one.
fn without_attribute(line: &str) -> (Option<&str>, &str) {
    let ended = |attribute: &str, end: &str| {
        line.find(end).filter(|_| line.starts_with(attribute)).map(|at| at + end.len())
    };
    match ended("XPAY_MUST_CHECK", "CHECK ")
        .or_else(|| ended("XPAY_DEPRECATED", "\") "))
        .and_then(|at| line.split_at_checked(at))
    {
        Some((attribute, line)) => (Some(attribute.trim_end()), line),
        None => (None, line),
    }
}

/// Writes the header: each comment ends with which of `releases` added what follows it. Enumerators are said only if they are
/// younger than their type.
pub(crate) fn write(files: &mut Files, text: &str, releases: &[Release]) -> Result<()> {
    let since = |name: &str| {
        let added = |release: &&Release| release.added.iter().any(|line| named(line) == Some(name));
        releases.iter().find(added).map(|release| release.version.as_str())
    };
    const API: &str = "XPAY_API ";
    let mut header = String::new();
    let mut of_enum = None;
    let mut in_function = false;
    for (at, line) in text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at, line))
    }) {
        if line.trim() == "*/" {
            let after = text.get(at..).unwrap_or_default();
            let added = declared(after).and_then(since);
            let enumerator = line.starts_with("  ");
            if !enumerator {
                of_enum = added;
            }
            if let Some(added) = added.filter(|_| !enumerator || of_enum != added) {
                header +=
                    &format!("{}\\since {added}\n", line.trim_end().trim_end_matches('/').to_owned() + " ");
            }
        }
        let begins = line.starts_with(|first: char| first.is_ascii_lowercase())
            && line.contains('(')
            && !line.starts_with("typedef");
        if begins {
            header += API;
        } else if in_function {
            header += &" ".repeat(API.len());
        }
        in_function = (begins || in_function) && !line.trim_end().ends_with(';');
        header += line;
    }
    files.put("include/xpayclient.h", header)
}

/// The name of what comes first in a text of the header.
fn declared(text: &str) -> Option<&str> {
    let line = text.lines().next()?;
    if line.starts_with("typedef enum") {
        return text.lines().find_map(|line| line.strip_prefix("} ")?.strip_suffix(';'));
    }
    let attributes = ["XPAY_MUST_CHECK", "XPAY_DEPRECATED("];
    text.lines().find(|line| !attributes.iter().any(|one| line.starts_with(one))).and_then(named)
}

/// The name of what the first line of a declaration declares.
fn named(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("#define ").or_else(|| line.strip_prefix("#ifndef ")) {
        return rest.split([' ', '(']).next();
    }
    if let Some((_, rest)) = line.split_once("(*") {
        return rest.split(')').next();
    }
    let line = line.trim_end_matches(';');
    let head = match line.split_once('(').or_else(|| line.split_once(" = ")) {
        Some((head, _)) => head,
        None => line,
    };
    head.rsplit([' ', '*']).next()
}
