//! Reads a record field by field, after it could not be read as a whole.

use std::{borrow::Cow, collections::HashSet, ops::Range};

use serde_json::{Value, value::RawValue};

use super::{locate, repair::Repaired};
use crate::value::{CustomFields, Entries, Record, RepairedField, UnknownFields, UnreadableField};

const REPEATED: &str = "the field is repeated; the last value counts";

/// A field of an object, as it stands in the text.
#[derive(Debug, Clone)]
struct Member<'a> {
    /// The characters between the quotes if they are not valid text, such as a lone surrogate.
    name: Cow<'a, str>,
    has_valid_name: bool,
    /// The name with its quotes.
    key: &'a str,
    value: &'a RawValue,
}

impl<'a> Member<'a> {
    fn new(key: &'a str, value: &'a RawValue) -> Self {
        let plain = key.trim_matches('"');
        let name =
            if plain.contains('\\') { serde_json::from_str(key).ok().map(Cow::Owned) } else { Some(plain.into()) };
        Self { has_valid_name: name.is_some(), name: name.unwrap_or(plain.into()), key, value }
    }

    /// Returns what is wrong with the field if the record is read as if it had no other one.
    fn problem<T: Record>(&self) -> Option<String> {
        let (path, problem) = locate::<T>(object([self]).as_bytes())?;
        let problem = without_place(&problem);
        Some(if path == self.name || path == "." { problem.to_owned() } else { format!("{path}: {problem}") })
    }

    /// Returns the value as JSON of any shape.
    fn json(&self) -> Result<Value, String> {
        if !self.has_valid_name {
            return Err("the name is not valid text".to_owned());
        }
        serde_json::from_str(self.value.get()).map_err(|error| without_place(&error.to_string()).to_owned())
    }
}

/// Removes line and column from a problem, since they are not those of the response.
fn without_place(problem: &str) -> &str {
    problem.rsplit_once(" at line ").map_or(problem, |(problem, _)| problem)
}

/// Returns the fields of an object in their order; `None` if it is not an object.
fn members(object: &str) -> Option<Vec<Member<'_>>> {
    let Entries(members) = serde_json::from_str::<Entries<&RawValue, &RawValue>>(object).ok()?;
    Some(members.into_iter().map(|(key, value)| Member::new(key.get(), value)).collect())
}

fn object<'m, 'a: 'm>(members: impl IntoIterator<Item = &'m Member<'a>>) -> String {
    let fields: Vec<_> = members.into_iter().map(|member| [member.key, member.value.get()].join(":")).collect();
    ["{", &fields.join(","), "}"].concat()
}

/// Reads a record without the fields that cannot be read, which it keeps unchanged; `None` if it is not an object.
pub fn read<T: Record>(raw: &str) -> Option<T> {
    let mut members = members(raw)?;
    let repeated = take_repeated(&mut members);
    let (mut record, odd) = read_around::<T>(&mut members)?;
    for (member, problem) in odd {
        keep(&mut record, &member, problem);
    }
    record.unknown_fields().note(repeated);
    Some(record)
}

/// Takes out the fields that come again further on.
fn take_repeated(members: &mut Vec<Member<'_>>) -> Vec<RepairedField> {
    let mut seen = HashSet::new();
    let (mut kept, mut repeated) = (Vec::new(), Vec::new());
    for member in members.drain(..).rev() {
        if seen.insert(member.name.clone()) {
            kept.push(member);
        } else {
            repeated.push(RepairedField::new(&*member.name, member.value.get().as_bytes(), REPEATED));
        }
    }
    kept.reverse();
    *members = kept;
    repeated
}

/// Reads a record, and takes out the fields that keep it from being read, with what is wrong with them.
fn read_around<'a, T: Record>(members: &mut Vec<Member<'a>>) -> Option<(T, Vec<(Member<'a>, String)>)> {
    let mut odd = Vec::new();
    loop {
        let text = object(&*members);
        let path = match serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&text)) {
            Ok(record) => return Some((record, odd)),
            Err(error) => error.path().iter().next().map(ToString::to_string),
        };
        let before = odd.len();
        // Where serde does not say which field it is, each is tried.
        for only_named in [true, false] {
            members.retain(|member| {
                let is_meant = !only_named || path.as_deref() == Some(&*member.name);
                let problem = if is_meant { member.problem::<T>() } else { None };
                odd.extend(problem.map(|problem| (member.clone(), problem)));
                odd.last().is_none_or(|(last, _)| last.key.as_ptr() != member.key.as_ptr())
            });
            if odd.len() > before {
                break;
            }
        }
        if odd.len() == before {
            return None;
        }
    }
}

/// Keeps a field that cannot be read; of custom fields, only those that cannot.
fn keep<T: Record>(record: &mut T, member: &Member<'_>, problem: String) {
    let entries = members(member.value.get());
    match (record.custom_fields(&member.name), entries) {
        (Some(custom), Some(entries)) => *custom = values(&entries, &member.name),
        _ => record.unknown_fields().keep(UnreadableField::new(&member.name, member.value, problem)),
    }
}

/// Reads custom fields, whose values can be of any shape.
fn values(members: &[Member<'_>], map: &str) -> CustomFields {
    let mut fields = UnknownFields::default();
    for member in members {
        match member.json() {
            Ok(value) => drop(fields.insert(&*member.name, value)),
            Err(problem) => {
                fields.remove(&member.name);
                fields.keep(UnreadableField::new(&member.name, member.value, problem).within(map));
            }
        }
    }
    fields.into()
}

/// Returns the repaired fields of the record in this part of the repaired text.
pub fn repaired(part: &Range<usize>, source: &Repaired<'_>) -> Vec<RepairedField> {
    let mut found = Vec::new();
    find_repaired(part, "", source, &mut found);
    found
}

fn find_repaired(part: &Range<usize>, within: &str, source: &Repaired<'_>, found: &mut Vec<RepairedField>) {
    let text = source.text.get(part.clone()).unwrap_or_default();
    let place = |raw: &str| {
        let start = part.start + (raw.as_ptr().addr() - text.as_ptr().addr());
        start..start + raw.len()
    };
    for member in members(text).unwrap_or_default() {
        let (key, value) = (place(member.key), place(member.value.get()));
        let path = format!("{within}{}", member.name);
        let whole = key.start..value.end;
        if let Some(problem) = source.problem(&key) {
            found.push(RepairedField::new(path, source.raw(&whole), problem));
        } else if let Some(problem) = source.problem(&value) {
            if member.value.get().starts_with('{') {
                find_repaired(&value, &format!("{path}."), source, found);
            } else {
                found.push(RepairedField::new(path, source.raw(&value), problem));
            }
        }
    }
}
