//! Each command exits as documented: with 0 if all is ok, 1 if there are findings, 2 if the input is invalid.

#![allow(clippy::unwrap_used, reason = "a test may fail, also in its helpers")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A model with some of everything that the commands read.
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

/// Creates a repository with the least that the commands need.
fn repository(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&root);
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = fs::read_to_string(real.join("schema/planhat.yaml")).unwrap();
    // Unused definitions are mistakes, and one model does not use what 24 use.
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

/// Runs a command that must exit with this code and print this text.
fn exits(root: &Path, line: &str, code: i32, text: &str) {
    let output = run(root, line);
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(code), "{line}: {printed}");
    assert!(printed.contains(text), "{line} prints {printed}");
}

#[test]
fn success_exits_with_0() {
    let root = repository("fine");
    exits(&root, "help", 0, "cargo xtask <COMMAND>");
    for (line, text) in [
        ("validate --help", "Usage: cargo xtask validate"),
        ("changelog --help", "cargo xtask changelog"),
        ("diff -h", "diff"),
    ] {
        exits(&root, line, 0, text);
    }
    exits(&root, "validate", 0, "1 model, 2 fields, ok");
    exits(&root, "codegen", 0, "files changed");
    exits(&root, "codegen --check", 0, "files are what the schema says");
    exits(&root, "docs --check", 0, "files are what the schema says");
    exits(&root, "drift pet.json", 0, "0 findings");
    exits(&root, "diff --base-dir .", 0, "");
    exits(&root, "new-model Owner", 0, "schema/models/owner.yaml");
    exits(&root, "validate", 0, "2 models");
}

#[test]
fn findings_exit_with_1() {
    let root = repository("found");
    let base = repository("base");
    exits(&root, "codegen --check", 1, "differ from the schema");
    exits(&root, "drift other/pet.json", 1, "`cow`");
    fs::write(root.join("schema/models/pet.yaml"), MODEL.replace("enum(cat, dog)", "enum(cat)")).unwrap();
    exits(&root, &format!("diff --base-dir {}", base.display()), 1, "PD041");
    exits(&root, &format!("diff --base-dir {} --fail-on none", base.display()), 0, "PD041");
    fs::write(root.join("schema/models/pet.yaml"), MODEL.replace("\"An animal.\"", "\"An animal\"")).unwrap();
    exits(&root, "validate", 1, "PH050");
}

#[test]
fn invalid_input_exits_with_2() {
    let root = repository("invalid");
    let base = repository("invalid-base");
    exits(&root, "valdate", 2, "unrecognized subcommand 'valdate'");
    exits(&root, "validate --format xml", 2, "invalid value 'xml'");
    exits(&root, "codegen --chek", 2, "unexpected argument '--chek'");
    exits(&root, "drift broken/pet.json", 2, "broken/pet.json:1:");
    exits(&root, "drift nowhere.json", 2, "nowhere.json");
    exits(&root, "new-model Pet", 2, "`Pet`");
    exits(&root, "diff", 2, "--base");
    exits(&root, "diff --base nowhere", 2, "nowhere");
    exits(&root, "diff --base a --base-dir b", 2, "cannot be used with");
    exits(&root, "diff --base-dir nowhere", 2, "");
    fs::write(root.join("schema/models/pet.yaml"), MODEL.replace("id<Pet>", "id<Cat>")).unwrap();
    for line in ["codegen", "codegen --check", "drift pet.json", "new-model Owner"] {
        exits(&root, line, 2, "PH012");
    }
    // Never "no changes", whichever side is broken.
    exits(&root, &format!("diff --base-dir {}", base.display()), 2, "PH012");
    exits(&base, &format!("diff --base-dir {}", root.display()), 2, "PH012");
}
