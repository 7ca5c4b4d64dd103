//! The logger of a client.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};

use xpayclient_core::binding::{Level, Sink};

use crate::text::Text;

/// Receives a line of the log, UTF-8 without its line break, on the thread that called the client. The line stays valid
/// until the callback returns. It must not unwind. Calls on the client that it was set on fail with 90002.
pub type xpay_logger_t =
    Option<unsafe extern "C" fn(context: *mut c_void, level: c_int, line: *const c_char)>;

/// The current logger of a client. A held approval of an earlier session shares it, so that nothing calls a logger that
/// C has removed.
#[derive(Default)]
pub(crate) struct Listener {
    /// An xpay_logger_t.
    logger: AtomicPtr<c_void>,
    context: AtomicPtr<c_void>,
}

impl Listener {
    pub(crate) fn hear(&self, logger: xpay_logger_t, context: *mut c_void) {
        self.context.store(context, Ordering::Relaxed);
        let logger = logger.map_or(ptr::null_mut(), |logger| logger as *mut c_void);
        self.logger.store(logger, Ordering::Release);
    }

    pub(crate) fn sink(self: Arc<Listener>) -> Sink {
        Arc::new(move |level, line| self.tell(level, line))
    }

    fn tell(&self, level: Level, line: &str) {
        let logger = self.logger.load(Ordering::Acquire);
        // SAFETY: an xpay_logger_t is a function's address or NULL, and this was one when it was stored.
        let logger = unsafe { std::mem::transmute::<*mut c_void, xpay_logger_t>(logger) };
        let Some(logger) = logger else { return };
        let line = Text::new(line.as_bytes());
        // SAFETY: logger and context are callable with each other, by the contract of xpay_set_logger.
        unsafe { logger(self.context.load(Ordering::Relaxed), level as c_int, line.pointer()) }
    }
}
