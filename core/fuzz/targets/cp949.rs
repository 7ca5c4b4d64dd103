//! See `xpayclient_core::fuzzing::cp949`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| xpayclient_core::fuzzing::cp949(data));
