//! Notices: what the gateway POSTs to LGD_CASNOTEURL and LGD_NOTEURL.

use std::ffi::c_char;
use std::slice;

use xpayclient_core::{Error, Session};

use crate::call::{change, look, look_at};
use crate::handle::{Contents, xpay_client};
use crate::text::{EMPTY, Text, argument, pairs};

/// Reads a notice: the size bytes of body, as the gateway POSTed them to LGD_CASNOTEURL or LGD_NOTEURL, need no NUL at their
/// end and are copied. Nothing of it is believed yet. The client keeps one notice, beside its transaction.
///
///     if (xpay_notice_read(c, body, size) && find_order(&order, xpay_notice_oid(c))
///         && xpay_notice_verify(c, order.mid, order.amount) && book_once(xpay_notice_key(c), c))
///         fputs("OK", stdout);
///
/// Whoever has booked a notice answers exactly "OK"; to anything else it comes again, every 3 minutes for 2 hours.
/// False: 90003 when it is no form, has a name twice or more than 64 KiB; 90001.
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
        // The notice before is over in any case.
        let done = session.read_notice(given.unwrap_or_default());
        given.map(|_| done).ok_or_else(|| Error::null_argument("body"))
    };
    // SAFETY: by this function's contract.
    unsafe { change(client, read) }
}

/// LGD_OID that the notice claims, by which the shop looks up its order; "" when it has none in form.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_oid(client: *const xpay_client) -> *const c_char {
    let oid = |session: &Session| Text::new(session.notice_oid().unwrap_or_default().as_bytes());
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "notice_oid", oid) }
}

/// Whether the notice that was read is the gateway's, and about an order of amount won in the shop mid: pass the LGD_MID and
/// the amount of the shop's own order, which xpay_notice_oid led to, never what came in. Whose MertKey counts is not for a
/// notice to say: mall.conf may hold those of test shops and of the vendor's samples, which anybody can sign with.
///
/// LGD_TID and LGD_CASFLAG are not signed: compare the former with the order's. False: 90003 (the field that is wrong: LGD_MID
/// where it is not mid, LGD_HASHDATA where the signature is; a test shop on the service platform or the reverse; the vendor's
/// sample key in service or beside a real shop), 10004 (no MertKey for mid), 90002 (nothing was read, or xpay_init was not called). The
/// notice is gone then. 90001 when mid is NULL.
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

/// Names a verified notice: the same text for one that comes again, and for no other. "" before xpay_notice_verify.
/// It is made of LGD_TID, LGD_CASSEQNO and LGD_CASFLAG, which are not signed: a notice that was seen once could come again as
/// another, so an order that is paid is not paid once more because the text is new.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_notice_key(client: *const xpay_client) -> *const c_char {
    let key = |session: &Session| Text::new(&session.output(&session.notice_key().unwrap_or_default()));
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "notice_key", key) }
}

/// A value of a verified notice by its name, as LGD_CASFLAG: "R" for an account allotted, "I" for money paid in, "C" for
/// a deposit taken back. In the encoding of xpay_response; "" when there is no such name, and before xpay_notice_verify.
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
