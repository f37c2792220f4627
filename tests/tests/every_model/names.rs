//! No hand-written Rust names a model.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use planhat_sdk::MODELS;

/// The folders with hand-written Rust, except for tests and examples.
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

/// Whether a line contains a name as a whole word.
fn names_it(line: &str, name: &str) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(name).any(|(start, _)| {
        !is_word(line[..start].chars().next_back()) && !is_word(line[start + name.len()..].chars().next())
    })
}

#[test]
fn no_hand_written_rust_names_a_model() {
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
