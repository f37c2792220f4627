//! The reference leaves nothing of the schema out, and its links lead somewhere.

#![cfg(test)]

use std::{collections::BTreeMap, fs, path::Path};

use planhat_codegen::{DOCS, PUBLIC_ITEMS, generate, load};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn files() -> BTreeMap<String, String> {
    let tree = generate(root()).unwrap();
    tree.files().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

#[test]
fn every_model_has_a_page_with_all_that_the_schema_says_of_it() {
    let (api, files) = (load(root()).unwrap(), files());
    for model in &api.models {
        let page = &files[&format!("{DOCS}/models/{}.md", model.names.module)];
        let mut wanted: Vec<String> = vec![format!("# {}\n", model.name), model.doc.clone()];
        wanted.extend(api[model.fields].iter().map(|field| format!("\n| `{}` | `{}: ", field.wire, field.ident)));
        wanted.extend(api[model.fields].iter().map(|field| field.doc.replace('|', "\\|")));
        wanted.extend(model.operations.iter().map(|operation| format!(" {}` |", operation.path)));
        wanted.extend(
            api[model.enums].iter().flat_map(|known| &known.variants).map(|variant| format!("`{}`", variant.wire)),
        );
        wanted.extend(model.not_offered.iter().map(|left| format!("- `{}`: {}", left.operation, left.reason)));
        for text in wanted {
            assert!(page.contains(&text), "{}: {text}", model.name);
        }
        assert!(files[&format!("{DOCS}/README.md")].contains(&format!("(models/{}.md)", model.names.module)));
    }
}

/// The targets of the links in a page, without those to the web.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains("://"))
}

/// The anchors of a page's headings.
fn anchors(page: &str) -> Vec<String> {
    let headings = page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    headings.map(|heading| heading.to_lowercase().replace(' ', "-").replace(['`', ',', '.'], "")).collect()
}

/// A path, seen from a folder.
fn from(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[test]
fn links_lead_somewhere() {
    let mut files = files();
    let written = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "schema/README.md"].into_iter();
    for written in written.chain(["docs/changing-the-schema.md", "docs/guarantees.md", "docs/performance.md"]) {
        files.insert(written.to_owned(), fs::read_to_string(root().join(written)).unwrap());
    }
    let mut count = 0;
    for (path, page) in files.iter().filter(|(path, page)| page.starts_with('#') && *path != PUBLIC_ITEMS) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in links(page) {
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if target.is_empty() { path.clone() } else { from(folder, target) };
            assert!(files.contains_key(&target) || root().join(&target).exists(), "{path}: {link}");
            let found = files.get(&target).map(|page| anchors(page));
            assert!(anchor.is_empty() || found.unwrap().contains(&anchor.to_owned()), "{path}: {link}");
            count += 1;
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn the_public_items_have_every_field_and_operation_of_every_model() {
    let (api, files) = (load(root()).unwrap(), files());
    let list = &files[PUBLIC_ITEMS];
    for model in &api.models {
        let names = &model.names;
        let home = format!("\nplanhat_sdk::{}", names.module);
        for field in &api[model.fields] {
            let is_read = model.has_record && !field.write_only;
            for item in [format!("{}::{}: ", names.record, field.ident), format!("Field::{}: ", field.variant)] {
                assert_eq!(list.contains(&format!("{home}::{item}")), is_read, "{}: {item}", model.name);
            }
        }
        for operation in &model.operations {
            let item = format!("{home}::{}::{}: fn(", names.api, operation.name);
            assert!(list.contains(&item), "{item}");
        }
    }
}
