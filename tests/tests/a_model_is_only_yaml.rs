//! A model is a YAML file and nothing else: one with hostile names and special endpoints, and one drafted from records,
//! are put into a copy of the workspace, the generator runs, and their operations work against the sandbox without a
//! line of Rust.

#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use planhat_codegen::observe::draft::{Sample, draft};

const MODEL: &str = include_str!("../fixtures/only_yaml/twofa_device.yaml");
const RECORDS: &str = include_str!("../../codegen/tests/infer/array.json");

/// A model as `cargo xtask new-model` drafts it.
fn drafted() -> String {
    let schema = planhat_codegen::Loaded::read(&root()).unwrap();
    let records = Sample { name: "array.json".to_owned(), text: RECORDS.to_owned() };
    draft(&schema, "Pet", &[records]).unwrap().text
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

/// A workspace of the SDK, the sandbox and the generated tests, with the models added.
fn workspace_with(models: &[(&str, &str)]) -> PathBuf {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("only_yaml");
    let _ = fs::remove_dir_all(&workspace);
    let files = ["Cargo.lock", "README.md", "fuzz/Cargo.toml", "tests/Cargo.toml"];
    for part in files.into_iter().chain(["docs", "fuzz/src", "schema", "planhat-sdk", "planhat-sandbox", "tests/src"]) {
        let to = workspace.join(part);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        copy(&root().join(part), &to);
    }
    copy(&root().join("codegen"), &workspace.join("codegen"));
    fs::create_dir_all(workspace.join("tests/tests")).unwrap();
    copy(&root().join("tests/tests/every_operation.rs"), &workspace.join("tests/tests/every_operation.rs"));
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    // Another version makes other packages of them, which get in nobody's way in the target folder.
    let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    let manifest = manifest
        .replace(", \"xtask\"]", "]")
        .replace("\"recorder\", ", "")
        .replace(&version, "version = \"0.0.1-only-yaml\"");
    assert!(manifest.contains("0.0.1-only-yaml"), "{manifest}");
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
    for (name, model) in models {
        fs::write(workspace.join(format!("schema/models/{name}.yaml")), model).unwrap();
    }
    workspace
}

#[test]
fn new_models_work_without_a_line_of_rust() {
    let workspace = workspace_with(&[("twofa_device", MODEL), ("pet", &drafted())]);
    let tree = planhat_codegen::generate(&workspace).unwrap_or_else(|failure| panic!("{failure}"));
    let changes = tree.compare(&workspace).unwrap();
    for change in &changes {
        change.apply(&workspace).unwrap();
    }
    // Adding a model touches its own files and those that list the models.
    let touched: Vec<_> = changes.iter().map(planhat_codegen::write::files::FileChange::path).collect();
    let own = |path: &&str| path.contains("/twofa_device.") || path.contains("/pet.");
    assert_eq!(touched.iter().copied().filter(own).count(), 8, "{touched:?}");
    let lists = ["README.md", "docs/README.md", "docs/openapi.json", "docs/public-api.md"];
    let lists_models = |path: &&str| path.ends_with("/mod.rs") || lists.contains(path);
    assert!(touched.iter().all(|path| own(path) || lists_models(path)), "{touched:?}");

    // In the target folder of the tests themselves, where the dependencies are built already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--package", "planhat-tests", "--test", "every_operation"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert!(said.contains("test result: ok. 1 passed"), "{said}");
}
