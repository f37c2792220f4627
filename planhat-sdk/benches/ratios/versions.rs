//! What the figures depend on.

use std::process::Command;

const LOCK: &str = include_str!("../../../Cargo.lock");

/// The compiler and the crates that do most of the work.
pub fn versions() -> String {
    let compiler =
        Command::new("rustc").arg("--version").output().ok().and_then(|run| String::from_utf8(run.stdout).ok());
    let crates = ["reqwest", "hyper", "tokio", "serde_json"].map(|name| format!("{name} {}", locked(name)));
    format!("{}, {}", compiler.as_deref().unwrap_or("rustc unknown").trim(), crates.join(", "))
}

fn locked(name: &str) -> &'static str {
    let package = LOCK.split("[[package]]").find(|package| package.contains(&format!("name = \"{name}\"\n")));
    package.and_then(|package| package.split("version = \"").nth(1)?.split('"').next()).unwrap_or("unknown")
}
