//! `cargo xtask ci`

use std::{
    process::Command,
    time::{Duration, Instant},
};

use clap::Args;

use crate::{exit::Exit, root};

/// Run everything that a change must pass.
#[derive(Args)]
pub struct Options {
    /// Run only the steps that need nothing but Rust.
    #[arg(long)]
    inside: bool,
}

/// A command that must succeed.
struct Step {
    /// The command line, in which no argument has a space.
    line: &'static str,
    /// Environment variables.
    environment: &'static [(&'static str, &'static str)],
    /// Whether it needs programs other than Rust's.
    external: bool,
}

const fn step(line: &'static str) -> Step {
    Step { line, environment: &[], external: false }
}

/// A check by tools that know nothing of this project.
const fn external(line: &'static str) -> Step {
    Step { external: true, ..step(line) }
}

const STEPS: &[Step] = &[
    step("cargo fmt --all --check"),
    step("cargo xtask validate"),
    step("cargo xtask codegen --check"),
    step("cargo clippy --workspace --all-targets -- -D warnings"),
    // The other way to build the SDK; `native-tls` needs a TLS library of the system and is left out.
    step("cargo check -p planhat-sdk --no-default-features --features rustls-ring"),
    Step { environment: &[("RUSTDOCFLAGS", "-D warnings")], ..step("cargo doc --workspace --no-deps") },
    step("cargo run -p planhat-sdk --example quickstart"),
    step("cargo test --workspace"),
    external("bash tests/external/workflows/check.sh"),
    external("bash tests/external/json_schema/check.sh"),
    external("bash tests/external/public_items/check.sh"),
    external("bash tests/external/openapi/check.sh"),
    external("bash tests/external/foreign/check.sh"),
    external("bash tests/external/browser/check.sh"),
];

/// Runs the steps of the gate, until one fails.
pub fn run(options: &Options) -> Exit {
    let mut times = Vec::new();
    for step in STEPS.iter().filter(|step| !(options.inside && step.external)) {
        println!("\n== {}", step.line);
        let started = Instant::now();
        if let Err(why) = perform(step) {
            println!("\nfailed: {}: {why}", step.line);
            return Exit::Findings;
        }
        times.push((step, started.elapsed()));
    }
    println!();
    for (step, time) in &times {
        println!("{:>5} s  {}", time.as_secs(), step.line);
    }
    println!("{:>5} s  ok", times.iter().map(|(_, time)| *time).sum::<Duration>().as_secs());
    Exit::Ok
}

fn perform(step: &Step) -> Result<(), String> {
    let mut words = step.line.split(' ');
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(program);
    command.args(words).envs(step.environment.iter().copied()).current_dir(root());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(status.to_string()),
        Err(why) => Err(format!("{program} cannot be run: {why}")),
    }
}
