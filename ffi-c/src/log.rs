//! The log from C: lines of the caller's own, and a callback for all lines.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Arc;

use xpayclient_core::{Level, Sink};

use crate::call::change;
use crate::client::xpay_client;
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

/// Receives a line of the log, UTF-8 without its line break, on the thread that called the client. The line lives until
/// the callback returns. It must not call the client it was set on, nor unwind.
pub type xpay_logger_t =
    Option<unsafe extern "C" fn(context: *mut c_void, level: c_int, line: *const c_char)>;

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
/// across xpay_init.
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
    let sink = logger.map(|logger| {
        let context = Context(context);
        let sink: Sink = Arc::new(move |level: Level, line: &str| {
            let line = Text::new(line.as_bytes());
            // SAFETY: logger and context are callable with each other, by this function's contract.
            unsafe { logger(context.pointer(), level as c_int, line.pointer()) }
        });
        sink
    });
    // SAFETY: by this function's contract.
    unsafe {
        change(client, |session| {
            session.set_logger(sink);
            Ok(true)
        })
    }
}

/// The caller's pointer, handed back and never looked at.
struct Context(*mut c_void);

impl Context {
    fn pointer(&self) -> *mut c_void {
        self.0
    }
}

// SAFETY: the pointer is only handed back, and the caller allows that from every thread that uses the client.
unsafe impl Send for Context {}
// SAFETY: as for Send.
unsafe impl Sync for Context {}
