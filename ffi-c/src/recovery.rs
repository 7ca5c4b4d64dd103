//! Recovery: what earlier processes left in doubt is rolled back.

use crate::call::change;
use crate::handle::xpay_client;

/// Rolls back what earlier transactions left in doubt: those of every process with the same journal, this one included. What
/// gives money back is left to a person: asked again it does no harm, undone it might.
///
/// Returns how many are still open, 0 for none; those that are running now do not count. Code and message are those of
/// the first that could not be settled, "" if none failed: what is open without a code waits for a person, see
/// `xpay recover --list`. Outcome, rows and LGD_TXID stay the transaction's. SIZE_MAX with 90006 when the journal cannot
/// be read, with 90002 before xpay_init, and without a client.
/// It takes at most `timeout` seconds for each transaction: better called by a job of its own, or `xpay recover`, than
/// while a buyer waits. One process recovers at a time; meanwhile every other only counts.
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
