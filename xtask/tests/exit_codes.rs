//! Each command ends as the help says: 0 all is well, 1 something was found, 2 the input is invalid.

#![allow(clippy::unwrap_used, reason = "a test may fail, also in its helpers")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A model with a bit of everything that the commands look at.
const MODEL: &str = "\
# yaml-language-server: $schema=../model.schema.json
name: Pet
handle: pets
path: /pets
doc: \"An animal.\"
operations:
  get: {ids: [id]}
fields:
  - {name: _id, type: id<Pet>, computed: true, doc: \"The id.\"}
  - {name: kind, type: \"enum(cat, dog)\", doc: \"What it is.\"}
";

/// A repository of its own, of the least that the commands need.
fn repository(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&root);
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = fs::read_to_string(real.join("schema/planhat.yaml")).unwrap();
    // What is not used is a mistake, and one model does not use what 24 do.
    let end = ["\nentities:", "\ngroups:", "\nshapes:"].iter().filter_map(|key| shared.find(key)).min();
    for (path, text) in [
        ("schema/planhat.yaml", shared[..end.unwrap()].to_owned() + "\n"),
        ("schema/models/pet.yaml", MODEL.to_owned()),
        ("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n".to_owned()),
        ("pet.json", "{\"_id\": \"5f0000000000000000000001\", \"kind\": \"cat\"}".to_owned()),
        ("other/pet.json", "{\"_id\": \"5f0000000000000000000001\", \"kind\": \"cow\"}".to_owned()),
        ("broken/pet.json", "{\"_id\":".to_owned()),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn run(root: &Path, line: &str) -> Output {
    let command = &mut Command::new(env!("CARGO_BIN_EXE_xtask"));
    let command = command.args(line.split_whitespace()).current_dir(root).env("CARGO_MANIFEST_DIR", root.join("xtask"));
    command.env_remove("PLANHAT_API_TOKEN").output().unwrap()
}

/// Runs a command that must end with this code and say this.
fn ends(root: &Path, line: &str, code: i32, says: &str) {
    let output = run(root, line);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(code), "{line}: {said}");
    assert!(said.contains(says), "{line} says {said}");
}

#[test]
fn what_is_fine_ends_with_0() {
    let root = repository("fine");
    ends(&root, "help", 0, "cargo xtask <command>");
    for (line, says) in [
        ("validate --help", "Usage: cargo xtask <"),
        ("changelog --help", "cargo xtask changelog"),
        ("diff -h", "diff"),
    ] {
        ends(&root, line, 0, says);
    }
    ends(&root, "validate", 0, "1 model, 2 fields, all fine");
    ends(&root, "codegen", 0, "files changed");
    ends(&root, "codegen --check", 0, "files are what the schema says");
    ends(&root, "docs --check", 0, "files are what the schema says");
    ends(&root, "drift pet.json", 0, "0 findings");
    ends(&root, "diff --base-dir .", 0, "");
    ends(&root, "new-model Owner", 0, "schema/models/owner.yaml");
    ends(&root, "validate", 0, "2 models");
}

#[test]
fn what_is_found_ends_with_1() {
    let root = repository("found");
    let base = repository("base");
    ends(&root, "codegen --check", 1, "differ from the schema");
    ends(&root, "drift other/pet.json", 1, "`cow`");
    fs::write(root.join("schema/models/pet.yaml"), MODEL.replace("enum(cat, dog)", "enum(cat)")).unwrap();
    ends(&root, &format!("diff --base-dir {}", base.display()), 1, "PD041");
    ends(&root, &format!("diff --base-dir {} --fail-on none", base.display()), 0, "PD041");
    fs::write(root.join("schema/models/pet.yaml"), MODEL.replace("\"An animal.\"", "\"An animal\"")).unwrap();
    ends(&root, "validate", 1, "PH050");
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let root = repository("invalid");
    let base = repository("invalid-base");
    ends(&root, "valdate", 2, "`valdate` is no command");
    ends(&root, "validate --format xml", 2, "there is no format `xml`");
    ends(&root, "codegen --chek", 2, "invalid option");
    ends(&root, "drift broken/pet.json", 2, "broken/pet.json:1:");
    ends(&root, "drift nowhere.json", 2, "nowhere.json");
    ends(&root, "new-model Pet", 2, "`Pet`");
    ends(&root, "diff", 2, "--base");
    ends(&root, "diff --base nowhere", 2, "nowhere");
    ends(&root, "diff --base a --base-dir b", 2, "two bases");
    ends(&root, "diff --base-dir nowhere", 2, "");
    fs::write(root.join("schema/models/pet.yaml"), MODEL.replace("id<Pet>", "id<Cat>")).unwrap();
    for line in ["codegen", "codegen --check", "drift pet.json", "new-model Owner"] {
        ends(&root, line, 2, "PH012");
    }
    // Never "no changes", whichever side is broken.
    ends(&root, &format!("diff --base-dir {}", base.display()), 2, "PH012");
    ends(&base, &format!("diff --base-dir {}", root.display()), 2, "PH012");
}
