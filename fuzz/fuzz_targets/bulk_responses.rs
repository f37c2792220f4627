//! Any bytes as the response to a bulk upsert.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| planhat_fuzz::bulk_responses(bytes));
