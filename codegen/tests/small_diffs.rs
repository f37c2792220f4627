//! A small change of the schema is a small change of what is made from it: lines are counted, file by file.

#![cfg(test)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use planhat_codegen::generate;
use similar::{ChangeTag, TextDiff};

const MODEL: &str = "schema/models/workspace.yaml";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A copy of the schema, with a file put there or a text in a file replaced.
fn copy(name: &str, edits: &[(&str, &str, &str)]) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("small-{name}"));
    let _ = fs::remove_dir_all(&copy);
    fs::create_dir_all(copy.join("schema/models")).unwrap();
    let models = fs::read_dir(root().join("schema/models")).unwrap();
    let models = models.map(|entry| format!("schema/models/{}", entry.unwrap().file_name().to_string_lossy()));
    for path in models.chain(["schema/planhat.yaml".to_owned()]) {
        fs::copy(root().join(&path), copy.join(&path)).unwrap();
    }
    for (path, old, new) in edits {
        let path = copy.join(path);
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(old), "{old} is not in {}", path.display());
        fs::write(&path, text.replacen(old, new, 1)).unwrap();
    }
    copy
}

/// Lines that are new and lines that are gone, by file.
type Counts = BTreeMap<String, (usize, usize)>;

/// What an edit of the schema changes in what is made from it.
fn changed(name: &str, edits: &[(&str, &str, &str)]) -> Counts {
    let trees = [&[], edits].map(|edits| generate(&copy(&format!("{name}-{}", edits.len()), edits)).unwrap());
    let [before, after] = trees
        .map(|tree| tree.files().map(|(path, text)| (path.to_owned(), text.to_owned())).collect::<BTreeMap<_, _>>());
    let mut counts = Counts::new();
    for path in before.keys().chain(after.keys()) {
        let text = |side: &BTreeMap<String, String>| side.get(path).cloned().unwrap_or_default();
        let (old, new) = (text(&before), text(&after));
        let diff = TextDiff::from_lines(old.as_str(), new.as_str());
        let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
        let count = (count(ChangeTag::Insert), count(ChangeTag::Delete));
        if count != (0, 0) {
            counts.insert(path.clone(), count);
        }
    }
    counts
}

/// The counts, one line per file.
fn lines(counts: &Counts) -> Vec<String> {
    counts.iter().map(|(path, (new, gone))| format!("{path} +{new} -{gone}")).collect()
}

/// How many lines of Rust are new or gone.
fn rust(counts: &Counts) -> usize {
    let rust = counts.iter().filter(|(path, _)| Path::new(path).extension().is_some_and(|ending| ending == "rs"));
    rust.map(|(_, (new, gone))| new + gone).sum()
}

#[test]
fn a_field_is_ten_lines_of_rust_in_its_models_files() {
    let field = "  - {name: lastVisit, type: timestamp, doc: \"When somebody last looked at it.\"}\n";
    let counts = changed("field", &[(MODEL, "fields:\n", &format!("fields:\n{field}"))]);
    assert!(rust(&counts) <= 10, "{:?}", lines(&counts));
    assert_eq!(
        lines(&counts),
        [
            "docs/README.md +1 -1",
            "docs/models/workspace.md +1 -0",
            "docs/openapi.json +2 -0",
            "docs/public-api.md +5 -0",
            "planhat-sandbox/src/generated/workspace.rs +1 -0",
            "planhat-sdk/src/generated/workspace.rs +6 -0",
        ]
    );
}

#[test]
fn a_value_of_an_enum_is_a_line_of_rust_in_the_sdk() {
    let counts = changed("value", &[("schema/models/company.yaml", "enum(prospect, ", "enum(prospect, suspect, ")]);
    assert!(rust(&counts) <= 4, "{:?}", lines(&counts));
    assert_eq!(
        lines(&counts),
        [
            "docs/models/company.md +1 -0",
            "docs/openapi.json +8 -2",
            "docs/public-api.md +1 -0",
            "planhat-sdk/src/generated/company.rs +1 -0",
        ]
    );
}

#[test]
fn a_filter_is_a_method() {
    let filter = "    filters:\n      - {name: phase, type: string, doc: \"Only those in this phase.\"}\n";
    let counts = changed("filter", &[("schema/models/company.yaml", "    filters:\n", filter)]);
    assert!(rust(&counts) <= 20, "{:?}", lines(&counts));
    assert_eq!(
        lines(&counts),
        [
            "docs/models/company.md +1 -0",
            "docs/openapi.json +1 -0",
            "docs/public-api.md +1 -0",
            "planhat-sandbox/src/generated/company.rs +8 -0",
            "planhat-sdk/src/generated/company.rs +6 -0",
            "tests/src/generated/company.rs +1 -0",
        ]
    );
}

#[test]
fn a_model_is_its_own_files_and_a_few_lines_in_those_that_list_models() {
    let model = "name: Widget\nhandle: widgets\npath: /widgets\ndoc: \"A thing.\"\noperations:\n  create: {}\n  \
                 get: {ids: [id]}\nfields:\n  - {name: _id, type: id<Widget>, computed: true, doc: \"The id.\"}\n  \
                 - {name: name, type: string, required: true, doc: \"The name.\"}\n";
    let counts = changed("model", &[("schema/models/widget.yaml", "", model)]);
    let (own, lists): (Counts, Counts) = counts.into_iter().partition(|(path, _)| path.contains("/widget."));
    assert_eq!(own.len(), 4, "{:?}", lines(&own));
    let lists = lines(&lists);
    assert_eq!(
        lists,
        [
            "docs/README.md +2 -0",
            "docs/openapi.json +78 -0",
            "docs/public-api.md +27 -0",
            "planhat-sandbox/src/generated/mod.rs +2 -0",
            "planhat-sdk/src/generated/mod.rs +4 -0",
            "tests/src/generated/mod.rs +2 -0",
            "tests/src/generated/records.rs +9 -0",
        ]
    );
}
