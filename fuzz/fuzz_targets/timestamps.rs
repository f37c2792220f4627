//! Any bytes as a time.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| planhat_fuzz::timestamps(bytes));
