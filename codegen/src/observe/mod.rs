//! Compares recorded responses with the schema: what differs, and what to write into the schema.
//!
//! ```text
//! files → records (input, call, route, named) → walk → tallies → drift → report, edits
//! ```

mod apply;
mod call;
pub mod draft;
mod envelope;
mod evidence;
mod fit;
pub mod found;
mod guess;
mod input;
pub mod live;
mod named;
mod proposal;
mod redact;
pub mod report;
mod route;
mod tally;
mod text;
mod walk;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::{
    apply::{Applied, apply},
    named::model,
    proposal::{Change, Proposal},
};
use self::{
    tally::{At, Place, Subject, Tallies},
    walk::Walk,
};
use crate::ir::{Api, Direction, Kind, ModelId, Owner, PartOf};

#[derive(Debug, thiserror::Error)]
pub enum Invalid {
    #[error("cannot read {file}")]
    Io { file: String, source: std::io::Error },
    #[error("{file}:{line}:{column}: invalid JSON: {why}")]
    NoJson { file: String, line: usize, column: usize, why: String },
    /// Nothing says what the records in it are.
    #[error(
        "{file}{}: nothing says of which model this is; name it with `--model`, name the file after it \
         (such as `time_entry.json` or `time_entry__1.json`), or record calls with `method` and `path`",
        line.map(|line| format!(":{line}")).unwrap_or_default()
    )]
    NoModel {
        file: String,
        /// The line, in a file of lines.
        line: Option<usize>,
    },
    #[error(
        "unknown model `{name}`{}; the models are {models}",
        suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    UnknownModel { name: String, suggestion: Option<String>, models: String },
}

/// Why something recorded was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skipped {
    /// A call to another host.
    Elsewhere,
    /// A call to a path that the schema does not have.
    NoOperation(String),
    /// A call of another model than the one asked for.
    OtherModel,
    /// A call without success: its operation and its status.
    Refused(String, u64),
    NoJson,
    /// A body that counts or names records and holds none.
    NoRecords,
}

/// Looks at records, and remembers what differs from the schema.
#[derive(Debug)]
pub struct Observer<'a> {
    api: &'a Api,
    only: Option<ModelId>,
    show: bool,
    files: Vec<String>,
    records: usize,
    tallies: Tallies,
    skipped: BTreeMap<Skipped, usize>,
}

impl<'a> Observer<'a> {
    /// Looks for one model only, or for all of them. Values are shown only with `show`.
    pub fn new(api: &'a Api, only: Option<ModelId>, show: bool) -> Self {
        let (tallies, skipped) = (Tallies::default(), BTreeMap::new());
        Self { api, only, show, files: Vec::new(), records: 0, tallies, skipped }
    }

    fn skip(&mut self, why: Skipped) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// Looks at a body: a record, an array of them, or an envelope around them.
    fn owned(&mut self, owners: &[Owner], direction: Direction, body: &Value, place: Place) {
        if let Value::Array(items) = body {
            for item in items {
                self.record(owners, direction, item, place);
            }
            return;
        }
        if envelope::counts(body) || self.copies(owners, direction, body) {
            return self.skip(Skipped::NoRecords);
        }
        match self.listed(owners, body) {
            Some(items) => {
                for (index, item) in items.iter().enumerate() {
                    let at = if place.at == At::Whole { At::Record(index + 1) } else { place.at };
                    self.record(owners, direction, item, Place { at, ..place });
                }
            }
            None => self.record(owners, direction, body, place),
        }
    }

    /// Whether a body says which records to copy, and is none itself.
    fn copies(&self, owners: &[Owner], direction: Direction, body: &Value) -> bool {
        let operations = owners.iter().filter_map(|owner| self.api.model(*owner)).flat_map(|model| &model.operations);
        let mut keys = operations.filter_map(|operation| match &operation.kind {
            Kind::Copy { ids } => Some(ids),
            _ => None,
        });
        direction == Direction::Request && keys.any(|ids| body.as_object().is_some_and(|body| body.keys().eq([ids])))
    }

    /// The records in an envelope, if a body is one.
    fn listed<'v>(&self, owners: &[Owner], body: &'v Value) -> Option<&'v [Value]> {
        let is_field = |key: &str| owners.iter().any(|owner| self.api.field(*owner, key).is_some());
        envelope::records(body.as_object()?, Some(&is_field))
    }

    fn record(&mut self, candidates: &[Owner], direction: Direction, value: &Value, place: Place) {
        let Some(owner) = self.choose(candidates, value) else { return };
        self.records += 1;
        let (subject, record, show) = (Subject { owner, direction }, self.records, self.show);
        let tallies = &mut self.tallies;
        Walk { api: self.api, tallies, subject, record, place, show, path: Vec::new() }.record(value);
    }

    /// Which of the models that share a path a record is of: the one whose mark it has, or else the one without a mark.
    fn choose(&self, candidates: &[Owner], record: &Value) -> Option<Owner> {
        let part = |owner: &Owner| self.api.model(*owner).and_then(|model| self.api.discriminator(model));
        let marked = candidates.iter().find(|owner| {
            let value = |part: &PartOf| record.get(&self.api[part.field].wire).and_then(Value::as_str);
            part(owner).is_some_and(|part| value(part) == Some(&part.value))
        });
        marked.or_else(|| candidates.iter().find(|owner| part(owner).is_none())).or(candidates.first()).copied()
    }
}
