//! Types and evidence in words.

use crate::ir::{Api, Evidence, Target, Type};

/// The page that a type stands on.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub api: &'a Api,
    /// Whether it is the page that leads to those of all models.
    pub is_index: bool,
}

impl Place<'_> {
    /// A type in words, with links to what it names.
    pub fn type_words(self, ty: &Type) -> String {
        match ty {
            Type::Id(target) => format!("id{}", self.of(*target)),
            Type::Ref(target) => format!("id{} (writes accept any kind of id)", self.of(*target)),
            Type::Link(target) => format!("id{} (written as an object)", self.of(*target)),
            Type::List(item) => format!("list of {}", self.type_words(item)),
            Type::Map(value) => format!("map to {}", self.type_words(value)),
            Type::OneOf(first, second) => format!("{} or {}", self.type_words(first), self.type_words(second)),
            Type::Enum(known) => format!("enum `{}`", self.api[*known].rust),
            Type::Shape(shape) => {
                let shape = &self.api[*shape];
                let page = if shape.owner.is_some() || self.is_index { "" } else { "../README.md" };
                format!("[{}]({page}#{})", shape.name, anchor(&shape.name))
            }
            plain => plain_words(plain).to_owned(),
        }
    }

    fn of(self, target: Target) -> String {
        match target {
            Target::Model(model) => {
                let (model, folder) = (&self.api[model], if self.is_index { "models/" } else { "" });
                format!(" of [{}]({folder}{}.md)", model.name, model.names.stem())
            }
            Target::Entity(entity) => format!(" of {}", self.api[entity].name),
            Target::Anything => String::new(),
        }
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

fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

/// How sure a fact is: the word for it, and what that means.
pub const EVIDENCE: [(Evidence, &str, &str); 4] = [
    (Evidence::Docs, "", "Planhat's documentation."),
    (Evidence::DocsTableCopy, "table copy", "a copy of the tables in Planhat's documentation."),
    (Evidence::Example, "example", "a published request or response."),
    (Evidence::Peer, "peer", "the code or notes of another client; likely, but not certain."),
];

pub fn evidence(evidence: Evidence) -> &'static str {
    EVIDENCE.iter().find(|(known, ..)| *known == evidence).map_or("", |(_, word, _)| word)
}
