//! The YAML format: one struct per map, one field per key, as `schema/README.md` describes them. What is said of a key
//! here is what editors show.
//!
//! A field of type [`Option`], [`Vec`] or [`bool`] may be left out; every other one must be there.
//!
//! Plain enums such as `Evidence`, `Auth` or `Test`, and types that name nothing, are those of [`ir`](crate::ir): they
//! mean the same before and after names are resolved. The way goes from here to the IR, never back.

#[macro_use]
mod declare;

mod check;
pub mod derivation;
pub mod load;
mod lookup;
mod lower;
pub mod names;
mod operations;
pub mod read;
pub mod reserved;
pub mod spec;
pub mod types;

use crate::{
    ir::{Auth, Evidence},
    schema::{
        derivation::DeriveExpr,
        read::{Context, FromYaml},
        spec::Spec,
        types::Ty,
    },
    source::{Node, Spanned, Str},
};

/// The path of the root file.
pub const ROOT: &str = "schema/planhat.yaml";

#[derive(Debug, Clone)]
pub struct Schema {
    /// `planhat.yaml`.
    pub root: Root,
    /// `models/*.yaml`, sorted by file name.
    pub models: Vec<ModelFile>,
    /// The names of models that could not be read in full, or of their files where not even the name could be read.
    /// They exist, but nothing else is known of them.
    pub incomplete: Vec<String>,
    /// What could be read of some of them.
    pub parts: Vec<ModelFile>,
}

#[derive(Debug, Clone)]
pub struct ModelFile {
    /// Its path, such as `schema/models/company.yaml`.
    pub path: String,
    /// Its name without folder and ending.
    pub stem: String,
    /// What it describes.
    pub model: Model,
}

pub use self::operations::{
    About, AboutField, Body, ById, Endpoint, Filter, IdForm, Operations, SpecialList, StandardList,
};

yaml_struct! {
    /// `planhat.yaml`.
    Root, "the API" {
        /// Name of the API.
        name: Str,
        /// Description of the API.
        doc: Str,
        /// Hosts of the endpoints; the first is the default.
        hosts: Spanned<Vec<Host>>,
        /// Limits of one request.
        limits: Limits,
        /// Objects that ids refer to but that have no endpoint, such as a role or a team.
        entities: Vec<Entity>,
        /// Groups of fields that models include by name.
        groups: Vec<Group>,
        /// Shapes that several models use.
        shapes: Vec<Shape>,
    }
}

yaml_struct! {
    /// A host that serves endpoints.
    Host, "a host" {
        /// Name that endpoints refer to the host by.
        name: Str,
        /// URL of the host, without a trailing slash.
        url: Str,
        /// Description of the host.
        doc: Str,
        /// URL with `{region}`, if the host has regional variants.
        regional: Option<Str>,
        /// Known regions; there can be others.
        regions: Vec<Str>,
        /// Authentication: `bearer` is the API token, `tenant` the tenant token, sent as each endpoint defines.
        auth: Spanned<Auth>,
        /// Rate limit of one token, if there is one.
        quota: Option<Quota>,
    }
}

yaml_struct! {
    /// A rate limit.
    Quota, "a quota" {
        /// Requests per minute.
        per_minute: Spanned<u32>,
        /// Requests per second.
        per_second: Spanned<u32>,
        /// Concurrent requests.
        in_flight: Spanned<u32>,
    }
}

yaml_struct! {
    /// Limits of one request.
    Limits, "the limits" {
        /// Maximum number of records in a bulk upsert.
        bulk_items: Spanned<u32>,
        /// Maximum size of a request body, in bytes.
        body_bytes: Spanned<u32>,
    }
}

yaml_struct! {
    /// An object that ids refer to but that has no endpoint.
    Entity, "an entity" {
        /// Name, as used in `id<…>`.
        name: Str,
        /// Description.
        doc: Str,
    }
}

yaml_struct! {
    /// A group of fields.
    Group, "a group" {
        /// Name that `include` refers to.
        name: Str,
        /// Fields of the group.
        fields: Spanned<Vec<Field>>,
    }
}

yaml_struct! {
    /// An object embedded in records.
    Shape, "a shape" {
        /// Name, which is also the type of fields that contain the shape.
        name: Str,
        /// Description.
        doc: Str,
        /// Fields, in documented order.
        fields: Spanned<Vec<ShapeField>>,
    }
}

yaml_struct! {
    /// A field of a shape.
    ShapeField, "a shape's field" {
        /// Name in JSON.
        name: Str,
        /// Type, such as `string`, `list<id<User>>` or `enum(a, b)`.
        r#type: Ty,
        /// Description, with the unit.
        doc: Str,
        /// What is uncertain or where sources disagree; follows the doc wherever that is shown.
        note: Option<Str>,
        /// `true`: the field is always sent.
        required: bool,
    }
}

