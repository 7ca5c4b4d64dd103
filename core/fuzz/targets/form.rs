//! See `xpayclient_core::fuzzing::form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| xpayclient_core::fuzzing::form(data));
