//! The answer: code, message, rows, in the session's output encoding.

use std::cell::OnceCell;
use std::ffi::c_char;

use crate::call::{look, look_at};
use crate::constants::{ERRORS, KINDS, xpay_error_kind_t, xpay_error_t};
use crate::handle::{Contents, xpay_client};
use crate::shown::{Pair, Rows};
use crate::text::{EMPTY, Text, argument};

impl Contents {
    /// A name or value in the output encoding.
    fn shown(
        &self,
        index: usize,
        place: usize,
        pick: fn(&Pair) -> &OnceCell<Text>,
        text: &str,
    ) -> Option<&Text> {
        let rows = self.shown.rows.get_or_init(|| Rows::of(&self.session));
        let shown = pick(rows.0.get(index)?.get(place)?);
        Some(shown.get_or_init(|| Text::new(&self.session.output(text))))
    }

    fn name(&self, place: usize) -> Option<&Text> {
        let (name, _) = self.session.rows().first()?.iter().nth(place)?;
        self.shown(0, place, |(name, _)| name, name)
    }

    fn value(&self, index: usize, name: &[u8]) -> Option<&Text> {
        let mut row = self.session.rows().get(index)?.iter().enumerate();
        let (place, (_, value)) = row.find(|(_, (known, _))| *self.session.output(known) == *name)?;
        self.shown(index, place, |(_, value)| value, value)
    }
}

/// The gateway's LGD_RESPCODE ("0000" for success), or an error code ("20009"); "" before any call.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_code(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { client.as_ref() }.map_or(EMPTY, |client| client.said.code(client.number))
}

/// The gateway's LGD_RESPMSG, or what a buyer may read of an error: one Korean sentence that says what became of the money,
/// and the vendor's words for the error in parentheses, as in "(Timeout error)". It has no host, path, number or command.
/// Message, detail and rows are EUC-KR (CP949) unless `output_UTF8` is 1; UTF-8 before configuration.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_msg(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { client.as_ref() }.map_or(EMPTY, |client| client.said.message(client.number))
}

/// What the operator has to know; do not show it to a buyer. The gateway's LGD_RESPMSG, with what is known of its code, or
/// an error: what happened, beginning like the vendor's message, and what to do, in English and Korean. The log has it too.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_detail(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { client.as_ref() }.map_or(EMPTY, |client| client.said.detail(client.number))
}

/// The error whose number xpay_response_code has as text, for a switch; XPAY_ERR_HTTP for every HTTP status.
/// XPAY_ERR_NONE if the code is an answer's, even a decline's, and before any call: then look at xpay_response_code.
/// XPAY_ERR_NULL_ARGUMENT without a client. A later release may return others: give the switch a default.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_error(client: *const xpay_client) -> xpay_error_t {
    // SAFETY: by this function's contract.
    let Some(client) = (unsafe { client.as_ref() }) else { return xpay_error_t::XPAY_ERR_NULL_ARGUMENT };
    let number = client.said.error(client.number);
    let error = ERRORS.into_iter().find(|error| *error as u32 == number);
    error.unwrap_or(xpay_error_t::XPAY_ERR_INTERNAL)
}

/// The kind of failure that xpay_response_code and xpay_response_detail describe, for languages with exceptions.
/// XPAY_KIND_NONE if the code is an answer's, even a decline's, and before any call. Once a request may have arrived, it
/// is never XPAY_KIND_USAGE or XPAY_KIND_CONFIG, whatever the code: do not derive the kind from the number.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_error_kind(client: *const xpay_client) -> xpay_error_kind_t {
    // SAFETY: by this function's contract.
    let kind = unsafe { client.as_ref() }.map_or(0, |client| client.said.kind(client.number));
    KINDS.get(usize::from(kind)).copied().unwrap_or(xpay_error_kind_t::XPAY_KIND_INTERNAL)
}

/// The body of the answer as received, usually UTF-8 JSON; "" without an answer. It has the buyer's data: do not log
/// it.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_json(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "json", |session| Text::new(session.response_json())) }
}

/// The number of rows of the answer; 0 without one.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |contents| Some(contents.session.rows().len())) }
}

/// The number of names in the first row; 0 without an answer.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_name_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |contents| contents.session.rows().first().map(|row| row.iter().len())) }
}

/// A name of the first row by its index from 0, in the gateway's order; "" if index is out of range.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_response_name(client: *const xpay_client, index: usize) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look(client, EMPTY, |contents| contents.name(index).map(Text::pointer)) }
}

/// The value of name in row index, from 0, in the encoding of xpay_response_msg; "" if there is no such row or name,
/// and without an answer.
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
        look(client, EMPTY, |contents| contents.value(index, argument(name, "name").ok()?).map(Text::pointer))
    }
}

/// Whether the answer to a Cancel or PartialCancel counts as done for a payment with LGD_PAYTYPE paytype ("SC0010"):
/// "0000", "AV11" for a card, and for a bank transfer the codes of a refund that the gateway completes. False without
/// an answer.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_is_cancelled(client: *const xpay_client, paytype: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, false, |contents| {
            Some(contents.session.is_cancelled(argument(paytype, "paytype").ok()?))
        })
    }
}

/// Whether the gateway answered that it did this before: S007 (already processed) or XC01 (duplicate request). After a
/// PaymentByKey it is no decline that the buyer may repeat: an earlier request may have taken the payment. It does not say
/// that this order is paid either, because the payment key may be that of another order. Look the payment up by LGD_OID in
/// the merchant admin. False without an answer.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_is_repeated(client: *const xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { look(client, false, |contents| Some(contents.session.is_repeated())) }
}
