//! The YAML format: one struct a map, one field a key, as `schema/README.md` describes them.
//!
//! A field of type [`Option`], [`Vec`] or [`bool`] may be left out; every other one must be there.

use crate::derivation::Derivation;
use crate::ir::{Auth, Batch, Evidence, Tenant, Test};
use crate::read::{Read, Reader};
use crate::source::{Node, Sp, Span};
use crate::types::Ty;

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

/// A text with its place.
pub type Str = Sp<String>;

/// Declares a struct and reads it from a map with its fields as keys.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident, $noun:literal { $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $ty,)*
            /// Where it starts.
            pub span: Span,
        }

        impl Read for $name {
            fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
                let entries = reader.map(node, $noun, &[$(stringify!($field)),*])?;
                // All keys are looked at before the first gap ends it.
                $(let $field = entries.take(stringify!($field), reader);)*
                Some(Self { $($field: $field?,)* span: entries.span })
            }
        }
    };
}

pub(crate) use object;

/// Reads an enum from one of some words.
macro_rules! words {
    ($ty:ident, $noun:literal, $($word:literal => $variant:ident),*) => {
        impl Read for Sp<$ty> {
            fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
                reader.word(node, $noun, &[$(($word, $ty::$variant)),*])
            }
        }
    };
}

object! {
    /// `planhat.yaml`.
    Root, "the API" {
        /// The API's name.
        name: Str,
        /// What it is.
        doc: Str,
        /// Its hosts; the first is the default one.
        hosts: Sp<Vec<Host>>,
        /// How much fits in one request.
        limits: Limits,
        /// What ids point at although it has no endpoint.
        entities: Vec<Entity>,
        /// Field groups that models include by name.
        groups: Vec<Group>,
        /// Shapes that several models share.
        shapes: Vec<Shape>,
    }
}

object! {
    /// A host that serves endpoints.
    Host, "a host" {
        /// Its name.
        name: Str,
        /// Its URL.
        url: Str,
        /// What it serves.
        doc: Str,
        /// Its URL with `{region}`.
        regional: Option<Str>,
        /// The regions that are known; there may be others.
        regions: Vec<Str>,
        /// How calls identify themselves.
        auth: Sp<Auth>,
        /// The calls that one token may make.
        quota: Option<Quota>,
    }
}

object! {
    /// A limit on calls.
    Quota, "a quota" {
        /// Calls in any minute.
        per_minute: Sp<u32>,
        /// Calls in any second.
        per_second: Sp<u32>,
        /// Calls under way at once.
        in_flight: Sp<u32>,
    }
}

object! {
    /// How much fits in one request.
    Limits, "the limits" {
        /// Records in a bulk write.
        bulk_items: Sp<u32>,
        /// Bytes in a body.
        body_bytes: Sp<u32>,
    }
}

object! {
    /// Something that ids point at although it has no endpoint.
    Entity, "an entity" {
        /// Its name.
        name: Str,
        /// What it is.
        doc: Str,
    }
}

object! {
    /// A field group.
    Group, "a group" {
        /// Its name.
        name: Str,
        /// Its fields.
        fields: Sp<Vec<Field>>,
    }
}

object! {
    /// A small object inside records.
    Shape, "a shape" {
        /// Its name.
        name: Str,
        /// What it is.
        doc: Str,
        /// Its fields.
        fields: Sp<Vec<ShapeField>>,
    }
}

object! {
    /// A field of a shape.
    ShapeField, "a shape's field" {
        /// Its name on the wire.
        name: Str,
        /// Its type.
        r#type: Ty,
        /// What it means.
        doc: Str,
        /// Whether it is always sent.
        required: bool,
    }
}

