//! Copies of the workspace with another schema, and what the compiler says about programs that use the SDK in them.
//!
//! All of them are built in the target folder of the tests themselves: what the SDK depends on is there already.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use planhat_codegen::write::files::FileChange;
use serde_json::Value;

/// The workspace that the tests belong to.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

pub struct Workspace {
    pub folder: PathBuf,
}

impl Workspace {
    /// The workspace that the tests belong to.
    pub fn own() -> Self {
        Self { folder: root().to_owned() }
    }

    /// A copy of it.
    pub fn copy(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        copy(root(), &folder);
        let workspace = Self { folder };
        // Another version makes other packages of them, so that none replaces another in the target folder.
        let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&version), "{manifest}");
        workspace.write("Cargo.toml", &manifest.replacen(&version, &format!("version = \"0.0.1-{name}\""), 1));
        workspace
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).unwrap();
    }

    /// Runs the generator, and returns the paths of the files that changed.
    pub fn generate(&self) -> Vec<String> {
        let files = planhat_codegen::generate(&self.folder).unwrap_or_else(|failure| panic!("{failure}"));
        let changes = files.compare(&self.folder).unwrap();
        for change in &changes {
            change.apply(&self.folder).unwrap();
        }
        changes.iter().map(FileChange::path).map(str::to_owned).collect()
    }

    /// Runs cargo, and returns everything that it wrote.
    pub fn cargo(&self, arguments: &str) -> (bool, String) {
        let output = self.run(arguments);
        let written = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.success(), written.concat())
    }

    fn run(&self, arguments: &str) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments.split(' ')).current_dir(&self.folder).env("CARGO_TARGET_DIR", target());
        // What cargo says about the package of a test makes build scripts run again, and with them half of the build.
        let about_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in env::vars().filter(|(name, _)| about_package(name)) {
            cargo.env_remove(name);
        }
        cargo.output().unwrap()
    }

    /// Builds the libraries, with the features that the tests have too.
    pub fn build(&self) -> Libraries {
        let output = self.run("build --offline --workspace --lib --test every_model --message-format json");
        let mut rendered = String::new();
        let mut libraries = BTreeMap::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let message: Value = serde_json::from_str(line).unwrap();
            rendered += message["message"]["rendered"].as_str().unwrap_or_default();
            let name = message["target"]["name"].as_str().unwrap_or_default();
            let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
            // The others have no hash in their names, so that another build replaces them.
            let mut metadata = files.map(PathBuf::from).filter(|file| file.extension().is_some_and(|it| it == "rmeta"));
            if let Some(file) = metadata.next() {
                libraries.insert(name.to_owned(), file);
            }
        }
        assert!(output.status.success(), "{rendered}{}", String::from_utf8_lossy(&output.stderr));
        Libraries { folder: self.folder.clone(), files: libraries }
    }
}

/// The libraries of a workspace, built.
pub struct Libraries {
    folder: PathBuf,
    /// By name.
    files: BTreeMap<String, PathBuf>,
}

impl Libraries {
    /// Checks a program in the workspace that uses some of the libraries. The error is what the compiler says.
    pub fn check(&self, program: &Path, uses: &[&str]) -> Result<(), String> {
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--edition=2024", "--emit=metadata", "--crate-type=lib", "--cap-lints=allow", "--out-dir"]);
        rustc.arg(env!("CARGO_TARGET_TMPDIR")).arg("-L").arg(target().join("debug/deps"));
        for name in uses {
            rustc.arg("--extern").arg(format!("{name}={}", self.files[*name].display()));
        }
        // From here the compiler finds the sources of the SDK, which it names in messages.
        rustc.arg(program.strip_prefix(&self.folder).unwrap()).current_dir(&self.folder);
        let output = rustc.output().unwrap();
        if output.status.success() { Ok(()) } else { Err(String::from_utf8(output.stderr).unwrap()) }
    }
}

/// Copies a folder, without what is built in it and what is hidden.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}
