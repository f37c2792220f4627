//! Any bytes as a record of any model.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| planhat_fuzz::records(bytes));
