//! Records a few answers of the API, by a program of its own: xtask has no HTTP client.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use planhat_codegen::{
    ir::{Api, ModelId},
    observe::{Invalid, Observer, live},
};

use crate::root;

/// The most records of a list that are read.
pub const MOST: u32 = 100;

/// What a recording is called where it is not saved.
const NAME: &str = "live";

/// What to record.
#[derive(Debug, Clone)]
pub struct Live {
    /// How many records of each list.
    pub records: u32,
    /// Where the API is, if not where the schema or the environment says.
    pub url: Option<String>,
    /// Where to keep the recording.
    pub save: Option<PathBuf>,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// It cannot be started.
    #[error("cargo cannot be run")]
    Cargo(#[source] std::io::Error),
    /// It has told why.
    #[error("nothing was held against the schema, since not all could be recorded")]
    Recorder,
    /// No list can be read.
    #[error("no list of this model can be read by pages")]
    NothingToRead,
    /// The recording cannot be kept.
    #[error("cannot write {}", path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no recording.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl Live {
    /// Records, and looks at what was recorded.
    pub fn observe(&self, api: &Api, only: Option<ModelId>, observer: &mut Observer<'_>) -> Result<(), Failed> {
        let calls = live::calls(api, only, self.records);
        if calls.is_empty() {
            return Err(Failed::NothingToRead);
        }
        let recording = self.record(api, &calls)?;
        if let Some(path) = &self.save {
            std::fs::write(path, &recording).map_err(|source| Failed::Save { path: path.clone(), source })?;
        }
        let name = self.save.as_deref().unwrap_or(Path::new(NAME)).display().to_string();
        Ok(observer.lines(&name, recording.as_slice())?)
    }

    /// The recorded calls, one a line. The token stays in the environment.
    fn record(&self, api: &Api, calls: &[String]) -> Result<Vec<u8>, Failed> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["run", "--quiet", "--package", "planhat-recorder", "--", "--url", &self.url(api), "--calls"])
            .arg(live::most_calls(api).to_string())
            .args(calls)
            .current_dir(root())
            .stderr(Stdio::inherit())
            .output()
            .map_err(Failed::Cargo)?;
        if output.status.success() { Ok(output.stdout) } else { Err(Failed::Recorder) }
    }

    /// The URL, from where the SDK takes it too.
    fn url(&self, api: &Api) -> String {
        let variable = || std::env::var("PLANHAT_BASE_URL").ok().filter(|url| !url.is_empty());
        let schema = || api.hosts.first().map_or_else(String::new, |host| host.url.clone());
        self.url.clone().or_else(variable).unwrap_or_else(schema)
    }
}
