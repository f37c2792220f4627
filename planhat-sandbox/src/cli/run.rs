//! Runs a sandbox until a signal ends the program.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use planhat_sandbox::{ImportError, StartError};
use serde_json::Value;
use tokio::time::timeout;

use super::{
    arguments::Arguments,
    lines::{self, Detail},
};

/// The time limit for requests in progress at the end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot import {}", .0.display())]
    Import(PathBuf, #[source] Box<dyn Error>),
    #[error("cannot export to {}", .0.display())]
    Export(PathBuf, #[source] std::io::Error),
    #[error("cannot wait for signals")]
    Signal(#[source] std::io::Error),
}

/// Runs a sandbox. Returns the exit code of the program.
pub async fn run(arguments: Arguments) -> ExitCode {
    match serve(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

async fn serve(arguments: &Arguments) -> Result<(), RunError> {
    // Files are checked first, so that errors come before the server listens and records could be lost.
    let records = arguments.import.as_deref().map(read).transpose()?;
    if let Some(path) = &arguments.export {
        let file = fs::OpenOptions::new().append(true).create(true).open(path);
        file.map_err(|error| RunError::Export(path.clone(), error))?;
    }
    let detail = arguments.detail();
    let mut settings = arguments.settings();
    if detail != Detail::None {
        settings = settings.on_request(move |request| println!("{}", lines::request(request, detail)));
    }
    let sandbox = settings.start().await?;
    if let Some((path, records)) = arguments.import.as_deref().zip(records) {
        sandbox.import(records).map_err(|error: ImportError| RunError::Import(path.to_owned(), error.into()))?;
    }
    print!("{}", lines::greeting(&sandbox, !arguments.no_admin));
    shutdown_signal().await?;
    tokio::select! {
        _ = timeout(SHUTDOWN_TIMEOUT, sandbox.shutdown()) => {}
        // A second signal skips the wait.
        _ = shutdown_signal() => {}
    }
    if let Some(path) = &arguments.export {
        let text = format!("{:#}\n", sandbox.export());
        fs::write(path, text).map_err(|error| RunError::Export(path.clone(), error))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Value, RunError> {
    let import_error = |error| RunError::Import(path.to_owned(), error);
    let text = fs::read(path).map_err(|error| import_error(error.into()))?;
    serde_json::from_slice(&text).map_err(|error| import_error(error.into()))
}

/// Waits for Ctrl-C, or on Unix for SIGTERM.
async fn shutdown_signal() -> Result<(), RunError> {
    #[cfg(unix)]
    let terminated = async {
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?.recv().await;
        Ok(())
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending();
    let signal = tokio::select! {
        signal = tokio::signal::ctrl_c() => signal,
        signal = terminated => signal,
    };
    signal.map_err(RunError::Signal)
}
