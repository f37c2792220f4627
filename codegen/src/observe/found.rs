//! What differs, in words.

use super::{
    Observer, Skipped, apply,
    guess::Guesser,
    proposal,
    proposal::{Proposal, described, type_text},
    tally::{At, Difference, Key, Place, Seen, Subject, Tally, VALUES},
    text,
    walk::SOME_ID,
};
use crate::{
    ir::{Api, Direction},
    schema::load::Loaded,
    write::numbers::counted,
};

/// How recorded responses differ from the schema.
#[derive(Debug)]
pub struct Drift {
    /// What was found in the records of each kind.
    pub reports: Vec<ModelReport>,
    /// What was not looked at and why, with how often.
    pub skipped: Vec<(String, usize)>,
    /// What to write into the schema.
    pub proposals: Vec<Proposal>,
}

#[derive(Debug)]
pub struct ModelReport {
    /// The model, or the shape that one of its lists returns.
    pub model: String,
    pub schema: String,
    pub direction: Direction,
    pub records: usize,
    /// What differs, by path.
    pub findings: Vec<Finding>,
    /// The fields that none of them had.
    pub never_seen: Vec<String>,
}

#[derive(Debug)]
pub struct Finding {
    pub kind: &'static str,
    /// Whether it is only worth a note.
    pub note: bool,
    /// Whether a proposal fixes it.
    pub proposed: bool,
    /// The path inside a record; empty for the record itself.
    pub path: String,
    pub what: String,
    pub records: usize,
    /// Some values, redacted unless values may be shown.
    pub examples: Vec<String>,
    pub first: String,
}

impl Drift {
    /// What has to be looked into: neither the notes nor what the schema needs no change for.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.reports.iter().flat_map(|report| &report.findings).filter(|finding| !finding.note)
    }

    /// What is only worth a note.
    pub fn all_notes(&self) -> impl Iterator<Item = &Finding> {
        self.reports.iter().flat_map(|report| &report.findings).filter(|finding| finding.note)
    }
}

impl Observer<'_> {
    pub fn finish(self, schema: &Loaded) -> Drift {
        let mut proposals = proposal::proposals(self.api, &self.tallies);
        apply::locate(schema, &mut proposals);
        let reports = self.tallies.seen.iter().map(|(subject, seen)| self.report(*subject, seen, &proposals)).collect();
        Drift { reports, skipped: self.skipped.iter().map(|(why, times)| (skipped(why), *times)).collect(), proposals }
    }

    fn report(&self, subject: Subject, seen: &Seen, proposals: &[Proposal]) -> ModelReport {
        let own = self.tallies.differences.iter().filter(|(key, _)| key.subject == subject);
        let never = self
            .api
            .fields(subject.owner)
            .iter()
            .zip(&seen.fields)
            .filter(|(field, seen)| subject.direction == Direction::Response && !**seen && !field.write_only);
        ModelReport {
            model: self.api.name(subject.owner).to_owned(),
            schema: self.api.file(subject.owner).to_owned(),
            direction: subject.direction,
            records: seen.records,
            findings: own.map(|(key, tally)| self.finding(key, tally, proposals)).collect(),
            never_seen: never.map(|(field, _)| field.wire.clone()).collect(),
        }
    }

    fn finding(&self, key: &Key, tally: &Tally, proposals: &[Proposal]) -> Finding {
        Finding {
            kind: kind(key.difference),
            note: key.difference.is_note(),
            proposed: proposals.iter().any(|proposal| proposal.fixes(key, tally)),
            path: key.path.clone(),
            what: what(self.api, key.difference, tally, self.show),
            records: tally.records,
            examples: tally.examples.iter().cloned().collect(),
            first: self.place(tally.first),
        }
    }

    fn place(&self, place: Place) -> String {
        let file = self.files.get(place.file).map_or("", String::as_str);
        match place.at {
            At::Whole => file.to_owned(),
            At::Line(number) => format!("{file}, line {number}"),
            At::Entry(number) => format!("{file}, entry {number}"),
            At::Record(number) => format!("{file}, record {number}"),
        }
    }
}

fn kind(difference: Difference) -> &'static str {
    match difference {
        Difference::NoObject => "no_object",
        Difference::Unknown => "unknown_field",
        Difference::Mismatch => "type_mismatch",
        Difference::NewValue => "new_enum_value",
        Difference::Returned => "write_only_returned",
        Difference::Forgiven(_) => "undeclared_form",
        Difference::Null => "null_in_required",
    }
}

fn what(api: &Api, difference: Difference, tally: &Tally, show: bool) -> String {
    let seen = Guesser { api, model: None }.field(&tally.field, &tally.evidence).ty;
    match difference {
        Difference::NoObject => "is not an object".to_owned(),
        Difference::Unknown if tally.field == SOME_ID => {
            "has keys that look like data, not like names; it may be a `map<…>`".to_owned()
        }
        Difference::Unknown => format!("is not a field of {}; it looks like `{seen}`", described(api, tally.owner)),
        Difference::Mismatch => format!("is declared as `{}`, but looks like `{seen}`", declared(api, tally)),
        Difference::NewValue => new_values(tally, show),
        Difference::Returned => "is declared as `write_only`, but is returned".to_owned(),
        Difference::Forgiven(form) => format!("is declared as `{}`; found {form}", declared(api, tally)),
        Difference::Null => {
            "is null, although a create must send it; the schema cannot say whether that may be".to_owned()
        }
    }
}

fn declared(api: &Api, tally: &Tally) -> String {
    let field = api.field(tally.owner, &tally.field);
    field.map_or_else(String::new, |field| type_text(api, &field.ty, &[]))
}

/// New values of an enum. Those that look like data are not shown.
fn new_values(tally: &Tally, show: bool) -> String {
    if tally.values.len() > VALUES {
        return format!("has more than {VALUES} values that its enum does not have; it may be a `string`");
    }
    let (shown, hidden): (Vec<_>, Vec<_>) = tally.values.keys().partition(|value| show || text::is_value(value));
    let mut words: Vec<String> = shown.iter().map(|value| format!("`{value}`")).collect();
    if !hidden.is_empty() {
        words.push(format!("{} that look like data", counted(hidden.len(), "value")));
    }
    format!("is a new value of its enum: {}", words.join(", "))
}

fn skipped(why: &Skipped) -> String {
    match why {
        Skipped::Elsewhere => "calls to other hosts".to_owned(),
        Skipped::NoOperation(path) => format!("calls of `{path}`, which the schema does not have"),
        Skipped::OtherModel => "calls of other models".to_owned(),
        Skipped::Refused(call, status) => format!("calls of `{call}` with status {status}"),
        Skipped::NoJson => "calls without JSON".to_owned(),
        Skipped::NoRecords => "bodies that count or name records and hold none".to_owned(),
    }
}