yaml_struct! {
    /// A model.
    Model, "a model" {
        /// Name of the model as Planhat writes it, such as `Time Entry`.
        name: Str,
        /// Name of one record, if it differs from the model's name.
        record: Option<Str>,
        /// One record in running text, such as `end user`; by default the record's name in lower case.
        noun: Option<Str>,
        /// Method of the client that returns the model's handle, such as `time_entries`.
        handle: Str,
        /// Path of the collection, such as `/timeentries`.
        path: Str,
        /// Description of the model.
        doc: Str,
        /// Fields that external and source ids match.
        ids: Option<IdFields>,
        /// Model that the records belong to, if they are records of another model.
        part_of: Option<PartOf>,
        /// Standard operations.
        operations: Option<Operations>,
        /// Special endpoints.
        endpoints: Vec<Endpoint>,
        /// Operations of the API that the SDK does not offer.
        not_offered: Vec<NotOffered>,
        /// Fields and included groups, in documented order.
        fields: Spanned<Vec<Entry>>,
        /// Request bodies of special endpoints.
        bodies: Vec<Body>,
        /// Shapes that only this model uses.
        shapes: Vec<Shape>,
    }
}

yaml_struct! {
    /// The fields that external and source ids match.
    IdFields, "`ids`" {
        /// Field that ids of the form `extid-…` match.
        external: Option<Str>,
        /// Field that ids of the form `srcid-…` match.
        source: Option<Str>,
        /// Field within whose value external ids are unique; globally unique if left out.
        within: Option<Str>,
        /// Field with the email domains that end users are matched by.
        domains: Option<Str>,
    }
}

yaml_struct! {
    /// The records are the records of another model whose field has a value.
    PartOf, "`part_of`" {
        /// Name of the other model.
        model: Str,
        /// Field of the other model that identifies these records.
        field: Str,
        /// Value of the field in these records. Writes send it, lists filter by it.
        value: Str,
    }
}

yaml_struct! {
    /// An operation of the API that the SDK does not offer.
    NotOffered, "an entry of `not_offered`" {
        /// Operation, such as `PUT /licenses/actions`.
        operation: Str,
        /// Reason why it is not offered.
        reason: Str,
    }
}

/// The key by which an entry is the fields of a group.
const INCLUDE: &str = "include";

/// An entry in a model's list of fields.
#[derive(Debug, Clone)]
pub enum Entry {
    Include(Include),
    Field(Box<Field>),
}

impl FromYaml for Entry {
    fn read(node: &Node, context: &mut Context) -> Option<Self> {
        if node.entry(INCLUDE).is_some() {
            Include::read(node, context).map(Self::Include)
        } else {
            Field::read(node, context).map(Box::new).map(Self::Field)
        }
    }

    fn spec() -> Spec {
        Spec::Either { key: INCLUDE, with: Box::new(Include::spec()), without: Box::new(Field::spec()) }
    }
}

yaml_struct! {
    /// The fields of a group.
    #[expect(clippy::struct_field_names, reason = "a field is called like its key")]
    Include, "an `include`" {
        /// Name of the group.
        include: Str,
        /// Source of the fields, if it is not `docs`.
        evidence: Option<Spanned<Evidence>>,
    }
}

yaml_struct! {
    /// A field of a model.
    Field, "a field" {
        /// Name in JSON.
        name: Str,
        /// Name in Rust, written as in JSON, where the name in JSON misleads.
        rust: Option<Str>,
        /// Type, such as `string`, `list<id<User>>` or `enum(a, b)`.
        r#type: Ty,
        /// Description, with the unit.
        doc: Str,
        /// What is uncertain or where sources disagree; follows the doc wherever that is shown.
        note: Option<Str>,
        /// `true`: a create must send the field.
        required: bool,
        /// `true`: only the server sets the field; write types do not have it.
        computed: bool,
        /// `true`: responses never contain the field.
        write_only: bool,
        /// Value that the server stores if a create does not send the field.
        default: Option<Str>,
        /// How the server computes the value from other fields, such as `name_of(companyId)`.
        derive: Option<DeriveExpr>,
        /// Source of the field: the documentation (`docs`, the default), a copy of its tables, a published example, or another client only (`peer`).
        evidence: Option<Spanned<Evidence>>,
    }
}

keywords!(Auth, "authentication", "bearer" => Bearer, "tenant" => Tenant);
keywords!(Evidence, "evidence", "docs" => Docs, "docs-table-copy" => DocsTableCopy, "example" => Example, "peer" => Peer);
