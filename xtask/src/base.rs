//! The schema that the present one is compared with: at a git ref, or in another folder.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

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

use crate::{
    end::{End, failed},
    root,
};

/// What the schema is compared with.
#[derive(Debug)]
pub enum Base {
    /// A commit, branch or tag.
    Ref(String),
    /// The root of another working tree.
    Folder(PathBuf),
}

/// Why there is no base.
#[derive(Debug, thiserror::Error)]
pub enum NoBase {
    /// git cannot be run.
    #[error("git cannot be run")]
    NoGit(#[source] std::io::Error),
    /// git says no.
    #[error("the base `{base}` cannot be read: git says: {said}")]
    Git {
        /// The ref.
        base: String,
        /// What git says.
        said: String,
    },
    /// There is no such commit.
    #[error("there is no commit `{0}`; in a shallow clone, fetch it first")]
    NoCommit(String),
    /// There is no schema.
    #[error("there is no schema in `{0}`: neither `schema/planhat.yaml` nor `schema/models`")]
    NoSchema(String),
}

impl Base {
    /// The one base that the arguments name.
    pub fn only(self, before: Option<&Self>) -> Result<Self, String> {
        match before {
            Some(before) => Err(format!("there are two bases, `{before}` and `{self}`")),
            None => Ok(self),
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ref(name) => f.write_str(name),
            Self::Folder(path) => write!(f, "{}", path.display()),
        }
    }
}

/// What changed since the base, with the breaks that are meant marked. If that cannot be said, how the command ends.
pub fn report(base: &Base) -> Result<Report, End> {
    let (old_sources, old_manifest) = match base {
        Base::Ref(name) => at_ref(root(), name).map_err(|error| crate::end::invalid(&error))?,
        Base::Folder(folder) => in_folder(folder).map_err(|failure| blame("the base", &failure))?,
    };
    let (new_sources, new_manifest) = in_folder(root()).map_err(|failure| blame("the working tree", &failure))?;
    let side = |which: &str, sources| Loaded::new(sources).map_err(|mistakes| blame(which, &Failure::Schema(mistakes)));
    let (was, is) = (side("the base", old_sources)?, side("the working tree", new_sources)?);
    let (before, now) = (version::of_manifest(&old_manifest), version::of_manifest(&new_manifest));
    let report = Report::new(&base.to_string(), (&was, before), (&is, now));
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    let accepted = accepted_breaks().map_err(|failure| blame("the list of accepted breaks", &failure))?;
    Ok(report.accept(&accepted, today))
}

/// Says which side is at fault, and why.
fn blame(which: &str, failure: &Failure) -> End {
    eprintln!("error: {which} cannot be read");
    failed(failure)
}

fn accepted_breaks() -> Result<Accepted, Failure> {
    let path = root().join(accepted::FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Accepted::parse(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Accepted::default()),
        Err(source) => Err(Failure::Io { path, source }),
    }
}

/// The schema in a folder, and its manifest; a folder without one has no version.
fn in_folder(folder: &Path) -> Result<(Vec<Source>, String), Failure> {
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    Ok((sources(folder)?, manifest))
}

/// The same at a git ref.
fn at_ref(root: &Path, name: &str) -> Result<(Vec<Source>, String), NoBase> {
    let git = |arguments: &[&str]| git(root, name, arguments);
    let commit = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")]);
    let commit = match commit {
        Err(NoBase::Git { said, .. }) if said.is_empty() => return Err(NoBase::NoCommit(name.to_owned())),
        other => other?.trim().to_owned(),
    };
    let list = git(&["ls-tree", "-r", "-z", "--name-only", &commit, "--", "schema/planhat.yaml", "schema/models"])?;
    // As in a working tree: what lies deeper belongs to nobody.
    let is_schema = |path: &&str| {
        Path::new(path).extension().is_some_and(|ending| ending == "yaml") && path.matches('/').count() <= 2
    };
    let paths: Vec<&str> = list.split('\0').filter(is_schema).collect();
    if paths.is_empty() {
        return Err(NoBase::NoSchema(name.to_owned()));
    }
    let show = |path: &str| git(&["show", &format!("{commit}:{path}")]);
    let sources = paths.into_iter().map(|path| Ok(Source::new(path, show(path)?))).collect::<Result<_, NoBase>>()?;
    Ok((sources, show("Cargo.toml").unwrap_or_default()))
}

fn git(root: &Path, base: &str, arguments: &[&str]) -> Result<String, NoBase> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().map_err(NoBase::NoGit)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(NoBase::Git { base: base.to_owned(), said: text(&output.stderr).trim().to_owned() })
}
