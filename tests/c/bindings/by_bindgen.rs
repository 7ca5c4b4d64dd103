//! Pays by the declarations that bindgen made: HOME PAYKEY.
#![allow(non_camel_case_types, non_upper_case_globals, dead_code, reason = "the names are bindgen's, and of all functions")]

mod xpay;

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

/// Saves the order: here, the LGD_TID.
unsafe extern "C" fn save(context: *mut c_void, client: *const xpay::xpay_client) -> bool {
    unsafe { *context.cast::<String>() = text(xpay::xpay_response(client, c"LGD_TID".as_ptr(), 0)) };
    true
}

unsafe fn text(pointer: *const c_char) -> String {
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

fn main() {
    let [home, paykey] =
        [1, 2].map(|at| CString::new(std::env::args().nth(at).expect("HOME PAYKEY")).expect("no NUL"));
    let (mid, mode) = (c"tlgdacomxpay".as_ptr(), xpay::XPAY_MODE_TEST.as_ptr().cast());
    let (mut tid, mut open) = (String::new(), 7);
    unsafe {
        assert_eq!(xpay::xpay_version_number(), xpay::XPAY_VERSION_NUMBER);
        let client = xpay::xpay_new();
        assert!(xpay::xpay_init(client, home.as_ptr(), mode));
        let time = xpay::xpay_timestamp_str(client);
        let signature = xpay::xpay_hash_data_str(client, mid, c"by-bindgen".as_ptr(), c"23400".as_ptr(), time);
        assert_eq!(text(signature).len() + 1, xpay::XPAY_HASH_SIZE as usize);
        assert!(xpay::xpay_recover_open(client, &mut open) && open == 0);
        assert!(!xpay::xpay_recover_open(client, ptr::null_mut()));
        assert_eq!(xpay::xpay_error(client), xpay::xpay_error_t_XPAY_ERR_NULL_ARGUMENT);
        let paid = xpay::xpay_pay_by_key(client, mid, paykey.as_ptr(), 23400, Some(save), (&raw mut tid).cast());
        assert!(paid, "{}", text(xpay::xpay_response_detail(client)));
        assert_eq!(xpay::xpay_error(client), xpay::xpay_error_t_XPAY_ERR_NONE);
        xpay::xpay_free(client);
    }
    println!("{tid}");
}
