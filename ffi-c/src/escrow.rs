//! Escrow deliveries: begin, set, send, and what became of it.

use std::ffi::c_char;

use xpayclient_core::binding::Session;

use crate::call::{change, change_by_value, look_or};
use crate::constants::xpay_outcome_t;
use crate::handle::xpay_client;
use crate::text::arguments;
use crate::transaction::numbered;

/// Begins the registration of an escrow delivery of the merchant ID mid. kind is "sent" (the shop sent the goods) or
/// "received" (the buyer has them). It is no transaction: the client keeps one, in addition to its transaction. False:
/// 90001 (a string is NULL).
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_escrow_begin(
    client: *mut xpay_client,
    mid: *const c_char,
    kind: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| {
            let given = arguments([(mid, "mid"), (kind, "kind")]);
            // The previous delivery is gone in any case.
            let [mid, kind] = given.as_ref().copied().unwrap_or_default();
            session.begin_escrow(mid, kind);
            given.map(|_| true)
        })
    }
}

/// Sets a value of the delivery, or replaces it; EUC-KR or UTF-8, copied: oid, productid (LGD_ESCROW_GOODID of the item),
/// orderdate; of one that was sent dlvdate (yyyyMMddHHmm, Korean time), dlvcompcode, dlvcomp, dlvno, dlvworker,
/// dlvworkertel; of one that was received rcvdate, rcvname, rcvrelation. xpay_escrow_send checks it. False: 90002 (before
/// xpay_escrow_begin), or 90001, after which xpay_escrow_send fails until xpay_escrow_begin.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_escrow_set(
    client: *mut xpay_client,
    name: *const c_char,
    value: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change_by_value(client, name, value, Session::set_escrow, Session::refuse_escrow) }
}

/// Signs the delivery with the MertKey of mid and registers it at the gateway, once. True: the gateway answered OK. No
/// money moves, and the transaction, its rows and xpay_outcome stay as they are.
///
/// False: 90009 (the gateway answered something else, whose beginning xpay_response_detail has); 90003 names the first
/// value that is missing, malformed or unknown, or LGD_MID if it is of the other platform; 10004 (no MertKey), 90002
/// (nothing was begun, or it was sent before), 20001 (no address), and any code of a request without an answer.
/// xpay_escrow_outcome says whether the gateway may have it. Whether a repeat is harmless is not known.
///
/// # Safety
/// `client` is NULL or alive.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_escrow_send(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.send_escrow())) }
}

/// What became of the delivery: none before xpay_escrow_send; answered, with OK or something else; not sent; in doubt
/// if the gateway may have it, and during another call on the client.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_escrow_outcome(client: *const xpay_client) -> xpay_outcome_t {
    let (none, taken) = (xpay_outcome_t::XPAY_OUTCOME_NONE, xpay_outcome_t::XPAY_OUTCOME_IN_DOUBT);
    // SAFETY: by this function's contract.
    unsafe { look_or(client, none, taken, |contents| numbered(contents.session.escrow_outcome())) }
}
