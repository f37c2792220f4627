//! Any bytes as requests to a sandbox.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| planhat_fuzz::sandbox(bytes));
