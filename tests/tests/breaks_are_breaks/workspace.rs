//! A workspace of an SDK generated from a small schema, and crates that use it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use planhat_codegen::source::Source;

const GENERATED: &str = "planhat-sdk/src/generated";

/// The workspace.
pub struct Workspace {
    folder: PathBuf,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            if !entry.path().ends_with("generated") {
                copy(&entry.path(), &to.join(entry.file_name()));
            }
        }
    } else {
        write(to, &fs::read(from).unwrap());
    }
}

/// Files that stay the same keep their time, so that nothing is built again for them.
fn write(path: &Path, text: &[u8]) {
    if fs::read(path).ok().as_deref() != Some(text) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Workspace {
    /// A workspace with the SDK from a schema.
    pub fn new(name: &str, sources: Vec<Source>) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("breaks").join(name);
        let _ = fs::remove_dir_all(folder.join("schema"));
        for source in sources {
            write(&folder.join(source.path), source.text.as_bytes());
        }
        copy(&root().join("planhat-sdk/src"), &folder.join("planhat-sdk/src"));
        copy(&root().join("planhat-sdk/Cargo.toml"), &folder.join("planhat-sdk/Cargo.toml"));
        copy(&root().join("Cargo.lock"), &folder.join("Cargo.lock"));
        let workspace = Self { folder };
        workspace.manifests(name);
        let tree = planhat_codegen::generate(&workspace.folder).unwrap_or_else(|failure| panic!("{failure}"));
        let own: Vec<_> = tree.files().filter(|(path, _)| path.starts_with(GENERATED)).collect();
        let paths: BTreeSet<&str> = own.iter().map(|(path, _)| path.rsplit('/').next().unwrap()).collect();
        for (path, text) in own {
            write(&workspace.folder.join(path), text.as_bytes());
        }
        for entry in fs::read_dir(workspace.folder.join(GENERATED)).unwrap().map(Result::unwrap) {
            if !paths.contains(entry.file_name().to_str().unwrap()) {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        workspace
    }

    /// The manifest of the project, for other members and with another version, and that of the SDK without what
    /// only its tests and its benchmark need.
    fn manifests(&self, name: &str) {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
        let mut lines = String::new();
        for line in manifest.lines() {
            let local = line.contains("{ path = ");
            if line.starts_with("members = ") {
                lines.push_str("members = [\"planhat-sdk\", \"consumers/*\"]\n");
            } else if !local {
                lines.push_str(line);
                lines.push('\n');
            }
        }
        let lines = lines.replace(&version, &format!("version = \"0.0.1-{name}\""));
        write(&self.folder.join("Cargo.toml"), lines.as_bytes());
        let path = self.folder.join("planhat-sdk/Cargo.toml");
        let manifest = fs::read_to_string(&path).unwrap();
        let (kept, _) = manifest.split_once("[dev-dependencies]").unwrap();
        write(&path, format!("{kept}\n[lints]\nworkspace = true\n").as_bytes());
    }

    /// The generated files of the SDK by name.
    pub fn sdk(&self) -> BTreeMap<String, String> {
        let entries = fs::read_dir(self.folder.join(GENERATED)).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                let name = entry.path().file_stem().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(entry.path()).unwrap())
            })
            .collect()
    }

    /// Checks crates with these texts, and says which of them the compiler refuses.
    pub fn refused(&self, crates: &BTreeMap<String, String>) -> BTreeSet<String> {
        let consumers = self.folder.join("consumers");
        for entry in fs::read_dir(&consumers).into_iter().flatten().map(Result::unwrap) {
            if !crates.contains_key(entry.file_name().to_str().unwrap()) {
                fs::remove_dir_all(entry.path()).unwrap();
            }
        }
        for (name, text) in crates {
            let folder = consumers.join(name);
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.1\"\nedition = \"2024\"\n\n[dependencies]\n\
                 planhat-sdk = {{ path = \"../../planhat-sdk\" }}\nfutures-core.workspace = true\n\
                 serde.workspace = true\nserde_json.workspace = true\n"
            );
            write(&folder.join("Cargo.toml"), manifest.as_bytes());
            write(&folder.join("src/lib.rs"), text.as_bytes());
        }
        // In the target folder of the tests themselves, where much of what the SDK needs is built already.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--workspace", "--keep-going"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let refused = |line: &str| Some(line.strip_prefix("error: could not compile `")?.split('`').next()?.to_owned());
        let refused: BTreeSet<String> = said.lines().filter_map(refused).collect();
        assert!(!refused.contains("planhat-sdk") && output.status.success() == refused.is_empty(), "{said}");
        self.note("check.log", &said);
        refused
    }

    /// Leaves a file in the workspace.
    pub fn note(&self, name: &str, text: &str) {
        write(&self.folder.join(name), text.as_bytes());
    }
}
