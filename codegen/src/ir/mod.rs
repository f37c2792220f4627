//! The API as the emitters see it: every name is final, every reference is resolved.
//!
//! Nothing here can be wrong. A schema with a mistake never becomes an [`Api`].

mod operation;
pub mod path;
mod record;

pub use self::{
    operation::{About, Batch, Body, Filter, Ids, Item, Kind, List, Operation, Paging, Response, Tenant, Test},
    record::{Derive, Enum, Field, Model, ModelNames, NotOffered, PartOf, Shape, Target, Type, Variant},
};

/// The whole API.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// The API's name.
    pub name: String,
    /// What the API is.
    pub doc: String,
    /// The hosts; the first is the default one.
    pub hosts: Vec<Host>,
    /// How much fits in one request.
    pub limits: Limits,
    /// What ids point at although it has no endpoint.
    pub entities: Vec<Entity>,
    /// The shapes that several models share.
    pub shapes: Vec<Shape>,
    /// The models, sorted by file name.
    pub models: Vec<Model>,
}

impl Api {
    /// What tells a model's records from the others of the same path: those of the model that it is part
    /// of. Nothing if it has a path of its own, since the server then tells them apart.
    #[must_use]
    pub fn discriminator<'a>(&self, model: &'a Model) -> Option<&'a PartOf> {
        let part = model.part_of.as_ref()?;
        let whole = self.models.get(part.model)?;
        (whole.path == model.path).then_some(part)
    }

    /// The name of what an id points at; empty if that varies.
    #[must_use]
    pub fn target(&self, target: Target) -> &str {
        match target {
            Target::Model(index) => self.models.get(index).map_or("", |model| &model.name),
            Target::Entity(index) => self.entities.get(index).map_or("", |entity| &entity.name),
            Target::Anything => "",
        }
    }

    /// The shape that a type is, where it stands in a model or in none.
    #[must_use]
    pub fn shape<'a>(&'a self, model: Option<&'a Model>, ty: &Type) -> Option<&'a Shape> {
        match ty {
            Type::SharedShape(index) => self.shapes.get(*index),
            Type::OwnShape(index) => model?.shapes.get(*index),
            _ => None,
        }
    }
}

/// The enums that types refer to, in a shape or else in a model.
#[must_use]
pub fn enums<'a>(model: Option<&'a Model>, shape: Option<&'a Shape>) -> &'a [Enum] {
    let of_model = || model.map_or(&[] as &[Enum], |model| &model.enums);
    shape.map_or_else(of_model, |shape| &shape.enums)
}

/// A host that serves endpoints.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// Its name in the schema.
    pub name: String,
    /// What it serves.
    pub doc: String,
    /// Its URL without a trailing slash.
    pub url: String,
    /// Its URL with `{region}`, where there are regional ones.
    pub regional: Option<String>,
    /// The regions that are known; there may be others.
    pub regions: Vec<String>,
    /// How calls identify themselves.
    pub auth: Auth,
    /// The calls that one token may make, where that is limited.
    pub quota: Option<Quota>,
}

/// How calls to a host identify themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The API token in the `Authorization` header.
    Bearer,
    /// The tenant token, where the endpoint wants it.
    Tenant,
}

/// A limit on calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls in any minute.
    pub per_minute: u32,
    /// Calls in any second.
    pub per_second: u32,
    /// Calls under way at once.
    pub in_flight: u32,
}

/// How much fits in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Records in a bulk write.
    pub bulk_items: u32,
    /// Bytes in a body.
    pub body_bytes: u32,
}

/// Something that ids point at although it has no endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its name as Planhat writes it.
    pub name: String,
    /// Its Rust type.
    pub rust: String,
    /// What it is.
    pub doc: String,
}

/// How sure we are of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Planhat's documentation.
    Docs,
    /// A copy of the documentation's tables.
    DocsTableCopy,
    /// A published request or response.
    Example,
    /// Another client's code or notes: likely, not certain.
    Peer,
}
