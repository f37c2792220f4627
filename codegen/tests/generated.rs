//! What is checked in is what the schema says.

#![cfg(test)]

use std::path::Path;

use planhat_codegen::generate;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_generated_files_are_what_the_schema_says() {
    let tree = generate(root()).unwrap();
    let changes = tree.compare(root()).unwrap();
    let diffs: String = changes.iter().map(planhat_codegen::write::files::FileChange::diff).collect();
    assert!(changes.is_empty(), "run `cargo xtask codegen` and commit:\n{diffs}");
}

#[test]
fn two_runs_are_byte_identical() {
    assert_eq!(generate(root()).unwrap(), generate(root()).unwrap());
}
