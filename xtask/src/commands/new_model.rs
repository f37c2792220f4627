//! `cargo xtask new-model`

use std::{fs, io::Write as _, path::PathBuf};

use clap::Args;
use planhat_codegen::{
    Failure, Loaded,
    observe::draft::{Sample, draft},
};

use crate::{
    exit::{Exit, Outcome},
    root,
};

/// Draft the YAML file of a new model.
#[derive(Args)]
pub struct Options {
    /// Name of the model, such as `Time Entry`.
    name: String,
    /// JSON files with records of the model, from which to infer the fields.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
}

/// Writes a first draft of a model's file. An existing file stays as it is.
pub fn run(options: &Options) -> Outcome {
    let read = |path: &PathBuf| match fs::read_to_string(path) {
        Ok(text) => Ok(Sample { name: path.display().to_string(), text }),
        Err(source) => Err(Failure::Io { path: path.clone(), source }),
    };
    let samples = options.from.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let source = draft(&Loaded::read(root())?, &options.name, &samples)?;
    let path = root().join(&source.path);
    fs::File::create_new(&path)
        .and_then(|mut file| file.write_all(source.text.as_bytes()))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    println!("{}", source.path);
    let guesses = source.text.matches("# guess:").count();
    println!("{guesses} guesses to review; then run `cargo xtask validate` and `cargo xtask codegen`");
    for line in source.text.lines().filter_map(|line| line.trim().strip_prefix("# left out: ")) {
        println!("left out: {line}");
    }
    Ok(Exit::Ok)
}
