//! Makes all generated files from the schema.

use std::path::Path;

use crate::{
    emit,
    schema::load::{Failure, load, parse},
    source::{bundled, rules::Rule},
    write::files::GeneratedFiles,
};

/// The folder with an example for each rule, of schemas that break it.
const EXAMPLES: &str = "codegen/tests/diagnostics";

/// All files that are made from the schema of a repository.
pub fn generate(root: &Path) -> Result<GeneratedFiles, Failure> {
    let api = load(root)?;
    let mut files = emit::emit(&api)?;
    files.add(emit::rules::emit(|rule| example(root, rule)));
    Ok(files)
}

/// The first error that is shown for a rule's example. Without the example there is none, which a test forbids.
fn example(root: &Path, rule: &Rule) -> Option<String> {
    let text = std::fs::read_to_string(root.join(EXAMPLES).join(format!("{}.yaml", rule.id))).ok()?;
    let diagnostics = parse(bundled(&text.replace("\r\n", "\n"))).err()?;
    diagnostics.list().first().map(|diagnostic| diagnostics.render_one(diagnostic))
}
