//! Forms that were POSTed to the shop: their bytes in, their values out.

use std::ffi::c_char;
use std::slice;

use xpayclient_core::Error;
use xpayclient_core::binding::Session;

use crate::call::change;
use crate::handle::xpay_client;
use crate::text::Text;

/// A call that reads `size` bytes of `body`. What was read before is gone in any case.
///
/// # Safety
/// `client` is NULL or alive; `body` is NULL or has `size` readable bytes.
pub(crate) unsafe fn change_by_body(
    client: *mut xpay_client,
    body: *const c_char,
    size: usize,
    read: impl FnOnce(&mut Session, &[u8]) -> bool,
) -> bool {
    let read = |session: &mut Session| {
        let size = size.min(isize::MAX.unsigned_abs());
        // SAFETY: `size` readable bytes by this function's contract, and no more than a slice may have.
        let given = (!body.is_null()).then(|| unsafe { slice::from_raw_parts(body.cast::<u8>(), size) });
        let done = read(session, given.unwrap_or_default());
        given.map(|_| done).ok_or_else(|| Error::null_argument("body"))
    };
    // SAFETY: by this function's contract.
    unsafe { change(client, read) }
}

/// A value by its name, both in the output encoding.
pub(crate) fn value_of(values: &[(Text, Text)], name: &[u8]) -> Option<*const c_char> {
    values.iter().find(|(known, _)| known.bytes() == name).map(|(_, value)| value.pointer())
}
