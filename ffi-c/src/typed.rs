//! Whole transactions in one call.

use std::ffi::{c_char, c_void};

use crate::call::{begin, begun, enter};
use crate::guard::{guarded, xpay_step_t};
use crate::handle::xpay_client;
use crate::text::arguments;

/// PaymentByKey in one call: the final payment of paykey, which the window returned, in place of xpay_init_tx, xpay_set and
/// xpay_tx. amount is the order's in won; the gateway refuses when the buyer agreed to another. step is as for
/// xpay_tx_guarded; NULL for none.
///
/// True: paid (0000), and the step is done. False: not paid, or not known to be. A decline has the gateway's code and
/// XPAY_OUTCOME_ANSWERED; else as xpay_tx_guarded. 90003 names what is missing or too long; nothing was sent then.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `step` as for xpay_tx_guarded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_pay_by_key(
    client: *mut xpay_client,
    mid: *const c_char,
    paykey: *const c_char,
    amount: u64,
    step: xpay_step_t,
    context: *mut c_void,
) -> bool {
    // SAFETY: by this function's contract.
    let Some(mut call) = (unsafe { enter(client) }) else { return false };
    let drafted = call.change(|session| {
        // SAFETY: both by this function's contract.
        let given = unsafe { arguments([(mid, "mid"), (paykey, "paykey")]) };
        Ok(begun(session, given, |session, [mid, paykey]| session.begin_payment(mid, paykey, amount)))
    });
    let answered = drafted
        && match step {
            // SAFETY: by this function's contract.
            Some(step) => guarded(&mut call, true, |client| unsafe { step(context, client) }),
            None => call.change(|session| Ok(session.tx(true))),
        };
    answered && call.change(|session| Ok(session.response_code() == "0000"))
}

/// Cancel in one call: all that is left of the payment tid goes back. paytype is its LGD_PAYTYPE ("SC0010"), which decides
/// what counts as done, as xpay_is_cancelled; "" where it is not known: then "0000" alone. reason may be "".
/// The refund of a virtual account needs the buyer's account as well: xpay_set LGD_RFACCOUNTNUM and the like, and xpay_tx.
///
/// True: cancelled. False: not, or not known to be: with XPAY_OUTCOME_ANSWERED the gateway's code says why; with
/// XPAY_OUTCOME_ROLLED_BACK or XPAY_OUTCOME_IN_DOUBT it is the cancellation that was, or may have been, undone, while the
/// payment stands or may stand. Ask again in any case: what is cancelled is not cancelled twice. 90003 as xpay_pay_by_key.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_cancel(
    client: *mut xpay_client,
    mid: *const c_char,
    tid: *const c_char,
    paytype: *const c_char,
    reason: *const c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        begin(
            client,
            || arguments([(mid, "mid"), (tid, "tid"), (paytype, "paytype"), (reason, "reason")]),
            |session, [mid, tid, paytype, reason]| session.cancel(mid, tid, paytype, reason),
        )
    }
}

/// PartialCancel in one call: amount won of the payment tid go back. remaining is what is left of it before; the gateway
/// refuses when it has another number, so that a call repeated by mistake cancels nothing more. Else as xpay_cancel.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_partial_cancel(
    client: *mut xpay_client,
    mid: *const c_char,
    tid: *const c_char,
    paytype: *const c_char,
    amount: u64,
    remaining: u64,
    reason: *const c_char,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        begin(
            client,
            || arguments([(mid, "mid"), (tid, "tid"), (paytype, "paytype"), (reason, "reason")]),
            |session, [mid, tid, paytype, reason]| {
                session.partial_cancel(mid, tid, paytype, amount, remaining, reason)
            },
        )
    }
}
