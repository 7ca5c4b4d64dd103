//! ffi-c/src/constants.rs: the numbers of the interface, as the core has them, for cbindgen and for the compiler.

use xpayclient_core::binding::{ABI, CODES, ERROR_KINDS, OUTCOMES};
use xpayclient_core::{Code, VERSION};

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

/// The comment on the number of no error in C.
const NO_ERROR_IN_C: &str =
    "No error: the code is an answer's, which xpay_response_code has, or no call was made yet.";

/// The release as one number, eight bits for each part, so that 0.2.3 is 0x000203.
pub(crate) fn version_number() -> Result<u32> {
    let parts = VERSION.split('.').map(str::parse::<u8>).collect::<std::result::Result<Vec<u8>, _>>();
    match parts.as_deref() {
        Ok(&[major, minor, patch]) => Ok(u32::from_be_bytes([0, major, minor, patch])),
        _ => Err(format!("{VERSION} is not three numbers of at most 255")),
    }
}

pub(crate) fn write(files: &mut Files) -> Result<()> {
    let outcomes = OUTCOMES.iter().zip(OUTCOMES_IN_C).enumerate();
    let kinds = ERROR_KINDS.iter().zip(KINDS_IN_C).enumerate();
    let enumerators = |prefix: &str, name: &str, number: usize, doc: &str| {
        format!("{}    {prefix}{} = {number},\n", wrapped(doc), name.to_uppercase())
    };
    let outcomes: String =
        outcomes.map(|(at, (name, doc))| enumerators("XPAY_OUTCOME_", name, at, doc)).collect();
    let kinds: String = kinds.map(|(at, (name, doc))| enumerators("XPAY_KIND_", name, at, doc)).collect();
    let none = enumerators("XPAY_ERR_", "none", 0, NO_ERROR_IN_C);
    let http = Code::http(0).info();
    let (before, after) = CODES.split_at(CODES.partition_point(|one| one.code.number() < http.code.number()));
    let names: Vec<&str> = CODES.iter().chain([http]).map(|one| one.name).collect();
    let codes: String = before
        .iter()
        .chain([http])
        .chain(after)
        .map(|one| {
            let doc = if one.code == http.code {
                format!("{}. xpay_response_code has 30000 + the status, as 30503.", one.en)
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

pub(crate) const VERSION_NUMBER: u32 = {:#08x};

/// The bytes of LGD_TIMESTAMP, with its NUL.
pub const XPAY_TIMESTAMP_SIZE: usize = 15;

/// The bytes of LGD_HASHDATA and of a receipt link's authdata (MD5), with their NUL.
pub const XPAY_HASH_SIZE: usize = 33;

/// The bytes of LGD_HASHDATA of OpenPay (SHA-512), with its NUL.
pub const XPAY_OPENPAY_HASH_SIZE: usize = 129;

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

/// Why there is no answer: what xpay_error returns. xpay_response_code gives the same number as text; codes of answers
/// (\"0000\", …) are the gateway's, and none of these. A later release may add some: give a switch a default.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum xpay_error_t {{
{none}{codes}}}

pub(crate) const OUTCOMES: [xpay_outcome_t; {}] = [
{}];

pub(crate) const KINDS: [xpay_error_kind_t; {}] = [
{}];

pub(crate) const ERRORS: [xpay_error_t; {}] = [
    xpay_error_t::XPAY_ERR_NONE,
{}];
",
            version_number()?,
            OUTCOMES.len(),
            list("xpay_outcome_t::XPAY_OUTCOME_", &OUTCOMES),
            ERROR_KINDS.len(),
            list("xpay_error_kind_t::XPAY_KIND_", &ERROR_KINDS),
            1 + names.len(),
            list("xpay_error_t::XPAY_ERR_", &names),
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
