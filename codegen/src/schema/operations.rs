//! What a model's file says of its operations, special endpoints and bodies.

use crate::{
    ir::{Batch, Evidence, Response, Tenant, Test},
    schema::{
        read::{Context, FromYaml},
        spec::Spec,
        types::Ty,
    },
    source::{Node, Spanned, Str},
};

yaml_struct! {
    /// The standard operations.
    Operations, "`operations`" {
        /// `POST <path>`: creates one record.
        create: Option<Create>,
        /// `GET <path>/{id}`: returns one record.
        get: Option<ById>,
        /// `PUT <path>/{id}`: updates some fields of one record.
        update: Option<ById>,
        /// `DELETE <path>/{id}`: deletes one record.
        delete: Option<ById>,
        /// `GET <path>`: lists records.
        list: Option<StandardList>,
        /// `PUT <path>`: creates or updates many records.
        bulk_upsert: Option<BulkUpsert>,
    }
}

yaml_struct! {
    /// `POST <path>`.
    Create, "`create`" {
        /// Fields of which at least one is required.
        any_of: Vec<Str>,
        /// Valid response: `record` (the default) or `object`.
        response: Option<Spanned<Response>>,
    }
}

yaml_struct! {
    /// An operation on one record.
    ById, "an operation on one record" {
        /// Accepted ids: always `id`, and `external` and `source` if the model has a field for them.
        ids: Spanned<Vec<Spanned<IdForm>>>,
        /// Valid response; by default `record` for `get` and `update`, `deletion` for `delete`.
        response: Option<Spanned<Response>>,
    }
}

/// A kind of id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// The Planhat id.
    Id,
    /// `extid-…`.
    External,
    /// `srcid-…`.
    Source,
}

yaml_struct! {
    /// `GET <path>`.
    StandardList, "`list`" {
        /// Default page size.
        default: Option<Spanned<u32>>,
        /// Maximum page size.
        max: Option<Spanned<u32>>,
        /// A larger `limit` that another client sends, which the sandbox accepts and the SDK never sends.
        limit_seen: Option<Spanned<u32>>,
        /// `true`: neither `sort` nor `select` is supported.
        plain: bool,
        /// Other names of the parameter `limit`.
        limit_aliases: Vec<Str>,
        /// Filters of the list.
        filters: Vec<Filter>,
    }
}

yaml_struct! {
    /// `PUT <path>`.
    BulkUpsert, "`bulk_upsert`" {
        /// Fields that records are matched by, in this order.
        keys: Spanned<Vec<Str>>,
        /// Fields that a new record requires.
        required: Vec<Str>,
        /// Fields of which a new record requires one.
        any_of: Vec<Str>,
    }
}

yaml_struct! {
    /// A filter of a list.
    Filter, "a filter" {
        /// Name of the query parameter.
        name: Str,
        /// Name in Rust, written as in JSON, where the name in JSON misleads.
        rust: Option<Str>,
        /// Type of the value, such as `list<id<Company>>`.
        r#type: Ty,
        /// Description, beginning with a verb such as "Returns".
        doc: Str,
        /// What is uncertain or where sources disagree; follows the doc wherever that is shown.
        note: Option<Str>,
        /// Value that the server assumes by default.
        default: Option<Str>,
        /// Records that the default leaves out.
        hides: Option<Str>,
        /// Other names of the query parameter.
        aliases: Vec<Str>,
        /// Field that it compares; by default the one of the same name.
        field: Option<Str>,
        /// Comparison; `equals` by default.
        test: Option<Spanned<Test>>,
        /// Source of the filter; `docs` by default.
        evidence: Option<Spanned<Evidence>>,
    }
}

yaml_struct! {
    /// A special endpoint.
    Endpoint, "an endpoint" {
        /// Name of the method, in snake case.
        name: Str,
        /// Description, beginning with a verb such as "Returns".
        doc: Str,
        /// What is uncertain or where sources disagree; follows the doc wherever that is shown.
        note: Option<Str>,
        /// Source of the endpoint; `docs` by default.
        evidence: Option<Spanned<Evidence>>,
        /// An operation that lists records.
        list: Option<SpecialList>,
        /// An operation that copies records.
        copy: Option<Copy>,
        /// An operation that sends events or data points.
        ingest: Option<Ingest>,
    }
}

yaml_struct! {
    /// A special list.
    SpecialList, "`list`" {
        /// Path of the endpoint.
        path: Str,
        /// Shape of the items; by default the model's record.
        returns: Option<Str>,
        /// Default page size.
        default: Option<Spanned<u32>>,
        /// Maximum page size.
        max: Option<Spanned<u32>>,
        /// Filters of the list.
        filters: Vec<Filter>,
    }
}

yaml_struct! {
    /// An endpoint that copies records.
    Copy, "`copy`" {
        /// Path of the endpoint.
        path: Str,
        /// Property of the body with the ids of the records to copy.
        ids: Str,
        /// Valid response; `bulk` by default.
        response: Option<Spanned<Response>>,
    }
}

yaml_struct! {
    /// An endpoint that receives events or data points.
    Ingest, "`ingest`" {
        /// Host of the endpoint.
        host: Str,
        /// Path, with `{tenant}` for the tenant token.
        path: Str,
        /// Place of the tenant token: the `path`, or the user name of `basic` authentication.
        tenant: Spanned<Tenant>,
        /// Request body: one of the model's bodies.
        body: Str,
        /// Items of one request: `one` object, an array of `many`, or `either`.
        batch: Spanned<Batch>,
        /// Valid response; `receipt` by default.
        response: Option<Spanned<Response>>,
    }
}

yaml_struct! {
    /// A request body of a special endpoint.
    Body, "a body" {
        /// Name of the body.
        name: Str,
        /// Description of the body.
        doc: Str,
        /// Fields of the model that the body contains.
        fields: Spanned<Vec<Str>>,
        /// Required fields.
        required: Vec<Str>,
        /// Fields of which at least one is required.
        any_of: Vec<Str>,
        /// The record that an item belongs to, which the server creates if it does not exist.
        about: Option<About>,
    }
}

yaml_struct! {
    /// The record that an item belongs to, which the server creates if it does not exist.
    About, "`about`" {
        /// Model of the record.
        model: Str,
        /// Fields of the record that the item contains.
        fields: Spanned<Vec<AboutField>>,
    }
}

yaml_struct! {
    /// A field of the record that an item belongs to.
    AboutField, "a field of `about`" {
        /// Name of the record's field.
        name: Str,
        /// Source of the value: a field of the body, or a dotted path into one.
        from: Str,
    }
}

impl AboutField {
    /// The item's field that has it, with its place.
    pub fn source(&self) -> Str {
        let field = self.from.value.split('.').next().unwrap_or_default();
        Spanned { value: field.to_owned(), span: self.from.span }
    }
}

keywords!(IdForm, "kind of id", "id" => Id, "external" => External, "source" => Source);
keywords!(Tenant, "place of the tenant token", "path" => Path, "basic" => Basic);
keywords!(Batch, "batch", "one" => One, "many" => Many, "either" => Either);
keywords!(
    Response, "response",
    "record" => Record, "object" => Object, "deletion" => Deletion, "list" => List, "bulk" => Bulk,
    "receipt" => Receipt, "json" => Json, "any" => Any
);
keywords!(
    Test, "test",
    "equals" => Equals, "contains" => Contains, "at_least" => AtLeast, "at_most" => AtMost,
    "unless_true" => UnlessTrue, "flag" => Flag, "newer_than_days" => NewerThanDays, "none" => None
);
