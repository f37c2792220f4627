//! Mistakes that the compiler finds, and what it says about them.
//!
//! The messages are those of the current stable compiler. After an update of it, run this test with
//! `TRYBUILD=overwrite` and read what changed.

#[test]
fn mistakes_do_not_compile_and_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/cases/*.rs");
}
