//! The log from C: the caller's own lines, and a callback for all lines.

use std::ffi::{c_char, c_int, c_void};

use xpayclient_core::binding::Level;
use xpayclient_core::binding::Session;

use crate::call::{change, look_at};
use crate::handle::xpay_client;
use crate::listener::xpay_logger_t;
use crate::text::{Text, argument};

/// The level of a log line. A line is written if its level is at most log_level.
#[repr(C)]
pub enum xpay_log_level_t {
    /// Unrecoverable.
    XPAY_LOG_FATAL = 0,
    /// A request without a well-formed answer.
    XPAY_LOG_ERROR = 1,
    /// A setting or certificate that needs attention.
    XPAY_LOG_WARN = 2,
    /// Requests and answers, masked.
    XPAY_LOG_INFO = 3,
    /// The rows of answers, masked.
    XPAY_LOG_DEBUG = 4,
}

/// Writes a line to the log with the LGD_TXID of the transaction begun or sent last. Does nothing before xpay_init. msg
/// is UTF-8 or EUC-KR.
///
/// level is one of xpay_log_level_t; a value out of range becomes the nearest. Line breaks and control characters in
/// msg are escaped; the caller must keep secrets out of it.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_log(client: *mut xpay_client, msg: *const c_char, level: c_int) {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| {
            session.log(argument(msg, "msg")?, Level::from_number(level.into()));
            Ok(true)
        });
    }
}

/// Also passes every line that log_level allows to logger, with context. NULL removes the logger. It stays set across
/// xpay_init. Once this returns true, no earlier logger is called, not even for a held approval. If it returns false
/// (90002), the earlier logger stays.
///
/// # Safety
/// `client` is NULL or alive; `logger` may be called with `context` from any thread that uses the client, until it is
/// replaced or the client is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set_logger(
    client: *mut xpay_client,
    logger: xpay_logger_t,
    context: *mut c_void,
) -> bool {
    // SAFETY: by this function's contract.
    let Some(listener) = (unsafe { client.as_ref() }).map(|client| client.listener.clone()) else {
        return false;
    };
    // SAFETY: by this function's contract.
    unsafe {
        change(client, |session| {
            listener.hear(logger, context);
            session.set_logger(logger.map(|_| listener.sink()));
            Ok(true)
        })
    }
}

/// Keeps every line that log_level allows, for xpay_kept_log, and forgets those of before; false for keep ends that.
/// For a caller that cannot be called back. It stays set across xpay_init. False: 90002 during another call.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_keep_log(client: *mut xpay_client, keep: bool) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.keep_log(keep))) }
}

/// The lines since the last xpay_keep_log, the first 1000 of them, in UTF-8, with a line break between two; a line
/// contains none. "" if there are none.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_kept_log(client: *const xpay_client) -> *const c_char {
    let kept = |session: &Session| Text::new(session.kept_log().as_bytes());
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "kept_log", kept) }
}

/// What the client could not write to its journal or log since xpay_init, and what to do, in English and Korean; "" if
/// everything was written. Payments continue meanwhile unless `journal` is strict, so check this in your monitoring. In
/// the encoding of xpay_response_msg.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_unwritten(client: *const xpay_client) -> *const c_char {
    let unwritten = |session: &Session| Text::new(&session.output(&session.unwritten()));
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "unwritten", unwritten) }
}
