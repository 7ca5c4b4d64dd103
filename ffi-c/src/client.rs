//! A client's life and its configuration.

use std::cell::UnsafeCell;
use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::call::{Call, change, look};
use crate::constants::XPAY_ABI_VERSION;
use crate::handle::{Contents, xpay_client};
use crate::owner::Owner;
use crate::said::Said;
use crate::text::{Text, argument};

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
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    std::panic::catch_unwind(|| {
        Box::into_raw(Box::new(xpay_client {
            owner: Owner::default(),
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            said: Said::new(),
            listener: Arc::default(),
            contents: UnsafeCell::new(Contents::new()),
        }))
    })
    .unwrap_or(ptr::null_mut())
}

/// Ends a client and every string it returned. NULL is fine. Its logger is not called again.
///
/// From the guard's step, from a logger of the client's or while another thread is in a call of it nothing is freed: the
/// client stays as it is, xpay_response_code says 90002 to this thread, and xpay_free is due after that call.
///
/// # Safety
/// `client` is NULL or came from xpay_new and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_free(client: *mut xpay_client) {
    // SAFETY: by this function's contract.
    let Some(alive) = (unsafe { client.as_ref() }) else { return };
    // The session first: it may log while it ends.
    let ended = Call::enter(alive).map(Call::end);
    alive.listener.hear(None, ptr::null_mut());
    if ended.is_some() {
        // SAFETY: it came from Box::into_raw in xpay_new and is freed once, by this function's contract; nobody is in it.
        drop(unsafe { Box::from_raw(client) });
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
/// mode is "test", in letters of either case, for the test gateway; anything else ("service", "real", "") is the service
/// gateway, where money moves.
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

/// Takes one setting back, from the next xpay_init_tx on: its default holds, not an empty value. False: 90001.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_unset_config(client: *mut xpay_client, name: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.unset_config(argument(name, "name")?))) }
}

/// The MertKey of a shop id, in place of the configured one, for programs that keep keys elsewhere: for requests, signatures
/// and verification. Unlike what xpay_set_config sets it is never a setting, whatever the shop id is called. False: 90001.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set_mert_key(
    client: *mut xpay_client,
    mid: *const c_char,
    key: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| Ok(session.set_mert_key(argument(mid, "mid")?, argument(key, "key")?)))
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
        look(client, ptr::null(), |contents| {
            let name = argument(name, "name").ok()?;
            let mut found = contents.settings().iter().filter(|(known, _)| known.bytes() == name);
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
    unsafe { look(client, 0, |contents| Some(contents.settings().len())) }
}

/// The name of a setting, in the order in which they were first seen. NULL when index is out of range.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_config_name(client: *const xpay_client, index: usize) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe {
        look(client, ptr::null(), |contents| contents.settings().get(index).map(|(name, _)| name.pointer()))
    }
}

impl Contents {
    fn settings(&self) -> &[(Text, Text)] {
        self.shown.settings.get_or_init(|| {
            let settings = self.session.config().iter();
            settings.map(|(name, value)| (Text::new(name), Text::new(value))).collect()
        })
    }
}
