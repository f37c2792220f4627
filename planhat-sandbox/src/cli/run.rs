//! From the start to the end.

use std::{error::Error, fs, path::Path, process::ExitCode, time::Duration};

use planhat_sandbox::{Sandbox, StartError};
use serde_json::Value;
use tokio::time::timeout;

use super::{
    arguments::Arguments,
    lines::{self, Detail},
};

/// How long requests that are under way may take at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Reason the program does not do what it is to do.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{why}{}", cause(why))]
    Start { why: StartError },
    #[error("cannot import {0}: {1}")]
    Import(String, Box<dyn Error>),
    #[error("cannot export to {0}: {1}")]
    Export(String, Box<dyn Error>),
}

fn cause(why: &StartError) -> String {
    why.source().map(|cause| format!(": {cause}")).unwrap_or_default()
}

/// Runs a sandbox until it is told to end.
pub async fn run(arguments: Arguments) -> ExitCode {
    match start(&arguments).await {
        Ok(sandbox) => {
            print!("{}", lines::greeting(&sandbox, arguments.page));
            end(&sandbox, &arguments).await
        }
        Err(why) => fail(&why),
    }
}

async fn start(arguments: &Arguments) -> Result<Sandbox, Failure> {
    // Read first: with a file that cannot be read there is no reason to listen.
    let tenant = arguments.import.as_deref().map(read).transpose()?;
    if let Some(path) = &arguments.export {
        // Better now than when everything is missing_subject. What is in the file stays until then.
        let file = fs::OpenOptions::new().append(true).create(true).open(path);
        file.map_err(|why| Failure::Export(shown(path), why.into()))?;
    }
    let detail = arguments.detail;
    let mut settings = arguments.settings.clone();
    if detail != Detail::None {
        settings = settings.on_request(move |logged| {
            if let Some(line) = lines::line(logged, detail) {
                println!("{line}");
            }
        });
    }
    let sandbox = settings.start().await.map_err(|why| Failure::Start { why })?;
    if let Some((path, tenant)) = arguments.import.as_deref().zip(tenant) {
        sandbox.import(tenant).map_err(|why| Failure::Import(shown(path), why.into()))?;
    }
    Ok(sandbox)
}

fn read(path: &Path) -> Result<Value, Failure> {
    let text = fs::read(path).map_err(|why| Failure::Import(shown(path), why.into()))?;
    serde_json::from_slice(&text).map_err(|why| Failure::Import(shown(path), why.into()))
}

/// Waits for the end and makes it a good one: what is under way is answered, and what is stored is written down.
async fn end(sandbox: &Sandbox, arguments: &Arguments) -> ExitCode {
    if let Err(why) = shutdown_signal().await {
        eprintln!("cannot wait for signals: {why}");
        return ExitCode::FAILURE;
    }
    tokio::select! {
        _ = timeout(LAST_ANSWERS, sandbox.shutdown()) => {}
        // Whoever says it twice does not want to wait.
        _ = shutdown_signal() => {}
    }
    match arguments.export.as_deref().map_or(Ok(()), |path| write(sandbox, path)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => fail(&why),
    }
}

fn write(sandbox: &Sandbox, path: &Path) -> Result<(), Failure> {
    let text = format!("{:#}\n", sandbox.export());
    fs::write(path, text).map_err(|why| Failure::Export(shown(path), why.into()))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn fail(why: &Failure) -> ExitCode {
    eprintln!("{why}");
    ExitCode::FAILURE
}

/// Returns upon Ctrl-C, and elsewhere than on Windows upon a request to terminate.
async fn shutdown_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            told = tokio::signal::ctrl_c() => told,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
