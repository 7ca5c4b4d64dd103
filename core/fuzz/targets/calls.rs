//! The C ABI as any sequence of calls with any strings: no crash, no fault of ours, and texts that end. Nothing is sent: there is
//! no address to send to.
#![no_main]

mod functions;

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

use xpayclient::*;

const MID: &CStr = c"tlgdacomxpay";
const MERT_KEY: &CStr = c"95160cce09854ef44d2edb2bfb05f9f3";

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

/// What a step is handed: it fails without.
fn context(client: *mut xpay_client, input: &mut Input<'_>) -> *mut c_void {
    if input.byte() == 0 { ptr::null_mut() } else { client.cast() }
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
        let strings = texts.each_ref().map(pointer);
        let reaches =
            texts.iter().flatten().any(|text| REACHING.iter().any(|name| text.as_bytes() == name.as_bytes()));
        // SAFETY: one thread, a client that is alive or NULL, strings that are NULL or end, room where something is written.
        unsafe {
            match call & 0x7F {
                0 => {
                    xpay_free(client);
                    client = xpay_new();
                }
                1 => drop(xpay_init(client, c"/nonexistent".as_ptr(), strings[0])),
                2 if reaches => {}
                2 => drop(xpay_set_config(client, strings[0], strings[1])),
                3 => drop(xpay_set_config(client, MID.as_ptr(), MERT_KEY.as_ptr())),
                4 => drop(xpay_set_logger(client, Some(logger), (&raw mut client).cast())),
                5 => {
                    let size = texts[0].as_ref().map_or(0, |text| text.as_bytes().len());
                    let _ = xpay_notice_read(client, strings[0], size);
                    let _ = xpay_return_read(client, strings[0], size);
                    let _ = xpay_billing_return_read(client, strings[0], size);
                }
                number => functions::change(number - 6, client, strings, out, &mut input),
            }
            functions::look(client, strings[0], usize::from(input.byte()));
            // A fault of ours, as a panic that was stopped.
            assert_ne!(CStr::from_ptr(xpay_response_code(client)), c"90099");
        }
    }
    // SAFETY: it is alive, and this is its end.
    unsafe { xpay_free(client) }
});
