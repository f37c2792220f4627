//! The schema of the project has no errors.

use std::path::Path;

#[test]
fn the_schema_loads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let api = planhat_codegen::load(&root).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(!api.models.is_empty());
}
