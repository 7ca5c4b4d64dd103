//! How every call enters: a NULL handle is tolerated, a panic stops here, a change ends what was shown.

use std::cell::OnceCell;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use xpayclient_core::{Error, Session};

use crate::client::{Shown, xpay_client};
use crate::text::{EMPTY, Text};

/// A call that changes the client. `false` without a client, and after an error or a panic, which leave a code.
///
/// # Safety
/// `client` is NULL or came from `xpay_new`, was not freed, and is used by no other thread now.
pub(crate) unsafe fn change(
    client: *mut xpay_client,
    call: impl FnOnce(&mut Session) -> Result<bool, Error>,
) -> bool {
    // SAFETY: by this function's own contract.
    let Some(client) = (unsafe { client.as_mut() }) else {
        return false;
    };
    let session = &mut client.session;
    let result = catch_unwind(AssertUnwindSafe(|| match call(session) {
        Ok(done) => done,
        Err(error) => session.fail(error),
    }));
    let done = result.unwrap_or_else(|_| client.session.fail(Error::internal("a panic was stopped")));
    client.shown = Shown::default();
    done
}

/// A call that begins a transaction of what `arguments` reads; where one is NULL, the transaction before is over all the same.
///
/// # Safety
/// As for [`change`].
pub(crate) unsafe fn begin<T>(
    client: *mut xpay_client,
    arguments: impl FnOnce() -> Result<T, Error>,
    call: impl FnOnce(&mut Session, T) -> bool,
) -> bool {
    let begun = |session: &mut Session| {
        Ok(match arguments() {
            Ok(arguments) => call(session, arguments),
            Err(error) => session.begin_refused(error),
        })
    };
    // SAFETY: by this function's own contract.
    unsafe { change(client, begun) }
}

/// A call that only looks. `missing` without a client.
///
/// # Safety
/// `client` is NULL or came from `xpay_new`, was not freed, and is changed by no other thread now.
pub(crate) unsafe fn look<'a, T>(
    client: *const xpay_client,
    missing: T,
    call: impl FnOnce(&'a xpay_client) -> Option<T>,
) -> T {
    // SAFETY: by this function's own contract.
    let Some(client) = (unsafe { client.as_ref() }) else {
        return missing;
    };
    catch_unwind(AssertUnwindSafe(|| call(client))).ok().flatten().unwrap_or(missing)
}

/// A call that looks at one text. "" without a client.
///
/// # Safety
/// As for [`look`].
pub(crate) unsafe fn look_at(
    client: *const xpay_client,
    cell: impl FnOnce(&Shown) -> &OnceCell<Text>,
    make: impl FnOnce(&Session) -> Text,
) -> *const c_char {
    // SAFETY: by this function's own contract.
    unsafe {
        look(client, EMPTY, |client| {
            let text = cell(&client.shown).get_or_init(|| make(&client.session));
            Some(text.pointer())
        })
    }
}
