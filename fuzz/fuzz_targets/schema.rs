//! Any bytes as the files of a schema.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    planhat_fuzz::schema(bytes);
});
