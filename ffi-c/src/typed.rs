//! Whole transactions in one call.

use std::ffi::{c_char, c_void};

use xpayclient_core::binding::Session;

use crate::call::{begin, begun, change_by_value, enter};
use crate::guard::{guarded, xpay_step_t};
use crate::handle::xpay_client;
use crate::text::arguments;

/// PaymentByKey in one call, instead of xpay_init_tx, xpay_set and xpay_tx: sends the final payment request for paykey
/// (LGD_PAYKEY), which the window returned. amount is the order's in won, 1 to 999999999999; the gateway refuses if the
/// buyer agreed to another amount. step is as for xpay_tx_guarded; NULL for none. context is passed to it.
///
/// True: paid (0000), and the step is done. False: not paid, or unknown. A decline has the gateway's code and
/// XPAY_OUTCOME_ANSWERED; otherwise as xpay_tx_guarded. 90003 names a parameter that is missing or too long; nothing
/// was sent then.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `step` as for xpay_tx_guarded.
#[must_use]
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
    unsafe {
        pay(client, step, context, |session| {
            let given = arguments([(mid, "mid"), (paykey, "paykey")]);
            begun(session, given, |session, [mid, paykey]| session.begin_payment(mid, paykey, amount))
        })
    }
}

/// CardAuth in one call: charges the order oid of amount won to the card behind a billing key (LGD_BILLKEY, see
/// xpay_billing_return_read), without a window. For installments or the buyer's data use xpay_set and xpay_tx_guarded.
/// step, the result and the codes are as for xpay_pay_by_key. Each call is a charge of its own: charge an order again only
/// after you know that it was not paid.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated; `step` as for xpay_tx_guarded.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_pay_by_billing_key(
    client: *mut xpay_client,
    mid: *const c_char,
    billing_key: *const c_char,
    oid: *const c_char,
    amount: u64,
    step: xpay_step_t,
    context: *mut c_void,
) -> bool {
    // SAFETY: by this function's contract.
    unsafe {
        pay(client, step, context, |session| {
            let given = arguments([(mid, "mid"), (billing_key, "billing_key"), (oid, "oid")]);
            begun(session, given, |session, [mid, key, oid]| {
                session.begin_billing_payment(mid, key, oid, amount)
            })
        })
    }
}

/// Checks a value as the calls above check theirs: it is not empty, it has its length and its form, an amount is 1 to
/// 999999999999 won in digits without zeros in front, LGD_PAYTYPE is a payment method. For a transaction that you set
/// by xpay_set: nothing is sent, no parameter changes, and neither string is kept.
///
/// False: xpay_response_code is 90003, and xpay_response_detail names the parameter and says what to do; 90001 if a
/// string is NULL. True changes neither.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_check(
    client: *mut xpay_client,
    name: *const c_char,
    value: *const c_char,
) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change_by_value(client, name, value, Session::check, Session::fail) }
}

/// Begins with `draft` and sends, with the shop's step if there is one. `true`: paid, and the step is done.
///
/// # Safety
/// `client` is NULL or alive; `step` as for xpay_tx_guarded.
unsafe fn pay(
    client: *mut xpay_client,
    step: xpay_step_t,
    context: *mut c_void,
    draft: impl FnOnce(&mut Session) -> bool,
) -> bool {
    // SAFETY: by this function's contract.
    let Some(mut call) = (unsafe { enter(client) }) else { return false };
    let drafted = call.change(|session| Ok(draft(session)));
    let answered = drafted
        && match step {
            // SAFETY: by this function's contract.
            Some(step) => guarded(&mut call, true, |client| unsafe { step(context, client) }),
            None => call.change(|session| Ok(session.tx(true))),
        };
    answered && call.change(|session| Ok(session.response_code() == "0000"))
}

/// Cancel in one call: cancels all that is left of the payment tid (LGD_TID). paytype is its LGD_PAYTYPE ("SC0010"),
/// which decides which codes count as done, as in xpay_is_cancelled; "" if unknown: then only "0000" counts. reason may
/// be "". To refund a virtual account, also pass the buyer's account: use xpay_set with LGD_RFACCOUNTNUM and the like,
/// and xpay_tx.
///
/// True: cancelled. False: not cancelled, or unknown. With XPAY_OUTCOME_ANSWERED the gateway's code gives the reason.
/// With XPAY_OUTCOME_ROLLED_BACK or XPAY_OUTCOME_IN_DOUBT the cancellation was, or may have been, undone, and the
/// payment stands or may stand. Request it again in any case: a payment is not cancelled twice. 90003 names a parameter
/// that is missing or too long, 10004 says that mid has no MertKey; nothing was sent then.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[must_use]
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

/// PartialCancel in one call: cancels amount won of the payment tid. remaining is what is left of it before, in won;
/// the gateway refuses if it has another number, so a call repeated by mistake cancels nothing more. Otherwise as
/// xpay_cancel.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[must_use]
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
