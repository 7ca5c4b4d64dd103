//! A transaction: begin, set, send, roll back, outcome.

use std::ffi::c_char;

use xpayclient_core::Error;
use xpayclient_core::encoding::decode;

use crate::call::{begin, change, look_at, look_or};
use crate::constants::{OUTCOMES, xpay_outcome_t};
use crate::guard::undo_in_step;
use crate::handle::{Contents, xpay_client};
use crate::said::{self, Aside};
use crate::text::{Text, argument, arguments};

/// Begins a transaction of the merchant ID mid: a new LGD_TXID and LGD_AUTHCODE, no other parameter. Sends nothing.
///
/// False: 10004 (no MertKey for mid), 90002 (before xpay_init), 90003 (mid or server_id has characters that an LGD_TXID
/// cannot have), 90001 (mid is NULL). xpay_set and xpay_tx then fail with the same code and message. The previous
/// transaction ends in any case. Code, message and rows of its answer stay readable until the next xpay_tx, for example
/// to Cancel its LGD_TID; xpay_outcome is XPAY_OUTCOME_NONE.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_init_tx(client: *mut xpay_client, mid: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { begin(client, || argument(mid, "mid"), |session, mid| session.init_tx(mid)) }
}

/// Sets a parameter of the transaction, or replaces its value in place. The bytes of name and value are copied and sent
/// unchanged: EUC-KR is the gateway's default; to send UTF-8, also set LGD_ENCODING to "UTF-8". Lengths and forms are
/// not checked: xpay_check does that.
///
/// False: 90002 (before xpay_init_tx), 90001 (a string is NULL), 90003 (no name, or another LGD_TXID, LGD_AUTHCODE or
/// LGD_MID than the transaction's). After that xpay_tx fails with the same code, because the request would not be the
/// intended one.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_set(
    client: *mut xpay_client,
    name: *const c_char,
    value: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| match arguments([(name, "name"), (value, "value")]) {
            Ok([name, value]) => Ok(session.set(name, value)),
            Err(error) => Ok(session.refuse(error)),
        })
    }
}

/// Removes a parameter of the transaction, so that xpay_set puts it at the end again. One that is not there is no
/// error.
///
/// False: 90002 (before xpay_init_tx), 90001 (name is NULL), 90003 (LGD_TXID, LGD_AUTHCODE or LGD_MID). After that
/// xpay_tx fails with the same code.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_unset(client: *mut xpay_client, name: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| match argument(name, "name") {
            Ok(name) => Ok(session.unset(name)),
            Err(error) => Ok(session.refuse(error)),
        })
    }
}

/// For a binding whose caller passed a value that cannot become a string: sets 90003 and "name why", for example
/// "LGD_OID is an array". The text must not contain the value. xpay_tx then rejects the current transaction. Always
/// false.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_refuse(
    client: *mut xpay_client,
    name: *const c_char,
    why: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| {
            let (name, why) = (argument(name, "name")?, argument(why, "why")?);
            Ok(session.refuse(Error::bad_value(&decode(name), decode(why))))
        })
    }
}

/// Sends the transaction and waits for the answer, at most `timeout` seconds of mall.conf. After a failure it waits as
/// long again for a Rollback and for a Report.
///
/// True: the gateway sent a well-formed answer, which may be a decline: a payment is approved only if
/// xpay_response_code is "0000". False: it did not. The code gives the reason (1xxxx to 4xxxx, 9xxxx; see xpay_error),
/// and xpay_outcome says whether money may have moved. With rollback_on_error, and unless auto_rollback is 0, a request
/// that may have arrived without a well-formed answer is rolled back at once (망취소). If you call it again without
/// xpay_init_tx, it sends the same parameters under a new LGD_TXID.
///
/// # Safety
/// `client` is NULL or alive.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_tx(client: *mut xpay_client, rollback_on_error: bool) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.tx(rollback_on_error))) }
}

/// Rolls back (망취소) the transaction sent last, for example if the shop's own step fails after an approval. In the
/// guard's step see xpay_step_t. reason is sent as LGD_RB_REASON.
///
/// True: the gateway answered 0000. Code, message, rows and LGD_TXID are then the Rollback's. False: it is not known to
/// be undone. Without an answer you may call it again; another xpay_tx needs xpay_init_tx first. 90002 if nothing was
/// sent, so that there is nothing to undo; nothing is sent then either.
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_rollback(client: *mut xpay_client, reason: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        let Some(undone) = undo_in_step(client, reason) else {
            return change(client, |session| Ok(session.rollback(argument(reason, "reason")?)));
        };
        if let (true, Some(client)) = (undone, client.as_ref()) {
            said::set_aside(client.number, Aside::RolledBack);
        }
        undone
    }
}

/// What became of the last xpay_tx or xpay_rollback, and of the calls that send by them. XPAY_OUTCOME_NONE since
/// xpay_init or xpay_init_tx, and without a client; XPAY_OUTCOME_IN_DOUBT during another call on the client.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_outcome(client: *const xpay_client) -> xpay_outcome_t {
    let became = |contents: &Contents| {
        let outcome = contents.session.outcome()?;
        numbered(outcome.number())
    };
    let (none, taken) = (xpay_outcome_t::XPAY_OUTCOME_NONE, xpay_outcome_t::XPAY_OUTCOME_IN_DOUBT);
    // SAFETY: by this function's contract.
    unsafe { look_or(client, none, taken, became) }
}

/// The outcome with this number.
pub(crate) fn numbered(number: u8) -> Option<xpay_outcome_t> {
    OUTCOMES.get(usize::from(number)).copied()
}

/// LGD_TXID of the transaction begun or sent last; "" before that. Note it with the order: by it the transaction is
/// found in the log and the journal.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_tx_id(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "tx_id", |session| Text::new(session.tx_id().as_bytes())) }
}

/// LGD_AUTHCODE for xpay_tx_id; "" before that. It is a secret: do not log it.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_auth_code(client: *const xpay_client) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "auth_code", |session| Text::new(session.auth_code().as_bytes())) }
}
