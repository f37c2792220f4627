//! The page of the rules.

use crate::{
    compare::{accepted, rules as changes},
    source::rules::{ALL, Rule},
    write::markdown::Page,
};

const FILE: &str = "schema/RULES.md";

/// The page, with the first error of each rule's example as it is shown.
pub fn emit(example: impl Fn(&Rule) -> Option<String>) -> (String, String) {
    let mut page = Page::new("The rules of the schema");
    page.paragraph(
        "What `cargo xtask validate` looks at. Every error is shown at once, with the id of the rule that it breaks; only \
         rules that look for something elsewhere leave a file alone that could not be read in full. \
         An id is never given to another rule. This page is made by `cargo xtask codegen` from \
         `codegen/src/source/rules.rs` and the examples in `codegen/tests/diagnostics`; at its end are the \
         [kinds of change](#kinds-of-change) that `cargo xtask diff` reports.",
    );
    let rows = ALL.iter().map(|rule| [format!("[{}](#{})", rule.id, rule.id.to_lowercase()), rule.summary.to_owned()]);
    page.table(["rule", "what it asks for"], rows);
    for rule in ALL {
        page.heading(2, rule.id);
        page.paragraph(rule.summary);
        if let Some(diagnostic) = example(rule) {
            page.code("text", &diagnostic);
        }
    }
    page.heading(2, "Kinds of change");
    page.paragraph(
        "The kinds of change that `cargo xtask diff` reports. A change demands at least the release beside it, and more if an item of \
         the SDK is gone or looks different because of it.",
    );
    let rows = changes::ALL.iter().map(|rule| [rule.id, rule.level.as_str(), rule.summary].map(str::to_owned));
    page.table(["rule", "at least", "what it is"], rows);
    page.paragraph("And of the list of [accepted breaks](README.md#accepted-breaksyaml):");
    let rules = [&accepted::BAD_ENTRY, &accepted::EXPIRED, &accepted::UNUSED];
    page.table(["rule", "what it asks for"], rules.map(|rule| [rule.id, rule.summary].map(str::to_owned)));
    (FILE.to_owned(), page.finish())
}
