//! The form of a window: begin, set, sign, read; and what it is warned of.

use std::ffi::c_char;

use xpayclient_core::binding::Session;
use xpayclient_core::window::{Warning, Window};

use crate::call::{change, change_by_value, look, look_at};
use crate::handle::{Contents, xpay_client};
use crate::text::{EMPTY, Text, argument, pairs};

/// Begins the form that opens a window, for the contract's merchant ID cst_mid without the "t" of the test platform.
/// LGD_MID and CST_PLATFORM follow from it and from the mode of xpay_init. The client keeps one form, in addition to
/// its transaction. False: 90001 (cst_mid is NULL).
///
/// # Safety
/// `client` is NULL or alive; the string is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_begin(client: *mut xpay_client, cst_mid: *const c_char) -> bool {
    // SAFETY: both by this function's contract.
    unsafe {
        change(client, |session| {
            let cst_mid = argument(cst_mid, "cst_mid");
            // The previous form is gone in any case.
            session.begin_window(cst_mid.as_ref().copied().unwrap_or_default());
            cst_mid.map(|_| true)
        })
    }
}

/// Sets a parameter of the form, LGD_…, CST_… or one of the shop's own, or replaces its value; EUC-KR or UTF-8, copied.
/// LGD_ESCROW_GOODID, _GOODNAME, _GOODCODE, _UNITPRICE and _QUANTITY are added instead: set them once for each item.
/// LGD_TIMESTAMP defaults to the current time. xpay_window_sign checks the value.
///
/// False: 90002 (before xpay_window_begin), or 90001 (a string is NULL), after which xpay_window_sign fails until
/// xpay_window_begin.
///
/// # Safety
/// `client` is NULL or alive; the strings are NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_set(
    client: *mut xpay_client,
    name: *const c_char,
    value: *const c_char,
) -> bool {
    // SAFETY: both by this function's contract.
    unsafe { change_by_value(client, name, value, Session::set_window, Session::refuse_window) }
}

/// Sets whether xpay_window_sign refuses what xpay_window_warning would show; off for each form that is begun. False:
/// 90002 (before xpay_window_begin).
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_strict(client: *mut xpay_client, strict: bool) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.set_window_strict(strict))) }
}

/// Checks every parameter against the window's rules, and computes LGD_HASHDATA with the MertKey of LGD_MID.
///
/// LGD_PAYWINDOWTYPE CardBillingAuth or CardBillingAuth_smartphone makes the form of a billing key, without an order,
/// an amount or a signature; LGD_PAYTYPE ASC… that of an identity check, with a signature of its own, which the page
/// opens by openAuthonly. All others are a payment's.
///
/// False: 90003 names the first parameter that is missing, too long, malformed or set by the library only;
/// 10004 (no MertKey), 90002 (before xpay_init or xpay_window_begin).
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_sign(client: *mut xpay_client) -> bool {
    // SAFETY: by this function's contract.
    unsafe { change(client, |session| Ok(session.sign_window())) }
}

/// The signed form as HTML, one escaped `<input type="hidden" …>` line for each parameter, in the encoding of
/// xpay_response, which must be the page's; "" before xpay_window_sign.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_html(client: *const xpay_client) -> *const c_char {
    let html = |session: &Session| {
        let html = session.window().map(|window| window.hidden_fields()).unwrap_or_default();
        Text::new(&session.output(&html))
    };
    // SAFETY: by this function's contract.
    unsafe { look_at(client, "window_html", html) }
}

/// The number of parameters of the signed form; 0 before xpay_window_sign.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |contents| Some(contents.window_fields().len())) }
}

/// The name of a parameter of the signed form by its index from 0, in order; "" if index is out of range.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_name(client: *const xpay_client, index: usize) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe {
        look(client, EMPTY, |contents| contents.window_fields().get(index).map(|(name, _)| name.pointer()))
    }
}

/// The value of a parameter of the signed form, not escaped, in the encoding of xpay_response; "" if index is out of
/// range.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_value(client: *const xpay_client, index: usize) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe {
        look(client, EMPTY, |contents| contents.window_fields().get(index).map(|(_, text)| text.pointer()))
    }
}

/// The number of warnings of the signed form; 0 before xpay_window_sign.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_warning_count(client: *const xpay_client) -> usize {
    // SAFETY: by this function's contract.
    unsafe { look(client, 0, |contents| Some(contents.window_warnings().len())) }
}

/// What the gateway may take or refuse in the signed form, for the developer: the parameter's name, what was found and
/// what to do, in English and Korean, in the encoding of xpay_response; never a value. "" if index is out of range.
///
/// # Safety
/// `client` is NULL or alive.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xpay_window_warning(client: *const xpay_client, index: usize) -> *const c_char {
    // SAFETY: by this function's contract.
    unsafe { look(client, EMPTY, |contents| contents.window_warnings().get(index).map(Text::pointer)) }
}

impl Contents {
    fn window_warnings(&self) -> &[Text] {
        let text = |warning: &Warning| Text::new(&self.session.output(&warning.to_string()));
        self.shown
            .warnings
            .get_or_init(|| self.session.window().into_iter().flat_map(Window::warnings).map(text).collect())
    }

    fn window_fields(&self) -> &[(Text, Text)] {
        self.shown.window.get_or_init(|| {
            pairs(&self.session, self.session.window().into_iter().flat_map(|window| window.fields()))
        })
    }
}
