//! `cargo xtask new-model`

use std::{fs, io::Write as _, path::PathBuf};

use lexopt::{
    Parser,
    prelude::{Long, Value, ValueExt},
};
use planhat_codegen::{
    Failure, Loaded,
    observe::draft::{Sample, draft},
    source::Source,
};

use crate::{
    end::{End, failed, invalid},
    root,
};

/// Writes a first draft of a model's file.
pub fn run(mut arguments: Parser) -> Result<End, lexopt::Error> {
    let mut name = None;
    let mut from: Vec<PathBuf> = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("from") => from.extend(arguments.values()?.map(PathBuf::from)),
            Value(value) if name.is_none() => name = Some(value.string()?),
            other => return Err(other.unexpected()),
        }
    }
    let name = name.ok_or("a model needs a name, such as `cargo xtask new-model Pet`")?;
    Ok(write(&name, from))
}

fn write(name: &str, from: Vec<PathBuf>) -> End {
    let mut samples = Vec::new();
    for path in from {
        match fs::read_to_string(&path) {
            Ok(text) => samples.push(Sample { name: path.display().to_string(), text }),
            Err(source) => return failed(&Failure::Io { path, source }),
        }
    }
    let schema = match Loaded::read(root()) {
        Ok(schema) => schema,
        Err(failure) => return failed(&failure),
    };
    match draft(&schema, name, &samples) {
        Ok(source) => create(&source),
        Err(refusal) => invalid(&refusal),
    }
}

/// Creates the file; one that is there stays as it is.
fn create(source: &Source) -> End {
    let path = root().join(&source.path);
    let created = fs::File::create_new(&path).and_then(|mut file| file.write_all(source.text.as_bytes()));
    if let Err(source) = created {
        eprintln!("error: cannot write {}: {source}", path.display());
        return End::Invalid;
    }
    println!("{}", source.path);
    let guesses = source.text.matches("# guess:").count();
    println!("{guesses} guesses to look at; then run `cargo xtask validate` and `cargo xtask codegen`");
    for line in source.text.lines().filter_map(|line| line.trim().strip_prefix("# left out: ")) {
        println!("left out: {line}");
    }
    End::Fine
}
