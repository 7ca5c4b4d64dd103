//! The C ABI as any sequence of calls with any strings: no crash, no fault of ours, and texts that end. Nothing is sent: there is
//! no address to send to.
#![no_main]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use xpayclient::*;

/// Settings by which a call would reach the network or the disk.
const REACHING: [&str; 6] = ["url", "test_url", "aux_url", "journal_dir", "log_dir", "proxy"];

struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    fn number(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// A string of what comes next, or now and then NULL, and words that the library knows.
    fn string(&mut self) -> Option<CString> {
        const KNOWN: [&str; 12] = [
            "tlgdacomxpay",
            "LGD_TXNAME",
            "PaymentByKey",
            "LGD_OID",
            "LGD_AMOUNT",
            "23400",
            "test",
            "LGD_MID",
            "LGD_BUYER",
            "https://shop.invalid/returnurl",
            "LGD_RETURNURL",
            "iframe",
        ];
        match self.byte() {
            0 => None,
            word @ 1..=12 => CString::new(KNOWN[usize::from(word) - 1]).ok(),
            length => {
                let end = usize::from(length).min(self.0.len());
                let (text, rest) = self.0.split_at(end);
                self.0 = rest;
                CString::new(text.iter().map(|&b| b.max(1)).collect::<Vec<_>>()).ok()
            }
        }
    }
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

/// Reads a text to its end.
fn read(text: *const c_char) {
    if !text.is_null() {
        // SAFETY: what the library shows ends with a NUL and lives until the next change.
        let _ = unsafe { CStr::from_ptr(text) }.to_bytes().len();
    }
}

unsafe extern "C" fn step(context: *mut c_void, client: *const xpay_client) -> bool {
    // SAFETY: as the library calls it.
    read(unsafe { xpay_response_code(client) });
    !context.is_null()
}

/// It calls its client, of which `context` is the pointer to a pointer.
unsafe extern "C" fn logger(context: *mut c_void, _: c_int, line: *const c_char) {
    read(line);
    // SAFETY: the pointer outlives every client, and what it points to is the client that logs.
    unsafe {
        let client = *context.cast::<*mut xpay_client>();
        assert!(!xpay_set(client, c"LGD_OID".as_ptr(), c"O".as_ptr()) && !xpay_rollback(client, c"r".as_ptr()));
        read(xpay_response_msg(client));
        read(xpay_response(client, c"LGD_TID".as_ptr(), 0));
    }
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let mut out = [0 as c_char; 129];
    let out = out.as_mut_ptr();
    let mut client = xpay_new();
    while !input.0.is_empty() {
        let call = input.byte();
        let texts: [_; 6] = std::array::from_fn(|_| if call & 0x80 == 0 { input.string() } else { None });
        let [a, b, c, d, e, f] = texts.each_ref().map(pointer);
        let reaches =
            texts.iter().flatten().any(|text| REACHING.iter().any(|name| text.as_bytes() == name.as_bytes()));
        // SAFETY: one thread, a client that is alive or NULL, strings that are NULL or end, room where something is written.
        unsafe {
            match call & 0x7F {
                0 => {
                    xpay_free(client);
                    client = xpay_new();
                }
                1 => drop(xpay_init(client, c"/nonexistent".as_ptr(), a)),
                2..=5 => drop(xpay_init_mode(client, a)),
                6..=9 if !reaches => drop(xpay_set_config(client, a, b)),
                10 => drop(xpay_set_config(
                    client,
                    c"tlgdacomxpay".as_ptr(),
                    c"95160cce09854ef44d2edb2bfb05f9f3".as_ptr(),
                )),
                11..=14 => drop(xpay_init_tx(client, a)),
                15..=22 => drop(xpay_set(client, a, b)),
                23 => drop(xpay_tx(client, input.byte() != 0)),
                24 => drop(xpay_tx_guarded(client, true, Some(step), client.cast())),
                25 => drop(xpay_tx_held(client, true)),
                26 => drop(xpay_confirm(client)),
                27 => drop(xpay_undo(client, a)),
                28 => drop(xpay_rollback(client, a)),
                29 => drop(xpay_report(client, a, b)),
                30 => drop(xpay_patch(client, a)),
                31 => xpay_log(client, a, input.byte().into()),
                32 => drop(xpay_set_logger(client, Some(logger), (&raw mut client).cast())),
                33 => drop(xpay_hash_data(client, a, b, c, d, out)),
                34 => drop(xpay_hash_data_cas(client, a, b, c, d, e, out)),
                35 => drop(xpay_hash_data_openpay(client, a, b, c, d, e, out)),
                36 => drop(xpay_receipt_authdata(client, a, b, out)),
                37 => assert!(!xpay_verify_hash_data_cas(client, a, b, c, d, e, f)),
                38 => drop(xpay_timestamp(client, out)),
                39 => drop(xpay_refuse(client, a, b)),
                40 => drop(xpay_set_language(client, a)),
                41 => drop(xpay_pay_by_key(client, a, b, input.number(), Some(step), ptr::null_mut())),
                42 => drop(xpay_cancel(client, a, b, c, d)),
                43 => drop(xpay_partial_cancel(client, a, b, c, input.number(), input.number(), d)),
                44..=47 => {
                    let size = texts[0].as_ref().map_or(0, |text| text.as_bytes().len());
                    drop(xpay_notice_read(client, a, size));
                }
                48 => assert!(!xpay_notice_verify(client, a, input.number())),
                49..=51 => drop(xpay_window_begin(client, a)),
                52..=60 => drop(xpay_window_set(client, a, b)),
                61..=64 => drop(xpay_window_sign(client)),
                65 => drop(xpay_recover(client)),
                66 => drop(xpay_warm_up(client)),
                67 => drop(xpay_unset_config(client, a)),
                68 => drop(xpay_set_mert_key(client, a, b)),
                69 => drop(xpay_let_go(client)),
                _ => {}
            }
            let index = usize::from(input.byte());
            let texts = [
                xpay_response_code(client),
                xpay_response_msg(client),
                xpay_response_json(client),
                xpay_unwritten(client),
                xpay_response_name(client, index),
                xpay_response(client, a, index),
                xpay_tx_id(client),
                xpay_auth_code(client),
                xpay_config(client, a),
                xpay_config_name(client, index),
                xpay_notice_oid(client),
                xpay_notice_key(client),
                xpay_notice_value(client, a),
                xpay_window_html(client),
                xpay_window_name(client, index),
                xpay_window_value(client, index),
            ];
            texts.into_iter().for_each(read);
            // A fault of ours, as a panic that was stopped.
            assert_ne!(CStr::from_ptr(xpay_response_code(client)), c"90099");
        }
    }
    // SAFETY: it is alive, and this is its end.
    unsafe { xpay_free(client) }
});
