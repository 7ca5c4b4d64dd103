//! The journal in the shop's own database, from C: the callback that executes its statements is set here.

use std::ffi::{c_char, c_void};
use std::ptr;

use xpayclient_core::database::Dialect;

use crate::call::{change, enter};
use crate::handle::xpay_client;
use crate::statement::xpay_store_t;
use crate::text::{Text, argument};

/// Keeps the journal in the shop's own database instead of files, so that any of its machines can recover: store executes
/// the statements, with context. NULL for store ends that, whatever the strings are. It stays set across xpay_init. The tables are made with
/// `xpay journal init --print`.
///
/// database: "mysql" (MariaDB, too) or "pgsql". placeholder: "?" or "$1", as your client library writes a value's place.
/// Another database works if store writes each operation in its words: see xpay_statement_operation.
///
/// False: 90003 names what is unknown, 90001 a string that is NULL, 90002 during another call; the earlier store stays
/// then.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `store` may be called with `context` from any thread
/// that uses the client, until it is replaced or the client is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set_store(
    client: *mut xpay_client,
    database: *const c_char,
    placeholder: *const c_char,
    store: xpay_store_t,
    context: *mut c_void,
) -> bool {
    // SAFETY: by this function's contract.
    let Some(current) = (unsafe { client.as_ref() }).map(|client| &client.store) else { return false };
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| {
            let sql = String::from_utf8_lossy(argument(database, "database")?);
            let placeholder = String::from_utf8_lossy(argument(placeholder, "placeholder")?);
            let Some(store) = store else {
                session.set_database(current.replace(None));
                return Ok(true);
            };
            let dialect = Dialect::named(&sql, &placeholder)?;
            session.set_database(current.replace(Some((dialect, store, context))));
            Ok(true)
        })
    }
}

/// The password of the database that keeps the journal, from the file that journal_password_file names, for a store that
/// connects to it; "" if there is no such setting. It stays until this is called again, or until xpay_free.
///
/// NULL: 90006 (the file cannot be read), 90002 during another call.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_journal_password(client: *mut xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    let Some(mut call) = (unsafe { enter(client) }) else { return ptr::null() };
    let mut password = None;
    call.change(|session| {
        password = session.journal_password();
        Ok(password.is_some())
    });
    match password {
        Some(password) => call.made().keep("journal_password", Text::new(password.expose().as_bytes())),
        None => ptr::null(),
    }
}
