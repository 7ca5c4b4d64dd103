//! The answer: code, message, rows, in the session's output encoding.

use std::ffi::c_char;

use xpayclient_core::Session;

use crate::call::{look, look_at};
use crate::client::xpay_client;
use crate::text::{EMPTY, Text, argument, pairs};

/// The rows of LGD_RESPONSE in the output encoding.
pub(crate) struct Rows(Vec<Vec<(Text, Text)>>);

impl Rows {
    fn new(session: &Session) -> Rows {
        Rows(session.rows().iter().map(|row| pairs(session, row.iter())).collect())
    }

    fn names(&self) -> &[(Text, Text)] {
        self.0.first().map_or(&[], Vec::as_slice)
    }
}

impl xpay_client {
    fn rows(&self) -> &Rows {
        self.shown.rows.get_or_init(|| Rows::new(&self.session))
    }
}

/// The gateway's LGD_RESPCODE ("0000" for success), or the code of what went wrong ("20009"); "" before any call.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_code(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look_at(client, |shown| &shown.code, |session| Text::new(session.response_code().as_bytes())) }
}

/// The gateway's LGD_RESPMSG, or what went wrong, beginning as the vendor's message, and what to do, in English and Korean.
/// It and the rows are EUC-KR (CP949) unless `output_UTF8` is 1; UTF-8 while nothing is configured.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_msg(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look_at(client, |shown| &shown.message, |session| Text::new(&session.response_msg())) }
}

/// The answer's body as it was received, most often UTF-8 JSON; "" without an answer.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_json(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look_at(client, |shown| &shown.json, |session| Text::new(session.response_json())) }
}

/// How many rows the answer has.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |client| Some(client.rows().0.len())) }
}

/// How many names the first row has.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_name_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |client| Some(client.rows().names().len())) }
}

/// A name of the first row, in the gateway's order; "" when index is out of range.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_name(client: *const xpay_client, index: usize) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look(client, EMPTY, |client| client.rows().names().get(index).map(|(name, _)| name.pointer())) }
}

/// The value of name in row index, from 0; "" when there is no such row or name.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response(
    client: *const xpay_client,
    name: *const c_char,
    index: usize,
) -> *const c_char {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, EMPTY, |client| {
            let name = argument(name, "name").ok()?;
            let mut row = client.rows().0.get(index)?.iter();
            row.find(|(known, _)| known.bytes() == name).map(|(_, value)| value.pointer())
        })
    }
}

/// Whether the answer to a Cancel or PartialCancel counts as done, for a payment whose LGD_PAYTYPE was paytype ("SC0010"):
/// "0000", "AV11" of a card, and for a bank transfer the codes of a refund that the gateway finishes. False without an answer.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_is_cancelled(client: *const xpay_client, paytype: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, false, |client| Some(client.session.is_cancelled(argument(paytype, "paytype").ok()?)))
    }
}
