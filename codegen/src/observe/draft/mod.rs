//! A first draft of a model's file, from its name and from records as the API sent them.
//!
//! What is inferred is written down beside each guess. No value of a record gets into the file, but for those of enums:
//! records hold names and addresses of people, and the file is for everybody.

use self::model::Draft;
use super::{evidence::Evidence, guess::Guesser};
use crate::{
    schema::{
        Schema,
        load::{self, Loaded},
        names,
    },
    source::{Source, SourceMap, diagnostic::Diagnostics},
};

mod model;
mod sample;

pub use self::sample::Sample;

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("a model cannot be called `{name}`: {why}")]
    Name { name: String, why: String },
    #[error("{name} holds no records: {why}")]
    Sample { name: String, why: String },
    /// What was inferred breaks rules, other than by a field that can be left out.
    #[error("the draft of this model breaks rules of the schema; another name may help:\n\n{0}")]
    Draft(Diagnostics),
}

/// Drafts a model's file. Without samples it has the usual fields.
pub fn draft(loaded: &Loaded, name: &str, samples: &[Sample]) -> Result<Source, Refusal> {
    let Loaded { api, schema, sources } = loaded;
    check_name(schema, name)?;
    let path = format!("{}/{}.yaml", crate::schema::load::MODELS, names::snake(name));
    if sources.iter().any(|(_, source)| source.path == path) {
        return Err(refused(name, &format!("there is {path} already")));
    }
    let mut records = Vec::new();
    for sample in samples {
        let refused = |why| Refusal::Sample { name: sample.name.clone(), why };
        records.extend(sample::records(sample).map_err(refused)?);
    }
    let draft = if samples.is_empty() {
        Draft::skeleton(schema, name)
    } else {
        let count = if records.len() == 1 { "one record".to_owned() } else { format!("{} records", records.len()) };
        let mut evidence = Evidence::default();
        for record in records {
            evidence.add(&record.into());
        }
        Draft::of(schema, name, Guesser { api, model: Some(name) }, &evidence, count)
    };
    without_errors(sources, &path, draft)
}

fn refused(name: &str, why: &str) -> Refusal {
    Refusal::Name { name: name.to_owned(), why: why.to_owned() }
}

fn check_name(schema: &Schema, name: &str) -> Result<(), Refusal> {
    let is_part = |char: char| char.is_alphanumeric() || char == ' ';
    if !name.starts_with(char::is_alphabetic) || !name.chars().all(is_part) || name.trim() != name {
        return Err(refused(name, "it is not made of words, such as `Pet` or `Pet Owner`"));
    }
    if !names::is_rust(name) {
        return Err(refused(name, "it has no form in Rust"));
    }
    if let Some(known) = schema.model_names().find(|known| names::snake(known) == names::snake(name)) {
        return Err(refused(name, &format!("the model `{known}` is called like it")));
    }
    if schema.entity(name).is_some() {
        return Err(refused(name, "an entity of `schema/planhat.yaml` is called so; it would have to go there first"));
    }
    Ok(())
}

/// Leaves out the fields that break a rule, such as the second of two whose names differ by case only.
fn without_errors(sources: &SourceMap, path: &str, mut draft: Draft) -> Result<Source, Refusal> {
    loop {
        let source = Source::new(path, draft.text());
        let all = sources.iter().map(|(_, source)| source.clone()).chain([source.clone()]).collect();
        let Err(diagnostics) = load::parse(all) else { return Ok(source) };
        let found = diagnostics.list().iter().find_map(|diagnostic| {
            let label = diagnostic.labels.first()?;
            let is_here = diagnostics.sources().get(label.span.file)?.path == path;
            let line = diagnostics.sources().line(label.span);
            let index = Draft::entry_at(&source.text, line).filter(|_| is_here)?;
            Some((index, format!("{} ({})", diagnostic.message, diagnostic.rule.id)))
        });
        match found {
            // Each turn leaves one field or one shape less.
            Some((index, why)) if index < draft.entries.len() => draft.leave_out(index, why),
            _ if draft.give_up_shape() => {}
            _ => return Err(Refusal::Draft(diagnostics)),
        }
    }
}
