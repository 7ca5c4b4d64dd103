//! The log from C: lines of the caller's own, and a callback for all lines.

use std::ffi::{c_char, c_int, c_void};

use xpayclient_core::{Level, Session};

use crate::call::{change, look_at};
use crate::handle::xpay_client;
use crate::listener::xpay_logger_t;
use crate::text::{Text, argument};

/// How much a line of the log matters. A line is written when its level is at most log_level.
#[repr(C)]
pub enum xpay_log_level_t {
    /// Beyond repair.
    XPAY_LOG_FATAL = 0,
    /// A request without an answer in form.
    XPAY_LOG_ERROR = 1,
    /// A setting or certificate that should be looked at.
    XPAY_LOG_WARN = 2,
    /// Requests and answers, masked.
    XPAY_LOG_INFO = 3,
    /// The rows of answers, masked.
    XPAY_LOG_DEBUG = 4,
}

/// Writes a line into the log under the LGD_TXID of the transaction begun or sent last. Nothing happens before xpay_init.
///
/// level is one of xpay_log_level_t; one outside is the nearest. Line breaks and control characters in msg are escaped;
/// what else it holds is the caller's care.
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

/// Hands every line of the log that log_level lets through to logger as well, with context. NULL ends that. It stays
/// across xpay_init. Once this has returned true no logger of before is called, also for an approval that is held; where it
/// returns false (90002) the logger of before stays.
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

/// What the client could not write since xpay_init, its journal or its log, and what to do about it, in English and Korean;
/// "" where everything was written. Payments go on meanwhile unless `journal` is strict: a job that watches the shop asks for
/// this. In the encoding of xpay_response_msg.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_unwritten(client: *const xpay_client) -> *const c_char {
    let unwritten = |session: &Session| Text::new(&session.output(&session.unwritten()));
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "unwritten", unwritten) }
}
