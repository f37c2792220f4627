//! The API as the emitters see it: every name is final, every reference is resolved.
//!
//! Nothing here can be wrong: a schema with an error never becomes an [`Api`]. What it holds stands in arenas, one per
//! kind of thing, and refers to other things by typed ids; `api[id]` is the thing itself.

mod id;
mod operation;
mod path;
mod record;

pub use self::{
    id::{BodyId, EntityId, EnumId, FieldId, HostId, Id, Ids, ModelId, ShapeId},
    operation::{
        About, Batch, Body, BulkUpsert, Filter, IdForms, Ingest, Item, Kind, List, Needs, Operation, OperationKind,
        Paging, Response, Tenant, Test,
    },
    path::SchemaPath,
    record::{
        Derivation, Derive, Enum, Field, Model, ModelNames, NotOffered, Owner, PartOf, Shape, Target, Type, Variant,
    },
};

#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    pub name: String,
    /// The schema file that describes what no model has to itself, such as `schema/planhat.yaml`.
    pub file: String,
    /// What the API is.
    pub doc: String,
    /// The hosts; the first is the default one.
    pub hosts: Vec<Host>,
    /// How much fits in one request.
    pub limits: Limits,
    /// What ids point at although it has no endpoint.
    pub entities: Vec<Entity>,
    /// The models, sorted by file name.
    pub models: Vec<Model>,
    /// The shapes: those that several models share, then those of each model.
    pub shapes: Vec<Shape>,
    /// The fields of models and shapes, in documented order.
    pub fields: Vec<Field>,
    /// The enums of fields and filters.
    pub enums: Vec<Enum>,
    /// The write forms of special endpoints.
    pub bodies: Vec<Body>,
    /// The shapes that several models share.
    pub shared: Ids<ShapeId>,
}

impl Api {
    /// The field that distinguishes a model's records from the others of the same path: those of the model that it is part
    /// of. `None` if it has a path of its own, since the server then distinguishes them.
    pub fn discriminator<'a>(&self, model: &'a Model) -> Option<&'a PartOf> {
        model.part_of.as_ref().filter(|part| self[part.model].path == model.path)
    }

    pub fn target(&self, target: Target) -> &str {
        match target {
            Target::Model(model) => &self[model].name,
            Target::Entity(entity) => &self[entity].name,
            Target::Anything => "",
        }
    }

    /// The names on the wire of some fields.
    pub fn wires<'a>(&'a self, fields: &'a [FieldId]) -> impl Iterator<Item = &'a str> {
        fields.iter().map(|field| self[*field].wire.as_str())
    }

    pub fn fields(&self, owner: Owner) -> &[Field] {
        match owner {
            Owner::Model(model) => &self[self[model].fields],
            Owner::Shape(shape) => &self[self[shape].fields],
        }
    }

    /// A field of a model or a shape by its name on the wire.
    pub fn field(&self, owner: Owner, wire: &str) -> Option<&Field> {
        self.fields(owner).iter().find(|field| field.wire == wire)
    }

    /// The field that holds Planhat's own id of a model's records.
    pub fn own_id(&self, model: &Model) -> Option<&Field> {
        self[model.fields].iter().find(|field| field.is_own_id)
    }

    /// The model that a shape belongs to, or the model itself; `None` for a shared shape.
    pub fn model(&self, owner: Owner) -> Option<&Model> {
        match owner {
            Owner::Model(model) => Some(&self[model]),
            Owner::Shape(shape) => self[shape].owner.map(|model| &self[model]),
        }
    }

    pub fn name(&self, owner: Owner) -> &str {
        match owner {
            Owner::Model(model) => &self[model].name,
            Owner::Shape(shape) => &self[shape].name,
        }
    }

    pub fn file(&self, owner: Owner) -> &str {
        self.model(owner).map_or(&self.file, |model| &model.file)
    }

    /// How the server fills a field in, in words.
    pub fn derive_words(&self, derive: &Derive) -> String {
        derive.how.describe(self.wires(&derive.fields))
    }

    pub fn enum_of(&self, ty: &Type) -> Option<&Enum> {
        match ty {
            Type::Enum(id) => Some(&self[*id]),
            other => other.parts().into_iter().find_map(|part| self.enum_of(part)),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    pub name: String,
    pub doc: String,
    /// Its URL without a trailing slash.
    pub url: String,
    /// Its URL with `{region}`, where there are regional ones.
    pub regional: Option<String>,
    /// The regions that are known; there may be others.
    pub regions: Vec<String>,
    pub auth: Auth,
    /// The calls that one token may make, where that is limited.
    pub quota: Option<Quota>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// The API token in the `Authorization` header.
    Bearer,
    /// The tenant token, where the endpoint wants it.
    Tenant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub per_minute: u32,
    pub per_second: u32,
    /// Calls under way at once.
    pub in_flight: u32,
}

/// How much fits in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub bulk_items: u32,
    pub body_bytes: u32,
}

/// Something that ids point at although it has no endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its name as Planhat writes it.
    pub name: String,
    pub rust: String,
    pub doc: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// From the server: read forgivingly.
    Response,
    /// To the server: written strictly.
    Request,
}

impl Direction {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Request => "request",
        }
    }
}

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
