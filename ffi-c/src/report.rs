//! Requests to `aux_url`: Report, and Patch for configuration files.

use std::ffi::c_char;

use crate::call::change;
use crate::handle::xpay_client;
use crate::text::argument;

/// Reports a failure to the gateway's operators at aux_url: status is sent as LGD_STATUS, msg as LGD_MSG. Needs
/// xpay_init_tx for the merchant ID.
///
/// True: the gateway answered 0000. Code and message are the Report's; LGD_TXID, rows and outcome stay the
/// transaction's, and xpay_rollback still rolls that one back. False: 90002 (before xpay_init_tx), 20001 if aux_url is
/// missing or not https, and as xpay_tx.
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

/// Downloads a new mall.conf, lgdacom.conf or ca-bundle.crt, as filename says, from aux_url and replaces the file,
/// completely or not at all.
///
/// Needs xpay_init_tx for the merchant ID; the file is read by the next xpay_init. False: 90003 (another file, or
/// invalid content), 90002 (before xpay_init_tx), 20201 (the answer is not text/plain), 20005 (it cannot be written),
/// 20001 (aux_url is missing or not https), and as xpay_tx.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_patch(client: *mut xpay_client, filename: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change(client, |session| Ok(session.patch(argument(filename, "filename")?))) }
}
