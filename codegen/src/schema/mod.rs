//! The YAML format: one struct a map, one field a key, as `schema/README.md` describes them. What is said of a key
//! here is what editors show.
//!
//! A field of type [`Option`], [`Vec`] or [`bool`] may be left out; every other one must be there.

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
        derivation::Derivation,
        read::{Context, FromYaml},
        spec::Spec,
        types::Ty,
    },
    source::{Node, Spanned, Str},
};

/// All files of the schema.
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

/// A file in `models`.
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
    About, Body, ById, Endpoint, Filter, IdForm, Ingest, Operations, SpecialList, StandardList, Told,
};

yaml_struct! {
    /// `planhat.yaml`.
    Root, "the API" {
        /// The API's name.
        name: Str,
        /// What the API is.
        doc: Str,
        /// The hosts that serve endpoints; the first is the default one.
        hosts: Spanned<Vec<Host>>,
        /// How much fits in one request.
        limits: Limits,
        /// Things that ids point at although they have no endpoint, such as a role or a team.
        entities: Vec<Entity>,
        /// Field groups that models include by name.
        groups: Vec<Group>,
        /// Shapes that several models share.
        shapes: Vec<Shape>,
    }
}

yaml_struct! {
    /// A host that serves endpoints.
    Host, "a host" {
        /// The name by which endpoints call the host.
        name: Str,
        /// Its URL, without a slash at the end.
        url: Str,
        /// What it serves.
        doc: Str,
        /// Its URL with `{region}`, where there are regional ones.
        regional: Option<Str>,
        /// The regions that are known; there may be others.
        regions: Vec<Str>,
        /// How calls identify themselves: `bearer` is the API token, `tenant` the tenant token, placed as each endpoint says.
        auth: Spanned<Auth>,
        /// The calls that one token may make, where that is limited.
        quota: Option<Quota>,
    }
}

yaml_struct! {
    /// A limit on calls.
    Quota, "a quota" {
        /// Calls in any minute.
        per_minute: Spanned<u32>,
        /// Calls in any second.
        per_second: Spanned<u32>,
        /// Calls under way at once.
        in_flight: Spanned<u32>,
    }
}

yaml_struct! {
    /// How much fits in one request.
    Limits, "the limits" {
        /// Records in a bulk write, at most.
        bulk_items: Spanned<u32>,
        /// Bytes in a body, at most.
        body_bytes: Spanned<u32>,
    }
}

yaml_struct! {
    /// Something that ids point at although it has no endpoint.
    Entity, "an entity" {
        /// Its name, as `id<…>` has it.
        name: Str,
        /// What it is.
        doc: Str,
    }
}

yaml_struct! {
    /// A field group.
    Group, "a group" {
        /// The name that `include` has.
        name: Str,
        /// Its fields.
        fields: Spanned<Vec<Field>>,
    }
}

yaml_struct! {
    /// A small object inside records.
    Shape, "a shape" {
        /// Its name, which is also the type of the fields that hold it.
        name: Str,
        /// What it is.
        doc: Str,
        /// Its fields, in documented order.
        fields: Spanned<Vec<ShapeField>>,
    }
}

yaml_struct! {
    /// A field of a shape.
    ShapeField, "a shape's field" {
        /// Its name on the wire.
        name: Str,
        /// Its type, such as `string`, `list<id<User>>` or `enum(a, b)`.
        r#type: Ty,
        /// What it means, with its unit.
        doc: Str,
        /// What is uncertain about it or where sources disagree; follows the doc everywhere.
        note: Option<Str>,
        /// `true`: it is always sent.
        required: bool,
    }
}

yaml_struct! {
    /// A model.
    Model, "a model" {
        /// The model's name as Planhat writes it, such as `Time Entry`.
        name: Str,
        /// The name of one record, where it is not the model's name.
        record: Option<Str>,
        /// One record in running text, such as `end user`; the name of a record in lower case if left out.
        noun: Option<Str>,
        /// The method of the client that gives access to the model, such as `time_entries`.
        handle: Str,
        /// The collection's path, such as `/timeentries`.
        path: Str,
        /// What the model is.
        doc: Str,
        /// The fields that the id forms match.
        ids: Option<IdFields>,
        /// The model whose records these are, if they are records of another one.
        part_of: Option<PartOf>,
        /// The standard operations.
        operations: Option<Operations>,
        /// The special endpoints.
        endpoints: Vec<Endpoint>,
        /// What the API has and the SDK leaves out.
        not_offered: Vec<NotOffered>,
        /// The fields in documented order, and the groups that are included.
        fields: Spanned<Vec<Entry>>,
        /// The write forms of special endpoints.
        bodies: Vec<Body>,
        /// The shapes that only this model uses.
        shapes: Vec<Shape>,
    }
}

yaml_struct! {
    /// The fields that id forms match.
    IdFields, "`ids`" {
        /// The field that the id form `extid-…` matches.
        external: Option<Str>,
        /// The field that the id form `srcid-…` matches.
        source: Option<Str>,
        /// The field within whose value external ids are unique; they are so everywhere if it is left out.
        within: Option<Str>,
        /// The field with the mail domains by which people are matched.
        domains: Option<Str>,
    }
}

yaml_struct! {
    /// The records are those of another model in which a field has a value.
    PartOf, "`part_of`" {
        /// The other model.
        model: Str,
        /// The field of the other model that tells its records apart.
        field: Str,
        /// The value that the field has in these records. Writes send it, lists ask for it.
        value: Str,
    }
}

yaml_struct! {
    /// Something the API has and the SDK leaves out.
    NotOffered, "an entry of `not_offered`" {
        /// The operation, such as `PUT /licenses/actions`.
        operation: Str,
        /// Why it is left out.
        reason: Str,
    }
}

/// The key by which an entry is the fields of a group.
const INCLUDE: &str = "include";

/// An entry in a model's list of fields.
#[derive(Debug, Clone)]
pub enum Entry {
    /// The fields of a group.
    Include(Include),
    /// One field.
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
        /// The group whose fields the model has.
        include: Str,
        /// How sure it is that the model has them, where that is not `docs`.
        evidence: Option<Spanned<Evidence>>,
    }
}

yaml_struct! {
    /// A field of a model.
    Field, "a field" {
        /// Its name on the wire.
        name: Str,
        /// Its type, such as `string`, `list<id<User>>` or `enum(a, b)`.
        r#type: Ty,
        /// What it means, with its unit.
        doc: Str,
        /// What is uncertain about it or where sources disagree; follows the doc everywhere.
        note: Option<Str>,
        /// `true`: a create must send it.
        required: bool,
        /// `true`: only the server sets it; the write types leave it out.
        computed: bool,
        /// `true`: it is sent and never comes back.
        write_only: bool,
        /// What the server stores when a create leaves it out.
        default: Option<Str>,
        /// How the server fills it in from other fields, such as `name_of(companyId)`.
        derive: Option<Derivation>,
        /// How sure it is: the documentation (`docs`, if left out), a copy of its tables, a published example, or another client only (`peer`).
        evidence: Option<Spanned<Evidence>>,
    }
}

keywords!(Auth, "way of identification", "bearer" => Bearer, "tenant" => Tenant);
keywords!(Evidence, "evidence", "docs" => Docs, "docs-table-copy" => DocsTableCopy, "example" => Example, "peer" => Peer);
