//! What comes back from the payment window and from the billing window, through the buyer's browser.

use std::ffi::c_char;

use xpayclient_core::binding::Session;

use crate::call::{change, look, look_at};
use crate::handle::{Contents, xpay_client};
use crate::posted::{change_by_body, value_of};
use crate::text::{EMPTY, Text, argument, arguments, pairs};

/// Reads the payment window's return: size bytes of body, as the browser POSTed them to LGD_RETURNURL. The bytes are copied
/// and need no NUL at the end. The return is not verified yet. The client keeps one, in addition to its transaction.
///
///     if (xpay_return_read(c, body, size) && find_order(&order, xpay_return_oid(c))
///         && xpay_return_verify(c, order.mid, order.oid, order.amount)) {
///         if (strcmp(xpay_return_value(c, "LGD_RESPCODE"), "0000") == 0)
///             snprintf(paykey, sizeof paykey, "%s", xpay_return_value(c, "LGD_PAYKEY"));     (then xpay_pay_by_key)
///         else
///             show(xpay_return_value(c, "LGD_RESPMSG"));
///     }
///
/// False: 90003 and 90001 as xpay_notice_read.
///
/// # Safety
/// `client` is NULL or alive; `body` is NULL or has `size` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_return_read(
    client: *mut xpay_client,
    body: *const c_char,
    size: usize,
) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change_by_body(client, body, size, Session::read_return) }
}

/// The LGD_OID that the return claims, to look up the shop's order; "" if it has none that an order can have. In the
/// encoding of xpay_response. If you know the order from the buyer's session, you do not need it.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_return_oid(client: *const xpay_client) -> *const c_char {
    let oid = |session: &Session| Text::new(&session.output(session.return_oid().unwrap_or_default()));
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "return_oid", oid) }
}

/// Verifies that the return is about the order oid of amount won of the merchant ID mid. Pass the values of the shop's own
/// order, never the received ones.
///
/// True also for a failure, which moves no money and is not signed: LGD_RESPCODE is not "0000", and there is no LGD_PAYKEY.
/// It may be shown to the buyer. It must not change an order that is paid. With "0000", LGD_MID, LGD_OID, LGD_AMOUNT,
/// LGD_RESPCODE and LGD_TIMESTAMP are signed, and nothing else: compare LGD_OID of the payment's answer with the order's.
///
/// False: 90003 (names the field that is missing, malformed or not the order's; LGD_HASHDATA if the signature is wrong;
/// LGD_MID as xpay_notice_verify), 10004 (no MertKey for mid), 90002 (nothing was read, or before xpay_init). The return is
/// then gone. 90001 if mid or oid is NULL.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_return_verify(
    client: *mut xpay_client,
    mid: *const c_char,
    oid: *const c_char,
    amount: u64,
) -> bool {
    // SAFETY: all by this function's contract.
    unsafe {
        change(client, |session| {
            let [mid, oid] = arguments([(mid, "mid"), (oid, "oid")])?;
            Ok(session.verify_return(mid, oid, amount))
        })
    }
}

/// A value of the verified return by its name: LGD_PAYKEY, LGD_RESPCODE, LGD_PAYTYPE, or one of the shop's own names, which
/// come back with LGD_RETURN_MERT_CUSTOM_PARAM=Y. The shop's own are not signed: the buyer may have changed them. In the
/// encoding of xpay_response; "" if there is no such name, and before xpay_return_verify.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_return_value(client: *const xpay_client, name: *const c_char) -> *const c_char {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, EMPTY, |contents| value_of(contents.return_values(), argument(name, "name").ok()?))
    }
}

/// Reads the return of a billing window (LGD_PAYWINDOWTYPE CardBillingAuth): size bytes of body, as the browser POSTed them.
/// xpay_billing_return_value then has LGD_BILLKEY, which CardAuth charges as LGD_PAN, or "" if the card was not registered.
///
/// The return has no signature, so it does not prove who sent it. Read it only in the session of the buyer who opened the
/// window, once for each window. False: 90003 as xpay_notice_read, or if LGD_RESPCODE is "0000" or missing and there is no
/// LGD_BILLKEY; 90001.
///
/// # Safety
/// `client` is NULL or alive; `body` is NULL or has `size` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_billing_return_read(
    client: *mut xpay_client,
    body: *const c_char,
    size: usize,
) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change_by_body(client, body, size, Session::read_billing_return) }
}

/// A value of the billing window's return by its name: LGD_BILLKEY, LGD_CARDNUM (masked), LGD_FINANCENAME … In the encoding
/// of xpay_response; "" if there is no such name, and before xpay_billing_return_read.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_billing_return_value(
    client: *const xpay_client,
    name: *const c_char,
) -> *const c_char {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, EMPTY, |contents| value_of(contents.billing_values(), argument(name, "name").ok()?))
    }
}

impl Contents {
    fn return_values(&self) -> &[(Text, Text)] {
        self.shown.returned.get_or_init(|| {
            pairs(&self.session, self.session.window_return().into_iter().flat_map(|one| one.values()))
        })
    }

    fn billing_values(&self) -> &[(Text, Text)] {
        self.shown.billing.get_or_init(|| {
            pairs(&self.session, self.session.billing_return().into_iter().flat_map(|one| one.values()))
        })
    }
}
