//! ffi-c/src/constants.rs: the numbers of the interface, as the core has them, for cbindgen and for the compiler.

use xpayclient_core::Code;
use xpayclient_core::binding::{ABI, CODES, ERROR_KINDS, OUTCOMES};

use crate::files::{Files, Result};

/// The comment on each outcome in C, in the order of [`OUTCOMES`].
const OUTCOMES_IN_C: [&str; 5] = [
    "Nothing was sent since xpay_init or xpay_init_tx.",
    "A well-formed answer arrived, approval or decline: look at xpay_response_code.",
    "The request failed before its first byte could have left. No money moved.",
    "The request may have arrived, no well-formed answer came, and the gateway confirmed the Rollback with 0000: the \
     request is undone. A payment was not charged; for Cancel see xpay_cancel.",
    "The same, but the Rollback is off, refused or unanswered. Money may have moved: xpay_response_detail says what to do for \
     this LGD_TXNAME.",
];

/// The comment on each kind in C, in the order of [`ERROR_KINDS`].
const KINDS_IN_C: [&str; 6] = [
    "No failure: the code is an answer's, or no call was made yet.",
    "A call or a value is wrong. Nothing was sent.",
    "Something on this machine needs correcting: a file, a setting, a MertKey. Nothing was sent.",
    "No answer came, or the approval was undone. xpay_outcome says whether money may have moved.",
    "The response is not a well-formed answer. xpay_outcome says whether money may have moved.",
    "An internal error of this library, or of the system around it.",
];

pub(crate) fn write(files: &mut Files) -> Result<()> {
    let outcomes = OUTCOMES.iter().zip(OUTCOMES_IN_C).enumerate();
    let kinds = ERROR_KINDS.iter().zip(KINDS_IN_C).enumerate();
    let enumerators = |prefix: &str, name: &str, number: usize, doc: &str| {
        format!("{}    {prefix}{} = {number},\n", wrapped(doc), name.to_uppercase())
    };
    let outcomes: String =
        outcomes.map(|(at, (name, doc))| enumerators("XPAY_OUTCOME_", name, at, doc)).collect();
    let kinds: String = kinds.map(|(at, (name, doc))| enumerators("XPAY_KIND_", name, at, doc)).collect();
    let http = Code::http(0).info();
    let (before, after) = CODES.split_at(CODES.partition_point(|one| one.code.number() < http.code.number()));
    let codes: String = before
        .iter()
        .chain([http])
        .chain(after)
        .map(|one| {
            let doc = if one.code == http.code {
                format!("{}: 30000 + the status, as 30503.", one.en)
            } else {
                format!("{}.", one.en)
            };
            format!("{}    XPAY_ERR_{} = {},\n", wrapped(&doc), one.name, one.code)
        })
        .collect();
    files.put(
        "ffi-c/src/constants.rs",
        format!(
            "//! The numbers of the interface. Generated from xpayclient_core by `cargo xtask generate`; do not edit.

/// The version of this interface. It grows only when something that worked would stop working.
pub const XPAY_ABI_VERSION: u32 = {ABI};

/// The outcome of the last xpay_tx or xpay_rollback.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum xpay_outcome_t {{
{outcomes}}}

/// The kind of a failure; a language with exceptions has one exception for each. See xpay_error_kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum xpay_error_kind_t {{
{kinds}}}

/// Why there is no answer. xpay_response_code gives the number as text; codes of answers (\"0000\", …) are the gateway's.
#[repr(C)]
pub enum xpay_error_t {{
{codes}}}

pub(crate) const OUTCOMES: [xpay_outcome_t; {}] = [
{}];

pub(crate) const KINDS: [xpay_error_kind_t; {}] = [
{}];
",
            OUTCOMES.len(),
            list("xpay_outcome_t::XPAY_OUTCOME_", &OUTCOMES),
            ERROR_KINDS.len(),
            list("xpay_error_kind_t::XPAY_KIND_", &ERROR_KINDS),
        ),
    )
}

fn list(prefix: &str, names: &[&str]) -> String {
    names.iter().map(|name| format!("    {prefix}{},\n", name.to_uppercase())).collect()
}

/// A comment on an enumerator, in lines of at most 118 characters.
fn wrapped(doc: &str) -> String {
    let mut lines = vec![String::new()];
    for word in doc.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < 110 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!(" {word}")),
        }
    }
    lines.iter().map(|line| format!("    ///{line}\n")).collect()
}
