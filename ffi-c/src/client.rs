//! The handle `xpay_client`: its life, its configuration.

use std::cell::OnceCell;
use std::ffi::c_char;
use std::ptr;

use xpayclient_core::Session;

use crate::call::{change, look};
use crate::response::Rows;
use crate::text::{Text, argument};

/// The version of this interface. It grows only when something that worked would stop working.
pub const XPAY_ABI_VERSION: u32 = 1;

/// One merchant's client: configuration, one transaction at a time, its answer.
///
/// Used by one thread at a time; it may move between threads. Make as many as you like. After a fork the child uses
/// clients of its own; it may free those of before.
/// Strings it returns are NUL-terminated, belong to it, and live until its next call whose client is not const,
/// or xpay_free. A call that returns false leaves a code and a message: xpay_response_code, xpay_response_msg.
pub struct xpay_client {
    pub(crate) session: Session,
    pub(crate) shown: Shown,
}

/// What C was shown since the client last changed: made when it is first asked for, dropped with the next change.
#[derive(Default)]
pub(crate) struct Shown {
    settings: OnceCell<Vec<(Text, Text)>>,
    pub(crate) tx_id: OnceCell<Text>,
    pub(crate) auth_code: OnceCell<Text>,
    pub(crate) code: OnceCell<Text>,
    pub(crate) message: OnceCell<Text>,
    pub(crate) json: OnceCell<Text>,
    pub(crate) rows: OnceCell<Rows>,
    pub(crate) notice_oid: OnceCell<Text>,
    pub(crate) notice_key: OnceCell<Text>,
    pub(crate) notice: OnceCell<Vec<(Text, Text)>>,
    pub(crate) window_html: OnceCell<Text>,
    pub(crate) window: OnceCell<Vec<(Text, Text)>>,
}

impl xpay_client {
    fn settings(&self) -> &[(Text, Text)] {
        self.shown.settings.get_or_init(|| {
            let settings = self.session.config().iter();
            settings.map(|(name, value)| (Text::new(name), Text::new(value))).collect()
        })
    }
}

/// The library's version, as "0.1.0". Static.
#[unsafe(no_mangle)]
pub extern "C" fn xpay_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// XPAY_ABI_VERSION of the library that is loaded; compare it with that of the header.
#[unsafe(no_mangle)]
pub extern "C" fn xpay_abi_version() -> u32 {
    XPAY_ABI_VERSION
}

/// A new client, to be given back to xpay_free. No file is read and nothing is sent yet. NULL only when memory is out.
#[unsafe(no_mangle)]
pub extern "C" fn xpay_new() -> *mut xpay_client {
    std::panic::catch_unwind(|| {
        let client = xpay_client { session: Session::new("C"), shown: Shown::default() };
        Box::into_raw(Box::new(client))
    })
    .unwrap_or(ptr::null_mut())
}

/// Ends a client and every string it returned. NULL is fine.
///
/// # Safety
/// `client` is NULL or came from xpay_new and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_free(client: *mut xpay_client) {
    if !client.is_null() {
        // SAFETY: it came from Box::into_raw in xpay_new and is freed once, by this function's contract.
        let client = unsafe { Box::from_raw(client) };
        // A panic while dropping must not reach C; there is nobody left to tell.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(client)));
    }
}

/// Names the language of a binding over this one in the User-Agent, "C" unless set: 1 to 32 letters, digits and . - + #.
/// It stays across xpay_init. False: 90003.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set_language(client: *mut xpay_client, language: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.set_language(argument(language, "language")?))) }
}

/// Reads home_dir/conf/mall.conf and home_dir/conf/lgdacom.conf. The client starts afresh, whatever it held.
///
/// mode is "test" for the test gateway; anything else ("service", "real", "") is the service gateway, where money moves.
/// False: 10001, 10002, 10003 (a directory or file is missing or unreadable), 90004 (a line cannot be read).
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_init(
    client: *mut xpay_client,
    home_dir: *const c_char,
    mode: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| Ok(session.init(argument(home_dir, "home_dir")?, argument(mode, "mode")?)))
    }
}

/// Starts afresh without files: every setting, shop ids with their MertKeys included, comes by xpay_set_config.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_init_mode(client: *mut xpay_client, mode: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.init_mode(argument(mode, "mode")?))) }
}

/// Sets or replaces one setting. It wins over the files and holds from the next xpay_init_tx on. False: 90003 without a name,
/// 90001.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set_config(
    client: *mut xpay_client,
    name: *const c_char,
    value: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| Ok(session.set_config(argument(name, "name")?, argument(value, "value")?)))
    }
}

/// Connects to the gateway before the buyer pays, so that xpay_tx need not wait for it: a page may call this first and then
/// do what else it has to. Nothing is sent. The connection is kept for `keep_alive` seconds, for whichever client of this
/// process pays next; where one is ready already nothing is done. A transaction that was begun stays as it is.
///
/// False: whatever would keep a payment from being sent (90002 before xpay_init, 20005 to 20101). xpay_tx tries again.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_warm_up(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.warm_up())) }
}

/// One setting's value in the file's own encoding, a MertKey by its shop id. NULL when it is not set.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_config(client: *const xpay_client, name: *const c_char) -> *const c_char {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, ptr::null(), |client| {
            let name = argument(name, "name").ok()?;
            let mut found = client.settings().iter().filter(|(known, _)| known.bytes() == name);
            found.next().map(|(_, value)| value.pointer())
        })
    }
}

/// How many settings there are, those this library does not know included.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_config_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |client| Some(client.settings().len())) }
}

/// The name of a setting, in the order in which they were first seen. NULL when index is out of range.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_config_name(client: *const xpay_client, index: usize) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe {
        look(client, ptr::null(), |client| client.settings().get(index).map(|(name, _)| name.pointer()))
    }
}
