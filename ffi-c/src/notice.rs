//! Notifications: what the gateway POSTs to LGD_CASNOTEURL and LGD_NOTEURL, and a mobile payment's note, which says whether
//! the payment may stand.

use std::ffi::c_char;

use xpayclient_core::binding::Session;

use crate::call::{change, look, look_at};
use crate::handle::{Contents, xpay_client};
use crate::posted::{change_by_body, value_of};
use crate::text::{EMPTY, Text, argument, pairs};

/// Reads a notification: size bytes of body, as the gateway POSTed them to LGD_CASNOTEURL or LGD_NOTEURL. The bytes are
/// copied and need no NUL at the end. The notification is not verified yet. The client keeps one, in addition to its
/// transaction.
///
///     if (xpay_notice_read(c, body, size) && find_order(&order, xpay_notice_oid(c))
///         && xpay_notice_verify(c, order.mid, order.amount) && book_once(xpay_notice_key(c), c))
///         fputs("OK", stdout);
///
/// After you have saved a notification, answer exactly "OK". After any other answer it comes again, every 3 minutes for
/// 2 hours. A mobile payment's note is answered with xpay_note_answer instead.
///
/// False: 90003 if it is not a form, has one of the protocol's names twice, more than 1000 parameters or more than 64
/// KiB; 90001 (body is NULL).
///
/// # Safety
/// `client` is NULL or alive; `body` is NULL or has `size` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_read(
    client: *mut xpay_client,
    body: *const c_char,
    size: usize,
) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change_by_body(client, body, size, Session::read_notice) }
}

/// The LGD_OID that the notification claims, to look up the shop's order; "" if it has none that an order can
/// have. In the encoding of xpay_response.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_oid(client: *const xpay_client) -> *const c_char {
    let oid = |session: &Session| Text::new(&session.output(session.notice_oid().unwrap_or_default()));
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "notice_oid", oid) }
}

/// Verifies that the notification comes from the gateway, for an order of amount won of the merchant ID mid. Pass the
/// LGD_MID and the amount of the shop's own order, found with xpay_notice_oid, never the received ones. mall.conf may
/// contain the MertKeys of test shops and of the vendor's samples, which anybody can sign with.
///
/// LGD_TID and LGD_CASFLAG are not signed: compare LGD_TID with the order's. False: 90003 (names the wrong field:
/// LGD_MID if it is not mid, LGD_HASHDATA if the signature is wrong; a test shop on the service platform or the
/// reverse; the vendor's sample key in service or next to a real shop's), 10004 (no MertKey for mid), 90002 (nothing
/// was read, or before xpay_init). The notification is then gone. 90001 if mid is NULL.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_verify(
    client: *mut xpay_client,
    mid: *const c_char,
    amount: u64,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.verify_notice(argument(mid, "mid")?, amount))) }
}

/// A key of the verified notification: the same text for a repeated one, and for no other. "" before
/// xpay_notice_verify. It consists of LGD_TID, LGD_CASSEQNO, LGD_CASFLAG and LGD_PAYDATE, which are not signed. A
/// notification that was seen once could come again with another key, so never credit a paid order again because the key
/// is new.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_key(client: *const xpay_client) -> *const c_char {
    let key = |session: &Session| Text::new(&session.output(&session.notice_key().unwrap_or_default()));
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "notice_key", key) }
}

/// A value of the verified notification by its name, for example LGD_CASFLAG: "R" for an issued account, "I" for a
/// deposit, "C" for a reversed deposit. In the encoding of xpay_response; "" if there is no such name, and before
/// xpay_notice_verify.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_value(client: *const xpay_client, name: *const c_char) -> *const c_char {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, EMPTY, |contents| value_of(contents.notice_values(), argument(name, "name").ok()?))
    }
}

/// Whether the verified notification is a mobile payment that the shop has to save now: code 0000, and an order that is not
/// paid yet. saved_tid is the LGD_TID with which your order is saved as paid; "" or NULL if it is not. False for a
/// repetition, for a failure, for an order that another payment has paid, and before xpay_notice_verify.
///
/// The gateway POSTs a note to LGD_KVPMISPNOTEURL or LGD_MTRANSFERNOTEURL after it has finished the payment by itself,
/// without PaymentByKey. Its signature is that of the window's return, which the buyer has seen: let only the gateway's
/// servers reach the page. Save the order, then print xpay_note_answer:
///
///     if (xpay_notice_read(c, body, size) && find_order(&order, xpay_notice_oid(c))
///         && xpay_notice_verify(c, order.mid, order.amount)) {
///         if (xpay_note_due(c, order.tid))
///             save_paid(&order, xpay_notice_value(c, "LGD_TID"));     (sets order.tid if it succeeds)
///         fputs(xpay_note_answer(c, order.tid), stdout);
///     }
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_note_due(client: *const xpay_client, saved_tid: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, false, |contents| {
            Some(contents.session.is_note_due(argument(saved_tid, "saved_tid").unwrap_or_default()))
        })
    }
}

/// The whole answer to a mobile payment's note. saved_tid is the LGD_TID with which your order is saved as paid now; "" or
/// NULL if it could not be saved. "OK" if the order is saved with this payment, or if the note is about a failure.
/// "ROLLBACK" if not, also for an order that another payment has paid. "" before xpay_notice_verify: answer that with an
/// HTTP error.
///
/// With LGD_CUSTOM_ROLLBACK Y or C, the gateway takes the payment back after "ROLLBACK". With N, or without it, the note
/// comes again every 3 minutes for 2 hours, and the payment stands: save it then, or cancel it by LGD_TID.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_note_answer(
    client: *const xpay_client,
    saved_tid: *const c_char,
) -> *const c_char {
    // SAFETY: both by this function's contract.
    unsafe {
        look(client, EMPTY, |contents| {
            let saved_tid = argument(saved_tid, "saved_tid").unwrap_or_default();
            let answer = contents.session.note_answer(saved_tid)?;
            // Kept under the answer's own name: the next question may have the other answer.
            Some(contents.shown.text(answer, || Text::new(answer.as_bytes())))
        })
    }
}

impl Contents {
    fn notice_values(&self) -> &[(Text, Text)] {
        self.shown.notice.get_or_init(|| {
            pairs(&self.session, self.session.notice().into_iter().flat_map(|notice| notice.values()))
        })
    }
}
