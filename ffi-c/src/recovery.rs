//! Recovery: rolls back what earlier processes left in doubt.

use xpayclient_core::Error;
use xpayclient_core::binding::Session;

use crate::call::change;
use crate::handle::xpay_client;

/// Rolls back what earlier transactions left in doubt, of every process with the same journal, this one included.
/// Leaves cancellations and cash receipts to a person: repeating them is harmless, undoing them may not be.
///
/// True: count has how many are still open, 0 for none; transactions that are running now do not count. Code and
/// message are those of the first that could not be settled, "" if none failed. A transaction that is open without a
/// code waits for a person, see `xpay recover --list`. Outcome, rows and LGD_TXID stay the transaction's.
///
/// False: 90006 (the journal cannot be read), 90002 (before xpay_init), 90001 (count is NULL; nothing is sent then). It
/// is not known then how many are open, and count has SIZE_MAX.
///
/// It takes at most `timeout` seconds per transaction: call it from a job of its own, or use `xpay recover`, rather
/// than while a buyer waits. Of files only one process recovers at a time; meanwhile the others only
/// count. Of a database any number does.
///
/// # Safety
/// `client` is NULL or alive; `count` is NULL or may be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_recover_open(client: *mut xpay_client, count: *mut usize) -> bool {
    let mut open = None;
    let recover = |session: &mut Session| {
        if count.is_null() {
            return Err(Error::null_argument("count"));
        }
        open = session.recover();
        Ok(open.is_some())
    };
    // SAFETY: by this function's contract.
    unsafe {
        let done = change(client, recover);
        count.as_mut().into_iter().for_each(|count| *count = open.unwrap_or(usize::MAX));
        done
    }
}

/// As xpay_recover_open, but returns the number itself, and SIZE_MAX instead of false.
///
/// # Safety
/// `client` is NULL or alive.
#[deprecated(note = "use xpay_recover_open")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_recover(client: *mut xpay_client) -> usize {
    let mut open = usize::MAX;
    // SAFETY: by this function's contract.
    let _ = unsafe { xpay_recover_open(client, &raw mut open) };
    open
}
