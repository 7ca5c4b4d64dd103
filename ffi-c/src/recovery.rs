//! Recovery: rolls back what earlier processes left in doubt.

use crate::call::change;
use crate::handle::xpay_client;

/// Rolls back what earlier transactions left in doubt, of every process with the same journal, this one included.
/// Leaves cancellations and cash receipts to a person: repeating them is harmless, undoing them may not be.
///
/// Returns how many are still open, 0 for none; transactions that are running now do not count. Code and message are
/// those of the first that could not be settled, "" if none failed. A transaction that is open without a code waits for
/// a person, see `xpay recover --list`. Outcome, rows and LGD_TXID stay the transaction's. SIZE_MAX with 90006 if the
/// journal cannot be read, with 90002 before xpay_init, and without a client.
/// It takes at most `timeout` seconds per transaction: call it from a job of its own, or use `xpay recover`, rather
/// than while a buyer waits. Only one process recovers at a time; meanwhile the others only count.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_recover(client: *mut xpay_client) -> usize {
    let mut open = None;
    // SAFETY: by this function's contract.
    unsafe {
        change(client, |session| {
            open = session.recover();
            Ok(open.is_some())
        })
    };
    open.unwrap_or(usize::MAX)
}
