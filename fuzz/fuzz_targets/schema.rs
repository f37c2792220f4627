//! Any bytes as the YAML of a model.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| planhat_fuzz::schema(bytes));
