//! The public items that come from the schema, one per line, for whoever reviews a change.

use std::collections::BTreeMap;

use crate::{emit::sdk::items::items, ir::Api, write::markdown::Page};

pub fn page(api: &Api) -> String {
    let items = items(api);
    let mut by_model: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
    for (path, parts) in &items {
        let owner = parts.first().and_then(|part| part.origin.owner());
        let text: String = parts.iter().map(|part| part.text.as_str()).collect();
        by_model.entry(owner).or_default().push(format!("{path}: {text}"));
    }
    let mut page = Page::new("Public items");
    page.paragraph(
        "Every public Rust item that comes from the schema, one per line: what `cargo xtask diff` compares. Made by \
         `cargo xtask codegen`.",
    );
    for (model, lines) in by_model {
        page.heading(2, model.unwrap_or("All models"));
        page.code("text", &lines.join("\n"));
    }
    page.finish()
}
