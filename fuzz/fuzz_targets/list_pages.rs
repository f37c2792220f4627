//! Any bytes as a page of a list.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| planhat_fuzz::list_pages(bytes));