object! {
    /// A model.
    Model, "a model" {
        /// Its name.
        name: Str,
        /// The name of one record, where that is another.
        record: Option<Str>,
        /// The client's method.
        handle: Str,
        /// The collection's path.
        path: Str,
        /// What it is.
        doc: Str,
        /// The fields that id forms match.
        ids: Option<IdFields>,
        /// The model whose records these are.
        part_of: Option<PartOf>,
        /// The standard operations.
        operations: Option<Operations>,
        /// The special endpoints.
        endpoints: Vec<Endpoint>,
        /// What the API has and the SDK leaves out.
        not_offered: Vec<NotOffered>,
        /// The fields.
        fields: Sp<Vec<Entry>>,
        /// The write forms of special endpoints.
        bodies: Vec<Body>,
        /// The shapes that only this model uses.
        shapes: Vec<Shape>,
    }
}

object! {
    /// The fields that id forms match.
    IdFields, "`ids`" {
        /// The field that `extid-…` matches.
        external: Option<Str>,
        /// The field that `srcid-…` matches.
        source: Option<Str>,
        /// The field within whose value external ids are unique.
        within: Option<Str>,
        /// The field with the mail domains by which people are matched.
        domains: Option<Str>,
    }
}

object! {
    /// The records are those of another model in which a field has a value.
    PartOf, "`part_of`" {
        /// The other model.
        model: Str,
        /// The field.
        field: Str,
        /// The value.
        value: Str,
    }
}

object! {
    /// Something the API has and the SDK leaves out.
    NotOffered, "an entry of `not_offered`" {
        /// The operation.
        operation: Str,
        /// Why it is left out.
        reason: Str,
    }
}

/// An entry in a model's list of fields.
#[derive(Debug, Clone)]
pub enum Entry {
    /// The fields of a group.
    Include(Include),
    /// One field.
    Field(Box<Field>),
}

impl Read for Entry {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if node.entry("include").is_some() {
            Include::read(node, reader).map(Self::Include)
        } else {
            Field::read(node, reader).map(Box::new).map(Self::Field)
        }
    }
}

object! {
    /// The fields of a group.
    #[expect(clippy::struct_field_names, reason = "a field is called like its key")]
    Include, "an `include`" {
        /// The group.
        include: Str,
        /// How sure we are that the model has them.
        evidence: Option<Sp<Evidence>>,
    }
}

object! {
    /// A field of a model.
    Field, "a field" {
        /// Its name on the wire.
        name: Str,
        /// Its type.
        r#type: Ty,
        /// What it means.
        doc: Str,
        /// A create must send it.
        required: bool,
        /// Only the server sets it.
        computed: bool,
        /// It never comes back.
        write_only: bool,
        /// What the server stores when a create leaves it out.
        default: Option<Str>,
        /// How the server fills it in.
        derive: Option<Derivation>,
        /// How sure we are.
        evidence: Option<Sp<Evidence>>,
    }
}

object! {
    /// The standard operations.
    Operations, "`operations`" {
        /// `POST <path>`.
        create: Option<Create>,
        /// `GET <path>/{id}`.
        get: Option<ById>,
        /// `PUT <path>/{id}`.
        update: Option<ById>,
        /// `DELETE <path>/{id}`.
        delete: Option<ById>,
        /// `GET <path>`.
        list: Option<StandardList>,
        /// `PUT <path>`.
        bulk_upsert: Option<BulkUpsert>,
    }
}

object! {
    /// `POST <path>`.
    Create, "`create`" {
        /// The fields of which at least one must be sent.
        any_of: Vec<Str>,
    }
}

object! {
    /// An operation on one record.
    ById, "an operation on one record" {
        /// The id forms that it takes.
        ids: Sp<Vec<Sp<IdForm>>>,
    }
}

/// A form of id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// Planhat's own.
    Id,
    /// `extid-…`.
    External,
    /// `srcid-…`.
    Source,
}

object! {
    /// `GET <path>`.
    StandardList, "`list`" {
        /// Records a page, if the call does not say.
        default: Option<Sp<u32>>,
        /// Records a page at most.
        max: Option<Sp<u32>>,
        /// Whether it takes neither `sort` nor `select`.
        plain: bool,
        /// Other names of the parameter `limit`.
        limit_aliases: Vec<Str>,
        /// The filters.
        filters: Vec<Filter>,
    }
}

