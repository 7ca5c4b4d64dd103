//! A client: creation, configuration, release.

use std::cell::UnsafeCell;
use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::call::{Call, change, look};
use crate::constants::{VERSION_NUMBER, XPAY_ABI_VERSION};
use crate::handle::{Contents, xpay_client};
use crate::owner::Owner;
use crate::said::Said;
use crate::statement::CurrentStore;
use crate::text::{Text, argument};

/// The version of the loaded library, as "0.1.0": XPAY_VERSION is that of the header. The string is constant.
#[unsafe(no_mangle)]
pub extern "C" fn xpay_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

/// XPAY_VERSION_NUMBER of the loaded library: 0x000203 is 0.2.3. A library with a smaller number than the header's
/// lacks what the releases between added.
#[unsafe(no_mangle)]
pub extern "C" fn xpay_version_number() -> u32 {
    VERSION_NUMBER
}

/// XPAY_ABI_VERSION of the loaded library. If it is not that of the header, the library must not be used.
#[unsafe(no_mangle)]
pub extern "C" fn xpay_abi_version() -> u32 {
    XPAY_ABI_VERSION
}

/// Creates a client; release it with xpay_free. Reads no file and sends nothing. NULL only when out of memory.
#[unsafe(no_mangle)]
pub extern "C" fn xpay_new() -> *mut xpay_client {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    std::panic::catch_unwind(|| {
        #[cfg(windows)]
        crate::loaded::keep();
        Box::into_raw(Box::new(xpay_client {
            owner: Owner::default(),
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            said: Said::new(),
            listener: Arc::default(),
            store: CurrentStore::default(),
            contents: UnsafeCell::new(Contents::new()),
        }))
    })
    .unwrap_or(ptr::null_mut())
}

/// Frees a client and every string it returned. NULL is allowed. Its logger is not called again. An approval that it
/// still holds stands: see xpay_tx_held.
///
/// In the guard's step, in the client's logger, or while another thread uses the client, nothing is freed: the client
/// stays as it is, and xpay_response_code returns 90002 to this thread. Call xpay_free again after that call.
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
        // SAFETY: it came from Box::into_raw in xpay_new and is freed once, by this function's contract; nobody is in
        // it.
        drop(unsafe { Box::from_raw(client) });
    }
}

/// For a binding: sets the language in the User-Agent ("C" by default), of 1 to 32 letters, digits and . - + #. It
/// stays set across xpay_init. False: 90003 (other characters, or too long).
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set_language(client: *mut xpay_client, language: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.set_language(argument(language, "language")?))) }
}

/// For a language whose strings are Unicode, as Java and .NET: with on, every string that you pass is UTF-8, and every
/// string that is returned is UTF-8, whatever `output_UTF8` is. Values of xpay_set are then sent as CP949, or as UTF-8 once
/// LGD_ENCODING is "UTF-8", and Content-Type names that encoding. A character that CP949 cannot encode is sent as "?". It
/// stays set across xpay_init. False: 90002 during another call.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set_unicode(client: *mut xpay_client, on: bool) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.set_unicode(on))) }
}

/// Reads home_dir/conf/mall.conf and home_dir/conf/lgdacom.conf. Resets the client: settings, transaction and answer of
/// before are gone, a logger stays. home_dir is a path in the bytes of the file system. On Windows it is UTF-8; bytes that
/// are no UTF-8 are read as CP949, so write UTF-8 if the path is not ASCII: some names in CP949 are well-formed UTF-8, too.
///
/// mode is XPAY_MODE_TEST ("test", in upper or lower case) for the test gateway. Any other value ("service", "real",
/// "") is the service gateway, where money moves.
///
/// False: 10001 (home_dir does not exist), 10002 (mall.conf is missing or cannot be read), 10003 (the same of
/// lgdacom.conf), 90004 (a line is malformed; xpay_response_detail names it), 90001 (a string is NULL).
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

/// As xpay_init, from one file that has the settings of both. Relative directories and conf/ca-bundle.crt are below the
/// file's directory, or below the one above if that is called conf. False: 10003 (file is missing or cannot be read),
/// 90004 and 90001 as xpay_init.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_init_file(
    client: *mut xpay_client,
    file: *const c_char,
    mode: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| Ok(session.init_file(argument(file, "file")?, argument(mode, "mode")?)))
    }
}

/// Resets the client as xpay_init does, without files: pass every setting, the gateway's address and MertKeys included,
/// with xpay_set_config. mode is as for xpay_init. False: 90001 (mode is NULL).
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_init_mode(client: *mut xpay_client, mode: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.init_mode(argument(mode, "mode")?))) }
}

/// As xpay_init_mode, with home_dir for relative directories and conf/ca-bundle.crt: no file of settings is read. "" is
/// no home_dir. False: 90001 (a string is NULL).
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_init_home(
    client: *mut xpay_client,
    home_dir: *const c_char,
    mode: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| {
            Ok(session.init_home(argument(home_dir, "home_dir")?, argument(mode, "mode")?))
        })
    }
}

/// Sets or replaces one setting, or the MertKey of a merchant ID, as a line of mall.conf or lgdacom.conf would. It
/// overrides the files and takes effect from the next xpay_init_tx. The value is not checked: one that is invalid takes
/// its default, with a warning in the log. False: 90003 (no name; a transaction that was begun cannot be sent then),
/// 90001 (a string is NULL).
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

/// Removes one setting from the next xpay_init_tx on: it takes its default, not an empty value. One that is not set is
/// no error. False: 90001 (name is NULL).
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_unset_config(client: *mut xpay_client, name: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.unset_config(argument(name, "name")?))) }
}

/// Sets the MertKey of a merchant ID for requests, signatures and verification, instead of the configured one. For
/// programs that store keys elsewhere. Unlike with xpay_set_config, mid is never read as the name of a setting. False:
/// 90001 (a string is NULL).
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

/// Connects to the gateway before the buyer pays, so that xpay_tx does not wait for the connection: call it at the
/// start of a page. Sends nothing. The connection is kept for `keep_alive` seconds, for the next payment of any client
/// of this process. Does nothing if a connection is ready. A transaction that was begun stays as it is.
///
/// False: any reason that would prevent a payment, as 90002 (before xpay_init), 20001 (no address) or 20004 (no
/// connection). xpay_tx tries again.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_warm_up(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.warm_up())) }
}

/// The value of a setting in the file's own encoding (UTF-8 after xpay_set_unicode), or a MertKey, which is a secret, by its merchant ID. NULL if it
/// is not set, and without a client.
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

/// Whether the setting with this name is a flag (0 or 1) and is 1, its default included. False for any other name.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_is_on(client: *const xpay_client, name: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, false, |contents| {
            Some(contents.session.config().settings().is_on(argument(name, "name").ok()?))
        })
    }
}

/// The number of settings that files and calls have set, including those that this library does not know.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_config_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |contents| Some(contents.settings().len())) }
}

/// The name of a setting by its index from 0, in order of first appearance. NULL if index is out of range.
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
            let text = |bytes| Text::new(&self.session.setting(bytes));
            settings.map(|(name, value)| (text(name), text(value))).collect()
        })
    }
}
