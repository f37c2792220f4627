//! Records a few responses of the API with a separate program, so that xtask needs no HTTP client.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::Args;
use planhat_codegen::{
    ir::{Api, ModelId},
    observe::{Invalid, Observer, live},
};

use crate::root;

/// The name of a recording that is not saved.
const NAME: &str = "live";

/// What to record.
#[derive(Debug, Args)]
pub struct Live {
    /// Read a few records of each list from Planhat, with the token in `PLANHAT_API_TOKEN`.
    ///
    /// With --model, only the lists of that model. Nothing is written to Planhat, requests are sent one after another,
    /// and at most half of the rate limit is used.
    #[arg(long = "live")]
    pub enabled: bool,
    /// Number of records to read of each list.
    #[arg(long, default_value_t = 5, requires = "enabled", value_parser = clap::value_parser!(u32).range(1..=100))]
    records: u32,
    /// URL of the API [default: `PLANHAT_BASE_URL`, or the host in the schema].
    #[arg(long, requires = "enabled")]
    url: Option<String>,
    /// Save the recording as JSON lines. It contains the data of your customers.
    #[arg(long, value_name = "FILE", requires = "enabled")]
    save: Option<PathBuf>,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    #[error("cargo cannot be run")]
    Cargo(#[source] std::io::Error),
    /// The recorder has said why.
    #[error("nothing was compared with the schema, since not everything could be recorded")]
    Recorder,
    #[error("this model has no list with pages")]
    NothingToRead,
    #[error("cannot write {}", path.display())]
    Save { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl Live {
    /// Records responses and compares them with the schema.
    pub fn observe(&self, api: &Api, only: Option<ModelId>, observer: &mut Observer<'_>) -> Result<(), LiveError> {
        let calls = live::calls(api, only, self.records);
        if calls.is_empty() {
            return Err(LiveError::NothingToRead);
        }
        let recording = self.record(api, &calls)?;
        if let Some(path) = &self.save {
            std::fs::write(path, &recording).map_err(|source| LiveError::Save { path: path.clone(), source })?;
        }
        let name = self.save.as_deref().unwrap_or(Path::new(NAME)).display().to_string();
        Ok(observer.lines(&name, recording.as_slice())?)
    }

    /// The recorded calls, one per line. The token stays in the environment.
    fn record(&self, api: &Api, calls: &[String]) -> Result<Vec<u8>, LiveError> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["run", "--quiet", "--package", "planhat-recorder", "--", "--url", &self.url(api), "--calls"])
            .arg(live::most_calls(api).to_string())
            .args(calls)
            .current_dir(root())
            .stderr(Stdio::inherit())
            .output()
            .map_err(LiveError::Cargo)?;
        if output.status.success() { Ok(output.stdout) } else { Err(LiveError::Recorder) }
    }

    /// The URL, from the same places as in the SDK.
    fn url(&self, api: &Api) -> String {
        let variable = || std::env::var("PLANHAT_BASE_URL").ok().filter(|url| !url.is_empty());
        let schema = || api.hosts.first().map_or_else(String::new, |host| host.url.clone());
        self.url.clone().or_else(variable).unwrap_or_else(schema)
    }
}
