//! What goes to `aux_url`: reports, and patches of configuration files.

use std::ffi::c_char;

use crate::call::change;
use crate::handle::xpay_client;
use crate::text::argument;

/// Tells the gateway's operators, at aux_url, of something that went wrong. Needs xpay_init_tx for the shop id.
///
/// True: the gateway answered 0000. Code and message are the Report's; LGD_TXID, rows and outcome stay the transaction's,
/// which xpay_rollback still means. False: 20001 when aux_url is missing or not https, and as xpay_tx.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_report(
    client: *mut xpay_client,
    status: *const c_char,
    msg: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| Ok(session.report(argument(status, "status")?, argument(msg, "msg")?)))
    }
}

/// Asks aux_url for a new mall.conf, lgdacom.conf or ca-bundle.crt and puts it in place, whole or not at all.
///
/// Needs xpay_init_tx for the shop id; the file counts from the next xpay_init on. False: 90003 (another file, or a
/// content that such a file cannot have), 20201 (the answer is not text/plain), 20005 (it cannot be written), 20001, and
/// as xpay_tx.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_patch(client: *mut xpay_client, filename: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.patch(argument(filename, "filename")?))) }
}