object! {
    /// `PUT <path>`.
    BulkUpsert, "`bulk_upsert`" {
        /// The fields that records are matched by, in order.
        keys: Sp<Vec<Str>>,
        /// The fields that a new record needs.
        required: Vec<Str>,
        /// The fields of which a new record needs one.
        any_of: Vec<Str>,
    }
}

object! {
    /// A filter of a list.
    Filter, "a filter" {
        /// The query parameter.
        name: Str,
        /// The type of its value.
        r#type: Ty,
        /// What it does.
        doc: Str,
        /// What the server assumes.
        default: Option<Str>,
        /// What the default keeps from the caller.
        hides: Option<Str>,
        /// Other names of the parameter.
        aliases: Vec<Str>,
        /// The field that it compares.
        field: Option<Str>,
        /// How it compares.
        test: Option<Sp<Test>>,
        /// How sure we are.
        evidence: Option<Sp<Evidence>>,
    }
}

object! {
    /// A special endpoint.
    Endpoint, "an endpoint" {
        /// The method's name.
        name: Str,
        /// What it does.
        doc: Str,
        /// How sure we are.
        evidence: Option<Sp<Evidence>>,
        /// It is a list.
        list: Option<SpecialList>,
        /// It copies records.
        copy: Option<Copy>,
        /// It takes events or data points in.
        ingest: Option<Ingest>,
    }
}

object! {
    /// A special list.
    SpecialList, "`list`" {
        /// The path.
        path: Str,
        /// The shape that it answers with, if not the model's record.
        returns: Option<Str>,
        /// Records a page, if the call does not say.
        default: Option<Sp<u32>>,
        /// Records a page at most.
        max: Option<Sp<u32>>,
        /// The filters.
        filters: Vec<Filter>,
    }
}

object! {
    /// An endpoint that copies records.
    Copy, "`copy`" {
        /// The path.
        path: Str,
        /// The property of the body that holds the ids.
        ids: Str,
    }
}

object! {
    /// An endpoint that takes events or data points in.
    Ingest, "`ingest`" {
        /// The host.
        host: Str,
        /// The path, where `{tenant}` stands for the tenant token.
        path: Str,
        /// Where the tenant token goes.
        tenant: Sp<Tenant>,
        /// The body.
        body: Str,
        /// How many go into one request.
        batch: Sp<Batch>,
    }
}

object! {
    /// A write form of a special endpoint.
    Body, "a body" {
        /// Its name.
        name: Str,
        /// What it is.
        doc: Str,
        /// Its fields, which the model has.
        fields: Sp<Vec<Str>>,
        /// Those that must be sent.
        required: Vec<Str>,
        /// Those of which at least one must be sent.
        any_of: Vec<Str>,
        /// The record that an item is about.
        about: Option<About>,
    }
}

object! {
    /// The record that an item is about, which the server makes if it is not there.
    About, "`about`" {
        /// Its model.
        model: Str,
        /// Its fields that the item tells.
        fields: Sp<Vec<Told>>,
    }
}

object! {
    /// A field of a record that an item is about.
    Told, "a field of `about`" {
        /// The field.
        name: Str,
        /// Where the item has it: a field, or a dotted path into one.
        from: Str,
    }
}

impl Told {
    /// The item's field that has it, with its place.
    #[must_use]
    pub fn source(&self) -> Str {
        let field = self.from.value.split('.').next().unwrap_or_default();
        Sp { value: field.to_owned(), span: self.from.span }
    }
}

words!(Auth, "way of identification", "bearer" => Bearer, "tenant" => Tenant);
words!(Evidence, "evidence", "docs" => Docs, "docs-table-copy" => DocsTableCopy, "example" => Example, "peer" => Peer);
words!(IdForm, "form of id", "id" => Id, "external" => External, "source" => Source);
words!(Tenant, "place of the tenant token", "path" => Path, "basic" => Basic);
words!(Batch, "batch", "one" => One, "many" => Many, "either" => Either);
words!(
    Test, "test",
    "equals" => Equals, "contains" => Contains, "at_least" => AtLeast, "at_most" => AtMost,
    "unless_true" => UnlessTrue, "flag" => Flag, "newer_than_days" => NewerThanDays, "none" => None
);
