//! See `xpayclient_core::fuzzing::answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| xpayclient_core::fuzzing::answer(data));
