//! Signatures with the MertKeys of the configuration, as lower-case hex digits with a NUL, and LGD_TIMESTAMP.

use std::ffi::c_char;

use xpayclient_core::binding::{Session, unmatchable};
use xpayclient_core::signature::SignedResult;
use xpayclient_core::{Error, timestamp};

use crate::call::change;
use crate::handle::xpay_client;
use crate::text::argument;

/// Computes a text and copies it to `out`, only on success.
///
/// # Safety
/// `client` is NULL or alive; `out` is NULL or has room for the text and a NUL.
unsafe fn make(
    client: *mut xpay_client,
    out: *mut c_char,
    make: impl FnOnce(&mut Session) -> Result<Option<String>, Error>,
) -> bool {
    let write = |session: &mut Session| {
        if out.is_null() {
            return Err(Error::null_argument("out"));
        }
        let made = make(session)?;
        // SAFETY: `out` is not NULL and has room, by this function's contract.
        made.as_ref().into_iter().for_each(|text| unsafe { copy(text, out) });
        Ok(made.is_some())
    };
    // SAFETY: by this function's contract.
    unsafe { change(client, write) }
}

/// Computes a signature. Without one, `out` gets a text that nobody can send: a page that only compares `out` with a
/// received signature would find an empty one equal to an empty one.
///
/// # Safety
/// `client` is NULL or alive; `out` is NULL or has room for the signature, for 32 bytes at least, and a NUL.
unsafe fn sign(
    client: *mut xpay_client,
    out: *mut c_char,
    signature: impl FnOnce(&mut Session) -> Result<Option<String>, Error>,
) -> bool {
    // SAFETY: by this function's contract.
    let done = unsafe { make(client, out, signature) };
    if !done && !out.is_null() {
        // SAFETY: `out` is not NULL and has room for 32 bytes and a NUL, by this function's contract.
        unsafe { copy(&unmatchable(), out) };
    }
    done
}

/// # Safety
/// `out` has room for `text` and a NUL.
unsafe fn copy(text: &str, out: *mut c_char) {
    // SAFETY: by this function's contract.
    unsafe {
        out.copy_from_nonoverlapping(text.as_ptr().cast(), text.len());
        out.add(text.len()).write(0);
    }
}

/// Writes the current LGD_TIMESTAMP to out: yyyyMMddHHmmss in Korean time, whatever the machine's time zone, and a NUL.
/// False: 90001 (out is NULL); out stays as it is.
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_TIMESTAMP_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; `out` is NULL or has room for XPAY_TIMESTAMP_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_timestamp(client: *mut xpay_client, out: *mut c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { make(client, out, |_| Ok(Some(timestamp()))) }
}

/// Writes LGD_HASHDATA of a payment request to out: the MD5 of the four strings and the MertKey of mid, 32 lower-case
/// hex digits and a NUL. amount is in won, in digits; timestamp is LGD_TIMESTAMP.
///
/// False: 10004 (no MertKey for mid), 90003 (a field is malformed, so that browser input is never signed as something
/// else), 90001 (a string or out is NULL). After a false of this and of every signature below, out has "refused:" and
/// random digits. It equals nothing that a browser can send, if a page compares it nevertheless.
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_HASH_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `out` is NULL or has room for XPAY_HASH_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_hash_data(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    timestamp: *const c_char,
    out: *mut c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        sign(client, out, |session| {
            Ok(session.hash_data(
                argument(mid, "mid")?,
                argument(oid, "oid")?,
                argument(amount, "amount")?,
                argument(timestamp, "timestamp")?,
            ))
        })
    }
}

/// Writes LGD_HASHDATA of a payment result or notification to out, as xpay_hash_data; respcode is LGD_RESPCODE. To
/// verify one, use xpay_verify_hash_data_cas. False: as xpay_hash_data.
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_HASH_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `out` is NULL or has room for XPAY_HASH_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_hash_data_cas(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    respcode: *const c_char,
    timestamp: *const c_char,
    out: *mut c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        sign(client, out, |session| {
            Ok(session.hash_data_cas(
                argument(mid, "mid")?,
                argument(oid, "oid")?,
                argument(amount, "amount")?,
                argument(respcode, "respcode")?,
                argument(timestamp, "timestamp")?,
            ))
        })
    }
}

