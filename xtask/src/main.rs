//! The project's commands: `cargo xtask --help`.

use std::{
    path::{Path, PathBuf},
    sync::LazyLock,
};

use clap::{Parser, Subcommand};
use planhat_codegen::{DOCS, MODEL_SCHEMA, OPENAPI, ROOT_SCHEMA};

use crate::{
    commands::{bench, changelog, ci, codegen, diff, drift, new_model, validate},
    exit::{CODES, Exit},
};

mod base;
mod commands;
mod exit;

/// The project's commands.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", after_help = CODES, args_override_self = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Validate(validate::Options),
    /// Write all files that are generated from the schema.
    Codegen(codegen::Options),
    /// Write only the OpenAPI description.
    Openapi(codegen::Options),
    /// Write only the JSON Schemas with which editors complete and check the YAML.
    Schema(codegen::Options),
    /// Write only the reference.
    Docs(codegen::Options),
    NewModel(new_model::Options),
    Drift(drift::Options),
    Diff(diff::Options),
    Changelog(changelog::Options),
    Ci(ci::Options),
    Bench(bench::Options),
}

fn main() -> Exit {
    let outcome = match Arguments::parse().command {
        Command::Validate(options) => validate::run(&options),
        Command::Codegen(options) => codegen::run(&options, &[]),
        Command::Openapi(options) => codegen::run(&options, &[OPENAPI]),
        Command::Schema(options) => codegen::run(&options, &[ROOT_SCHEMA, MODEL_SCHEMA]),
        Command::Docs(options) => codegen::run(&options, &[DOCS]),
        Command::NewModel(options) => new_model::run(&options),
        Command::Drift(options) => drift::run(&options),
        Command::Diff(options) => diff::run(&options),
        Command::Changelog(options) => changelog::run(&options),
        Command::Ci(options) => Ok(ci::run(&options)),
        Command::Bench(options) => bench::run(&options),
    };
    outcome.unwrap_or_else(|error| exit::failed(error.as_ref()))
}

/// The root of the repository that cargo runs this for, which need not be the one that it was built in.
fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&own).parent().map_or_else(|| ".".into(), Path::to_owned)
    });
    &ROOT
}
