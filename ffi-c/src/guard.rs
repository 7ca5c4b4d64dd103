//! The guard: the shop's own step between an approval and its being known, so that a failure there undoes the payment.
//! As one call with a callback, and in parts for languages in which C cannot call back.

use std::ffi::{c_char, c_void};

use xpayclient_core::{Error, Outcome, STEP_FAILED};

use crate::call::{Call, change, enter, look};
use crate::handle::xpay_client;
use crate::said::{self, Aside};
use crate::text::argument;

/// The shop's own step after an approval, as the order's line in its database. True: it is done. False: the payment is to
/// be rolled back.
///
/// It is called at most once, on the calling thread, before xpay_tx_guarded returns. It may read the answer from client
/// with every function whose client is const; what it reads lives until it returns. It must not unwind. context is the
/// caller's, handed on as it is.
/// Of the calls whose client is not const two are understood: xpay_rollback and xpay_undo take the payment back at once, and
/// the call around the step returns as if the step had failed, whatever it returns. All others are turned away with 90002.
pub type xpay_step_t = Option<unsafe extern "C" fn(context: *mut c_void, client: *const xpay_client) -> bool>;

/// Sends the transaction as xpay_tx does, and once it is approved does step before the approval counts.
///
/// True: the gateway answered in form, and if the code is "0000" the step is done; with any other code it was not called.
/// False with 90007: approved, but the step returned false; xpay_outcome says XPAY_OUTCOME_ROLLED_BACK, or
/// XPAY_OUTCOME_IN_DOUBT where no Rollback was confirmed, which xpay_recover finishes. xpay_tx_id stays the payment's.
/// False with another code: as xpay_tx, the step was not called. 90001 when step is NULL: nothing was sent.
/// A process that dies in the step leaves an approval that `xpay recover --list` shows as unconfirmed.
///
/// # Safety
/// `client` is NULL or alive; `step` may be called with `context` and does not unwind.
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

/// The same within a call.
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
        Ok(match (session.is_held(), done) {
            (true, true) => session.confirm(),
            (true, false) => session.undo(STEP_FAILED.as_bytes()),
            // The step has rolled it back: code, message and outcome are those of a step that failed.
            (false, _) => false,
        })
    })
}

/// xpay_rollback and xpay_undo in the step: whether the payment is rolled back; asked again, the same. `None` outside a step.
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
        if session.is_held() {
            session.undo(reason);
        }
        Ok(matches!(session.outcome(), Some(Outcome::RolledBack(_))))
    });
    drop(call);
    Some(undone)
}

/// The first part of xpay_tx_guarded: sends as xpay_tx does, and an approval is held until xpay_confirm or xpay_undo.
///
/// Returns as xpay_tx; xpay_is_held tells whether there is an approval to confirm or undo. What is neither when the client
/// begins another transaction or ends, `xpay recover --list` shows as unconfirmed; xpay_rollback undoes it too.
///
/// # Safety
/// `client` is NULL or alive.
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

/// The shop's step is done: the held approval counts. False: 90002 when nothing is held.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_confirm(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.confirm())) }
}

/// The shop's step will never say how it ended, though this process goes on: what is held is left as the journal has it, and
/// `xpay recover --list` shows it as unconfirmed. xpay_rollback still undoes it. False when nothing is held; no code then.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_let_go(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.forsake())) }
}

/// The shop's step failed: the held approval is rolled back, with reason as LGD_RB_REASON. Always false: 90007, and
/// xpay_outcome tells what became of it as after xpay_tx_guarded; 90002 when nothing is held.
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