/// Writes LGD_HASHDATA of OpenPay to out: SHA-512, 128 lower-case hex digits and a NUL; token is "" if there is none.
/// False: as xpay_hash_data.
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_OPENPAY_HASH_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `out` is NULL or has room for XPAY_OPENPAY_HASH_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_hash_data_openpay(
    client: *mut xpay_client,
    venderno: *const c_char,
    mid: *const c_char,
    mer_uid: *const c_char,
    token: *const c_char,
    timestamp: *const c_char,
    out: *mut c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        sign(client, out, |session| {
            Ok(session.hash_data_openpay(
                argument(venderno, "venderno")?,
                argument(mid, "mid")?,
                argument(mer_uid, "mer_uid")?,
                argument(token, "token")?,
                argument(timestamp, "timestamp")?,
            ))
        })
    }
}

/// As xpay_hash_data, for a page that was written for the vendor's library: it signs malformed fields as they are, with
/// a warning in the log. False: 10004 (no MertKey for mid), 90001 (NULL), 90003 (amount or timestamp is malformed in a
/// way that makes this the signature of a payment result or of a receipt link).
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_HASH_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `out` is NULL or has room for XPAY_HASH_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_vendor_hash_data(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    timestamp: *const c_char,
    out: *mut c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        sign(client, out, |session| {
            Ok(session.vendor_hash_data(
                argument(mid, "mid")?,
                argument(oid, "oid")?,
                argument(amount, "amount")?,
                argument(timestamp, "timestamp")?,
            ))
        })
    }
}

/// As xpay_hash_data_cas, for a page that was written for the vendor's library and compares out with a received
/// LGD_HASHDATA: oid may hold anything. Use xpay_verify_hash_data_cas in a new page. False: as that one, which also
/// says whose MertKey is used.
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_HASH_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `out` is NULL or has room for XPAY_HASH_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_vendor_hash_data_cas(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    respcode: *const c_char,
    timestamp: *const c_char,
    out: *mut c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        sign(client, out, |session| {
            Ok(session.vendor_hash_data_cas(
                argument(mid, "mid")?,
                argument(oid, "oid")?,
                argument(amount, "amount")?,
                argument(respcode, "respcode")?,
                argument(timestamp, "timestamp")?,
            ))
        })
    }
}

/// As xpay_hash_data_openpay, for a page that was written for the vendor's library: it signs malformed fields as they
/// are, with a warning in the log. False: 10004 (no MertKey for mid), 90001 (NULL).
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_OPENPAY_HASH_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `out` is NULL or has room for XPAY_OPENPAY_HASH_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_vendor_hash_data_openpay(
    client: *mut xpay_client,
    venderno: *const c_char,
    mid: *const c_char,
    mer_uid: *const c_char,
    token: *const c_char,
    timestamp: *const c_char,
    out: *mut c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        sign(client, out, |session| {
            Ok(session.vendor_hash_data_openpay(
                argument(venderno, "venderno")?,
                argument(mid, "mid")?,
                argument(mer_uid, "mer_uid")?,
                argument(token, "token")?,
                argument(timestamp, "timestamp")?,
            ))
        })
    }
}

/// Writes the authdata of a receipt link to out: the MD5 of mid, tid (LGD_TID) and the MertKey of mid, 32 lower-case
/// hex digits and a NUL. False: as xpay_hash_data.
///
/// cbindgen:ptrs-as-arrays=[[out;XPAY_HASH_SIZE]]
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `out` is NULL or has room for XPAY_HASH_SIZE bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_receipt_authdata(
    client: *mut xpay_client,
    mid: *const c_char,
    tid: *const c_char,
    out: *mut c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        sign(
            client,
            out,
            |session| Ok(session.receipt_authdata(argument(mid, "mid")?, argument(tid, "tid")?)),
        )
    }
}

/// Verifies that a payment result or notification (cas_noteurl) comes from the gateway: the fields are well-formed and
/// hashdata, the received LGD_HASHDATA, matches them. Compares in constant time.
///
/// Pass mid, oid and amount of the shop's own order, not the received ones. The signature has no separators, so a
/// payment request of 20,000 won has the same signature as a notification of 2 won; for mid see xpay_notice_verify.
///
/// False: 90003 names the wrong field: LGD_HASHDATA if the signature does not match, LGD_MID if mid is not a shop of
/// this platform; 10004 (no MertKey for mid), 90002 (before xpay_init), 90001 (a string is NULL).
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_verify_hash_data_cas(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: *const c_char,
    respcode: *const c_char,
    timestamp: *const c_char,
    hashdata: *const c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        change(client, |session| {
            Ok(session.verify(&SignedResult {
                mid: argument(mid, "mid")?,
                oid: argument(oid, "oid")?,
                amount: argument(amount, "amount")?,
                respcode: argument(respcode, "respcode")?,
                timestamp: argument(timestamp, "timestamp")?,
                hash_data: argument(hashdata, "hashdata")?,
            }))
        })
    }
}
