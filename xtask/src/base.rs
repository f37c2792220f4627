//! The schema to compare the present one with: at a git ref, or in another folder.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use planhat_codegen::{
    Failure, Loaded,
    compare::{
        accepted::{self, Accepted},
        report::Report,
        version,
    },
    source::Source,
    sources,
};

use crate::root;

/// What to compare the schema with.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Base {
    /// Commit, branch or tag to compare with.
    #[arg(long = "base", value_name = "REF")]
    reference: Option<String>,
    /// Root of another working tree to compare with.
    #[arg(long = "base-dir", value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Why a git ref has no schema.
#[derive(Debug, thiserror::Error)]
pub enum BaseError {
    #[error("git cannot be run")]
    NoGit(#[source] std::io::Error),
    #[error("the base `{base}` cannot be read: git says: {message}")]
    Git { base: String, message: String },
    #[error("there is no commit `{0}`; in a shallow clone, fetch it first")]
    NoCommit(String),
    #[error("there is no schema in `{0}`: neither `schema/planhat.yaml` nor `schema/models`")]
    NoSchema(String),
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.reference, &self.folder) {
            (Some(reference), _) => f.write_str(reference),
            (None, folder) => write!(f, "{}", folder.as_deref().unwrap_or(root()).display()),
        }
    }
}

impl Base {
    /// Compares the schema of the working tree with the base. Accepted breaks are marked.
    pub fn report(&self) -> Result<Report, Box<dyn std::error::Error>> {
        let (old_sources, old_manifest) = match &self.reference {
            Some(reference) => at_ref(root(), reference)?,
            None => blame("the base", in_folder(self.folder.as_deref().unwrap_or(root())))?,
        };
        let (new_sources, new_manifest) = blame("the working tree", in_folder(root()))?;
        let load = |which, sources| blame(which, Loaded::new(sources).map_err(Failure::Schema));
        let (old, new) = (load("the base", old_sources)?, load("the working tree", new_sources)?);
        let (old_version, new_version) = (version::of_manifest(&old_manifest), version::of_manifest(&new_manifest));
        let report = Report::new(&self.to_string(), (&old, old_version), (&new, new_version));
        let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
        let accepted = blame("the list of accepted breaks", accepted_breaks())?;
        Ok(report.accept(&accepted, today))
    }
}

/// Says which side is at fault, before the reason is printed.
fn blame<T>(which: &str, result: Result<T, Failure>) -> Result<T, Failure> {
    result.inspect_err(|_| eprintln!("error: {which} cannot be read"))
}

fn accepted_breaks() -> Result<Accepted, Failure> {
    let path = root().join(accepted::FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Accepted::parse(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Accepted::default()),
        Err(source) => Err(Failure::Io { path, source }),
    }
}

/// The schema in a folder, and its manifest; a folder without a manifest has no version.
fn in_folder(folder: &Path) -> Result<(Vec<Source>, String), Failure> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    Ok((sources(folder)?, manifest))
}

/// The same at a git ref.
fn at_ref(root: &Path, name: &str) -> Result<(Vec<Source>, String), BaseError> {
    let git = |arguments: &[&str]| git(root, name, arguments);
    let commit = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")]);
    let commit = match commit {
        Err(BaseError::Git { message, .. }) if message.is_empty() => return Err(BaseError::NoCommit(name.to_owned())),
        other => other?.trim().to_owned(),
    };
    let list = git(&["ls-tree", "-r", "-z", "--name-only", &commit, "--", "schema/planhat.yaml", "schema/models"])?;
    // As in a working tree, files in deeper folders do not belong to the schema.
    let is_schema = |path: &&str| {
        Path::new(path).extension().is_some_and(|extension| extension == "yaml") && path.matches('/').count() <= 2
    };
    let paths: Vec<&str> = list.split('\0').filter(is_schema).collect();
    if paths.is_empty() {
        return Err(BaseError::NoSchema(name.to_owned()));
    }
    let show = |path: &str| git(&["show", &format!("{commit}:{path}")]);
    let sources = paths.into_iter().map(|path| Ok(Source::new(path, show(path)?))).collect::<Result<_, BaseError>>()?;
    Ok((sources, show("Cargo.toml").unwrap_or_default()))
}

fn git(root: &Path, base: &str, arguments: &[&str]) -> Result<String, BaseError> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().map_err(BaseError::NoGit)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(BaseError::Git { base: base.to_owned(), message: text(&output.stderr).trim().to_owned() })
}
