//! What signature.rs writes to the caller's buffer, as strings that the client keeps: for languages and generators
//! without such buffers.

use std::cell::RefCell;
use std::ffi::{CStr, c_char};

use crate::call::enter;
use crate::constants::XPAY_OPENPAY_HASH_SIZE;
use crate::handle::xpay_client;
use crate::shown::Made;
use crate::signature::{
    xpay_hash_data, xpay_hash_data_cas, xpay_hash_data_openpay, xpay_receipt_authdata, xpay_timestamp,
    xpay_vendor_hash_data, xpay_vendor_hash_data_cas, xpay_vendor_hash_data_openpay,
};
use crate::text::Text;

thread_local! {
    /// Where a client cannot keep it: there is none, or it is in another call.
    static MADE: RefCell<Made> = RefCell::default();
}

/// What `call` writes to a buffer, as a string that stays until the same call is made again.
///
/// # Safety
/// `client` is NULL or alive; `call` writes at most XPAY_OPENPAY_HASH_SIZE bytes, with a NUL.
unsafe fn made(
    client: *mut xpay_client,
    name: &'static str,
    call: impl FnOnce(*mut c_char) -> bool,
) -> *const c_char {
    let mut out = [0; XPAY_OPENPAY_HASH_SIZE];
    call(out.as_mut_ptr());
    // SAFETY: the buffer is not moved, and ends with a NUL, by this function's contract.
    let text = Text::new(unsafe { CStr::from_ptr(out.as_ptr()) }.to_bytes());
    // SAFETY: by this function's contract.
    match unsafe { enter(client) } {
        Some(mut entered) => entered.made().keep(name, text),
        // A thread that ends has none any more, and nothing may unwind into C.
        None => {
            MADE.try_with(|made| made.borrow_mut().keep(name, text)).unwrap_or_else(|_| c"refused:".as_ptr())
        }
    }
}

/// As xpay_timestamp, but returns the string; "" where that returns false.
///
/// The string belongs to the client. It stays valid until the same function is called again on the client, or until
/// xpay_free; without a client, and during another call on it, until this thread calls the function again or ends. So a
/// time, its signature and a receipt's link can be used beside each other.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_timestamp_str(client: *mut xpay_client) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe { made(client, "timestamp", |out| xpay_timestamp(client, out)) }
}

/// As xpay_hash_data, but returns the string; xpay_timestamp_str says for how long it stays. Where xpay_hash_data
/// returns false, it begins with "refused:" and is another one each time: no signature does.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_hash_data_str(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    timestamp: *const c_char,
) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe { made(client, "hash_data", |out| xpay_hash_data(client, mid, oid, amount, timestamp, out)) }
}

/// As xpay_hash_data_cas, but returns the string; xpay_timestamp_str says for how long it stays. Where
/// xpay_hash_data_cas returns false, it begins with "refused:" and is another one each time: no signature does.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_hash_data_cas_str(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    respcode: *const c_char,
    timestamp: *const c_char,
) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe {
        made(client, "hash_data_cas", |out| {
            xpay_hash_data_cas(client, mid, oid, amount, respcode, timestamp, out)
        })
    }
}

/// As xpay_hash_data_openpay, but returns the string; xpay_timestamp_str says for how long it stays. Where
/// xpay_hash_data_openpay returns false, it begins with "refused:" and is another one each time: no signature does.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_hash_data_openpay_str(
    client: *mut xpay_client,
    venderno: *const c_char,
    mid: *const c_char,
    mer_uid: *const c_char,
    token: *const c_char,
    timestamp: *const c_char,
) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe {
        made(client, "hash_data_openpay", |out| {
            xpay_hash_data_openpay(client, venderno, mid, mer_uid, token, timestamp, out)
        })
    }
}

/// As xpay_vendor_hash_data, but returns the string; xpay_timestamp_str says for how long it stays. Where
/// xpay_vendor_hash_data returns false, it begins with "refused:" and is another one each time: no signature does.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_vendor_hash_data_str(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    timestamp: *const c_char,
) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe {
        made(client, "vendor_hash_data", |out| {
            xpay_vendor_hash_data(client, mid, oid, amount, timestamp, out)
        })
    }
}

/// As xpay_vendor_hash_data_cas, but returns the string; xpay_timestamp_str says for how long it stays. Where
/// xpay_vendor_hash_data_cas returns false, it begins with "refused:" and is another one each time: no signature does.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_vendor_hash_data_cas_str(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    respcode: *const c_char,
    timestamp: *const c_char,
) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe {
        made(client, "vendor_hash_data_cas", |out| {
            xpay_vendor_hash_data_cas(client, mid, oid, amount, respcode, timestamp, out)
        })
    }
}

/// As xpay_vendor_hash_data_openpay, but returns the string; xpay_timestamp_str says for how long it stays. Where
/// xpay_vendor_hash_data_openpay returns false, it begins with "refused:" and is another one each time: no signature
/// does.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_vendor_hash_data_openpay_str(
    client: *mut xpay_client,
    venderno: *const c_char,
    mid: *const c_char,
    mer_uid: *const c_char,
    token: *const c_char,
    timestamp: *const c_char,
) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe {
        made(client, "vendor_hash_data_openpay", |out| {
            xpay_vendor_hash_data_openpay(client, venderno, mid, mer_uid, token, timestamp, out)
        })
    }
}

/// As xpay_receipt_authdata, but returns the string; xpay_timestamp_str says for how long it stays. Where
/// xpay_receipt_authdata returns false, it begins with "refused:" and is another one each time: no signature does.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_receipt_authdata_str(
    client: *mut xpay_client,
    mid: *const c_char,
    tid: *const c_char,
) -> *const c_char {
    // SAFETY: by this function's contract; the buffer has room for any signature.
    unsafe { made(client, "receipt_authdata", |out| xpay_receipt_authdata(client, mid, tid, out)) }
}
