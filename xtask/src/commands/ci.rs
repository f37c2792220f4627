//! `cargo xtask ci`

use std::{
    process::Command,
    time::{Duration, Instant},
};

use lexopt::{Parser, prelude::Long};

use crate::{end::End, root};

/// Something that must succeed.
struct Step {
    /// The command line. No argument has a blank in it.
    line: &'static str,
    /// What it wants in its environment.
    environment: &'static [(&'static str, &'static str)],
    /// It needs programs other than Rust's.
    external: bool,
}

const fn step(line: &'static str) -> Step {
    Step { line, environment: &[], external: false }
}

/// A check by tools, or with programs, that know nothing of this project.
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
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let mut all = true;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("inside") => all = false,
            other => return Err(other.unexpected()),
        }
    }
    let mut times = Vec::new();
    for step in STEPS.iter().filter(|step| all || !step.external) {
        println!("\n== {}", step.line);
        let started = Instant::now();
        if let Err(why) = perform(step) {
            println!("\nfailed: {}: {why}", step.line);
            return Ok(End::Finding);
        }
        times.push((step, started.elapsed()));
    }
    println!();
    for (step, time) in &times {
        println!("{:>5} s  {}", time.as_secs(), step.line);
    }
    println!("{:>5} s  all is well", times.iter().map(|(_, time)| *time).sum::<Duration>().as_secs());
    Ok(End::Fine)
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
