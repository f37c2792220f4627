//! How `cargo xtask diff` exits: a schema that cannot be read is never reported as "no changes".

#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Copies the schema and the manifest, with one text of a file replaced.
fn copy(name: &str, (file, old, new): (&str, &str, &str)) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("diff-{name}"));
    let _ = fs::remove_dir_all(&copy);
    fs::create_dir_all(copy.join("schema/models")).unwrap();
    let models = fs::read_dir(root().join("schema/models")).unwrap();
    let models = models.map(|entry| format!("schema/models/{}", entry.unwrap().file_name().to_string_lossy()));
    for path in models.chain(["Cargo.toml".to_owned(), "schema/planhat.yaml".to_owned()]) {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        assert!(path != file || text.contains(old), "{old}");
        fs::write(copy.join(&path), if path == file { text.replacen(old, new, 1) } else { text }).unwrap();
    }
    copy
}

/// Returns the exit code, standard output and standard error.
fn diff(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("diff").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const WORKSPACE: &str = "schema/models/workspace.yaml";

#[test]
fn no_changes_are_ok() {
    let same = copy("same", (WORKSPACE, "", ""));
    let (code, printed, message) = diff(&["--base-dir", same.to_str().unwrap(), "--fail-on", "any"]);
    assert_eq!((code, message.as_str()), (0, ""), "{printed}");
    assert!(printed.contains("Nothing changes"), "{printed}");
}

#[test]
fn a_break_is_a_finding_unless_none_is_asked_for() {
    let more = copy("more", (WORKSPACE, "fields:\n", "fields:\n  - {name: lost, type: string, doc: \"Lost.\"}\n"));
    let base = ["--base-dir", more.to_str().unwrap()];
    let (code, printed, _) = diff(&base);
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("major PD011"), "{printed}");
    assert_eq!(diff(&[&base[..], &["--fail-on", "none"]].concat()).0, 0);
    let less = copy("less", (WORKSPACE, "doc: \"", "doc: \"Once: "));
    let base = ["--base-dir", less.to_str().unwrap()];
    assert_eq!(diff(&base).0, 0);
    assert_eq!(diff(&[&base[..], &["--fail-on", "any"]].concat()).0, 1);
}

#[test]
fn a_base_that_cannot_be_read_is_invalid_and_says_so() {
    let broken = copy("broken", (WORKSPACE, "fields:\n", "feilds:\n"));
    for (arguments, message) in [
        (["--base-dir", broken.to_str().unwrap()], "error: the base cannot be read\nerror[PH"),
        (["--base-dir", "no/such/folder"], "error: the base cannot be read\nerror: cannot read"),
        (["--base", "no-such-commit"], "no-such-commit"),
        (["--base", "--help"], "--help"),
        (["--format", "text"], "required arguments"),
        (["--format", "xml"], "invalid value 'xml'"),
        (["--fail-on", "all"], "invalid value 'all'"),
    ] {
        let (code, printed, errors) = diff(&arguments);
        assert_eq!((code, printed.as_str()), (2, ""), "{arguments:?}: {errors}");
        assert!(errors.contains(message), "{arguments:?}: {errors}");
    }
}
