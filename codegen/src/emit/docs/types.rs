//! Types and evidence in words.

use crate::ir::{Api, Evidence, Model, Shape, Target, Type, enums};

/// Where a type stands.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub api: &'a Api,
    /// The model whose page it is; nothing on the page that leads to all.
    pub model: Option<&'a Model>,
    /// The shape that has the field.
    pub shape: Option<&'a Shape>,
}

/// A type in words, with links to what it names.
pub fn type_words(place: Place<'_>, ty: &Type) -> String {
    match ty {
        Type::Id(target) => format!("id{}", of(place, *target)),
        Type::Ref(target) => format!("id{} (writes accept any kind of id)", of(place, *target)),
        Type::Link(target) => format!("id{} (written as an object)", of(place, *target)),
        Type::List(item) => format!("list of {}", type_words(place, item)),
        Type::Map(value) => format!("map to {}", type_words(place, value)),
        Type::OneOf(first, second) => format!("{} or {}", type_words(place, first), type_words(place, second)),
        Type::Enum(index) => {
            let known = enums(place.model, place.shape).get(*index);
            known.map_or_else(|| "enum".to_owned(), |known| format!("enum `{}`", known.rust))
        }
        Type::SharedShape(index) => shared(place, *index),
        Type::OwnShape(index) => {
            let shape = place.model.and_then(|model| model.shapes.get(*index));
            shape.map_or_else(|| "object".to_owned(), |shape| format!("[{}](#{})", shape.name, anchor(&shape.name)))
        }
        plain => plain_words(plain).to_owned(),
    }
}

fn plain_words(ty: &Type) -> &'static str {
    match ty {
        Type::String => "string",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::Boolean => "boolean",
        Type::Timestamp => "timestamp",
        Type::Instant => "timestamp or epoch milliseconds",
        Type::EpochDays => "days since 1970",
        Type::ExternalId => "external id",
        Type::SourceId => "source id",
        Type::Custom => "custom fields",
        Type::Object => "object",
        _ => "any JSON",
    }
}

fn of(place: Place<'_>, target: Target) -> String {
    match target {
        Target::Model(index) => place.api.models.get(index).map_or_else(String::new, |model| {
            let folder = if place.model.is_some() { "" } else { "models/" };
            format!(" of [{}]({folder}{}.md)", model.name, model.names.stem())
        }),
        Target::Entity(index) => {
            place.api.entities.get(index).map_or_else(String::new, |entity| format!(" of {}", entity.name))
        }
        Target::Anything => String::new(),
    }
}

fn shared(place: Place<'_>, index: usize) -> String {
    let page = if place.model.is_some() { "../README.md" } else { "" };
    let shape = place.api.shapes.get(index);
    shape.map_or_else(|| "object".to_owned(), |shape| format!("[{}]({page}#{})", shape.name, anchor(&shape.name)))
}

/// The anchor that a heading gets.
pub fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

/// How sure a fact is: the word for it, and what that means.
pub const EVIDENCE: [(Evidence, &str, &str); 4] = [
    (Evidence::Docs, "", "Planhat's documentation."),
    (Evidence::DocsTableCopy, "table copy", "a copy of the tables in Planhat's documentation."),
    (Evidence::Example, "example", "a published request or response."),
    (Evidence::Peer, "peer", "the code or notes of another client; likely, but not certain."),
];

/// The word for how sure a fact is.
pub fn evidence(evidence: Evidence) -> &'static str {
    EVIDENCE.iter().find(|(known, ..)| *known == evidence).map_or("", |(_, word, _)| word)
}
