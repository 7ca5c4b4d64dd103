//! Notifications: what the gateway POSTs to LGD_CASNOTEURL and LGD_NOTEURL.

use std::ffi::c_char;
use std::slice;

use xpayclient_core::{Error, Session};

use crate::call::{change, look, look_at};
use crate::handle::{Contents, xpay_client};
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
/// 2 hours. False: 90003 if it is not a form, has a duplicate name or more than 64 KiB; 90001.
///
/// # Safety
/// `client` is NULL or alive; `body` is NULL or has `size` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_read(
    client: *mut xpay_client,
    body: *const c_char,
    size: usize,
) -> bool {
    let read = |session: &mut Session| {
        let size = size.min(isize::MAX.unsigned_abs());
        // SAFETY: `size` readable bytes by this function's contract, and no more than a slice may have.
        let given = (!body.is_null()).then(|| unsafe { slice::from_raw_parts(body.cast::<u8>(), size) });
        // The previous notification is gone in any case.
        let done = session.read_notice(given.unwrap_or_default());
        given.map(|_| done).ok_or_else(|| Error::null_argument("body"))
    };
    // SAFETY: by this function's contract.
    unsafe { change(client, read) }
}

/// The LGD_OID that the notification claims, to look up the shop's order; "" if it has no well-formed one.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_oid(client: *const xpay_client) -> *const c_char {
    let oid = |session: &Session| Text::new(session.notice_oid().unwrap_or_default().as_bytes());
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
/// xpay_notice_verify. It consists of LGD_TID, LGD_CASSEQNO and LGD_CASFLAG, which are not signed. A notification that
/// was seen once could come again with another key, so never credit a paid order again because the key is new.
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
        look(client, EMPTY, |contents| {
            let name = argument(name, "name").ok()?;
            let mut values = contents.notice_values().iter();
            values.find(|(known, _)| known.bytes() == name).map(|(_, value)| value.pointer())
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
