//! The guard: runs the shop's own step before an approval counts, and rolls the payment back if the step fails.
//! One call with a callback, and single calls for languages without C callbacks.

use std::ffi::{c_char, c_void};

use xpayclient_core::binding::{STEP_FAILED, Session};
use xpayclient_core::{Error, Outcome};

use crate::call::{Call, change, enter, look};
use crate::handle::xpay_client;
use crate::said::{self, Aside};
use crate::text::argument;

/// The shop's own step after an approval, for example saving the order. Return true if it is done, false to roll the
/// payment back.
///
/// It is called at most once, on the calling thread, before xpay_tx_guarded returns. It may read the answer from client
/// with every function whose client is const; the strings stay valid until the step returns. It must not unwind: no C++
/// exception and no longjmp may leave it. context is passed on unchanged.
/// Of the calls whose client is not const, two work in the step: xpay_rollback and xpay_undo roll the payment back at
/// once, and the surrounding call returns as if the step had failed, whatever the step returns. All others fail with
/// 90002.
pub type xpay_step_t = Option<unsafe extern "C" fn(context: *mut c_void, client: *const xpay_client) -> bool>;

/// Sends the transaction as xpay_tx does. If it is approved, calls step, with context, before the approval counts.
///
/// True: the gateway sent a well-formed answer. If xpay_response_code is "0000", the payment is approved and the step
/// is done; with any other code it is a decline, and the step was not called.
///
/// False with 90007: approved, but the step returned false. xpay_outcome is XPAY_OUTCOME_ROLLED_BACK, or
/// XPAY_OUTCOME_IN_DOUBT if no Rollback was confirmed, which xpay_recover_open settles. xpay_tx_id stays the payment's.
/// False with another code: as xpay_tx, the step was not called. 90001 if step is NULL: nothing was sent. If the
/// process dies in the step, `xpay recover --list` shows the approval as unconfirmed.
///
/// # Safety
/// `client` is NULL or alive; `step` may be called with `context` and does not unwind.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_tx_guarded(
    client: *mut xpay_client,
    rollback_on_error: bool,
    step: xpay_step_t,
    context: *mut c_void,
) -> bool {
    // SAFETY: by this function's contract.
    let Some(mut call) = (unsafe { enter(client) }) else { return false };
    match step {
        // SAFETY: by this function's contract.
        Some(step) => guarded(&mut call, rollback_on_error, |client| unsafe { step(context, client) }),
        None => call.change(|_| Err(Error::null_argument("step"))),
    }
}

/// The same inside a call.
pub(crate) fn guarded(
    call: &mut Call<'_>,
    rollback_on_error: bool,
    step: impl FnOnce(*const xpay_client) -> bool,
) -> bool {
    let mut held = false;
    let answered = call.change(|session| {
        let answered = session.tx_held(rollback_on_error);
        held = session.is_held();
        Ok(answered)
    });
    if !held {
        return answered;
    }
    let done = call.lend(step);
    call.change(|session| {
        Ok(match (has_stood(session), done) {
            (true, true) => session.confirm(),
            (true, false) => session.undo(STEP_FAILED.as_bytes()),
            // The step has rolled it back: code, message and outcome are those of a step that failed.
            (false, _) => false,
        })
    })
}

/// Whether the step has not rolled it back. Of a child that it forked, the session says why that can end nothing.
fn has_stood(session: &Session) -> bool {
    matches!(session.outcome(), Some(Outcome::Answered(_)))
}

/// xpay_rollback and xpay_undo in the step: whether the payment is rolled back; the same when called again. `None`
/// outside a step.
///
/// # Safety
/// `client` is NULL or alive; `reason` is NULL or NUL-terminated.
pub(crate) unsafe fn undo_in_step(client: *const xpay_client, reason: *const c_char) -> Option<bool> {
    // SAFETY: by this function's contract.
    let client = unsafe { client.as_ref() }?;
    let mut call = Call::enter_from_step(client)?;
    // SAFETY: by this function's contract.
    let Ok(reason) = (unsafe { argument(reason, "reason") }) else {
        drop(call);
        said::set_aside(client.number, Aside::NoReason);
        return Some(false);
    };
    let undone = call.change(|session| {
        if has_stood(session) {
            session.undo(reason);
        }
        Ok(matches!(session.outcome(), Some(Outcome::RolledBack(_))))
    });
    drop(call);
    Some(undone)
}

/// The first part of xpay_tx_guarded, for languages without callbacks: sends as xpay_tx does, and holds an approval
/// until xpay_confirm or xpay_undo.
///
/// Returns as xpay_tx; xpay_is_held says whether there is an approval to confirm or undo. If you do neither before the
/// client begins another transaction or is freed, the payment stands, and `xpay recover --list` shows it as
/// unconfirmed; without a journal nothing does. xpay_rollback undoes it too.
///
/// # Safety
/// `client` is NULL or alive.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_tx_held(client: *mut xpay_client, rollback_on_error: bool) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.tx_held(rollback_on_error))) }
}

/// Whether an approval waits for xpay_confirm or xpay_undo.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_is_held(client: *const xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { look(client, false, |contents| Some(contents.session.is_held())) }
}

/// Confirms the held approval: the shop's step is done. False: 90002 if no approval is held.
///
/// # Safety
/// `client` is NULL or alive.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_confirm(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.confirm())) }
}

/// Leaves the held approval unconfirmed, if the shop's step will never report how it ended and this process continues:
/// `xpay recover --list` shows it. xpay_rollback still undoes it. False without a code if no approval is held.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_let_go(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.leave_unconfirmed())) }
}

/// Rolls the held approval back, with reason as LGD_RB_REASON: the shop's step failed. Always false: 90007, and
/// xpay_outcome is XPAY_OUTCOME_ROLLED_BACK, or XPAY_OUTCOME_IN_DOUBT if no Rollback was confirmed; 90002 if no
/// approval is held; 90001 if reason is NULL, and the approval is still held.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_undo(client: *mut xpay_client, reason: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        match undo_in_step(client, reason) {
            Some(_) => false,
            None => change(client, |session| Ok(session.undo(argument(reason, "reason")?))),
        }
    }
}
