//! The schema holds every model with every known field, and no Rust that a person wrote names a model.

#![cfg(test)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use planhat_sdk::MODELS;

/// How many fields each model is known to have.
const FIELDS: [(&str, usize); 24] = [
    ("Asset", 17),
    ("Campaign", 8),
    ("Churn", 25),
    ("Company", 87),
    ("Conversation", 67),
    ("Custom Field", 16),
    ("Enduser", 45),
    ("Invoice", 19),
    ("Issue", 23),
    ("License", 42),
    ("Metrics", 14),
    ("NPS", 12),
    ("Note", 44),
    ("Objective", 8),
    ("Opportunity", 21),
    ("Project", 14),
    ("Sale", 11),
    ("Task", 31),
    ("Ticket", 41),
    ("Time Entry", 15),
    ("Timesheet", 12),
    ("User", 76),
    ("User Activity", 18),
    ("Workspace", 8),
];

#[test]
fn every_model_has_every_known_field() {
    let mut found: Vec<_> = MODELS.iter().map(|model| (model.name, model.fields.len())).collect();
    found.sort_unstable();
    assert_eq!(found, FIELDS);
    assert_eq!(FIELDS.iter().map(|(_, fields)| fields).sum::<usize>(), 674);
}

/// The folders with Rust that a person wrote, but for tests, examples and what is generated.
const BY_HAND: [&str; 5] = ["codegen/src", "planhat-sdk/src", "planhat-sandbox/src", "recorder/src", "xtask/src"];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The emitter of tests is not a test.
        let is_left_out = path.ends_with("generated") || path.ends_with("transport/tests");
        if path.is_dir() && !is_left_out {
            rust_files(&path, files);
        } else if !path.is_dir()
            && !path.to_string_lossy().ends_with("tests.rs")
            && path.extension().is_some_and(|extension| extension == "rs")
        {
            files.push(path);
        }
    }
}

/// The names that a model has in code: its type, its handle, its path, its name in the schema.
fn names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for model in MODELS {
        names.insert(model.name.replace(' ', ""));
        names.insert(format!("\"{}\"", model.name));
        for operation in model.operations {
            let handle = operation.name.split('.').next().unwrap();
            names.insert(format!("{handle}()"));
            names.insert(format!("\"{}\"", operation.path));
        }
    }
    names
}

/// The code of a file, without comments and without the tests at its end.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
    lines.map(|(index, line)| (index + 1, line.split("//").next().unwrap()))
}

/// Whether a name stands in a line as a word of its own.
fn names_it(line: &str, name: &str) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(name).any(|(start, _)| {
        !is_word(line[..start].chars().next_back()) && !is_word(line[start + name.len()..].chars().next())
    })
}

#[test]
fn no_rust_that_a_person_wrote_names_a_model() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in BY_HAND {
        rust_files(&root.join(folder), &mut files);
    }
    assert!(files.len() > 50, "{files:?}");
    let names = names();
    let mut found = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        for (number, line) in code(&text) {
            found.extend(names.iter().filter(|name| names_it(line, name)).map(|name| {
                format!("{}:{number}: {name}: {}", file.strip_prefix(root).unwrap().display(), line.trim())
            }));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
