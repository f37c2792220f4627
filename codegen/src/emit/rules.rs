//! The page of the rules.

use super::markdown::Page;
use crate::check::rules::{ALL, Rule};

/// The file that the page is written to.
const FILE: &str = "schema/RULES.md";

/// The page, with the first mistake of each rule's example as it is shown.
pub fn emit(example: impl Fn(&Rule) -> Option<String>) -> (String, String) {
    let mut page = Page::new("The rules of the schema");
    page.paragraph(
        "What `cargo xtask validate` looks at. Every mistake is shown at once, with the id of the rule that it breaks. \
         An id is never given to another rule. This page is made by `cargo xtask codegen` from \
         `codegen/src/check/rules.rs` and the examples in `codegen/tests/diagnostics`.",
    );
    let rows = ALL.iter().map(|rule| [format!("[{}](#{})", rule.id, rule.id.to_lowercase()), rule.summary.to_owned()]);
    page.table(["rule", "what it asks for"], rows);
    for rule in ALL {
        page.heading(2, rule.id);
        page.paragraph(rule.summary);
        if let Some(mistake) = example(rule) {
            page.code("text", &mistake);
        }
    }
    (FILE.to_owned(), page.finish())
}
