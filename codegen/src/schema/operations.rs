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
        /// `GET <path>/{id}`: reads one record.
        get: Option<ById>,
        /// `PUT <path>/{id}`: changes some fields of one record.
        update: Option<ById>,
        /// `DELETE <path>/{id}`: deletes one record.
        delete: Option<ById>,
        /// `GET <path>`: lists records.
        list: Option<StandardList>,
        /// `PUT <path>`: creates and changes many records.
        bulk_upsert: Option<BulkUpsert>,
    }
}

yaml_struct! {
    /// `POST <path>`.
    Create, "`create`" {
        /// The fields of which at least one must be sent.
        any_of: Vec<Str>,
        /// What a valid response is: `record` if left out, or `object`.
        response: Option<Spanned<Response>>,
    }
}

yaml_struct! {
    /// An operation on one record.
    ById, "an operation on one record" {
        /// The id forms that it takes: `id` always, `external` and `source` where the model has a field for them.
        ids: Spanned<Vec<Spanned<IdForm>>>,
        /// What a valid response is: `record` for `get` and `update` and `deletion` for `delete` if left out.
        response: Option<Spanned<Response>>,
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

yaml_struct! {
    /// `GET <path>`.
    StandardList, "`list`" {
        /// Records a page, if the call does not say.
        default: Option<Spanned<u32>>,
        /// Records a page at most.
        max: Option<Spanned<u32>>,
        /// A larger `limit` that another client sends, which the sandbox serves and the SDK never asks for.
        limit_seen: Option<Spanned<u32>>,
        /// `true`: it takes neither `sort` nor `select`.
        plain: bool,
        /// Other names of the parameter `limit`.
        limit_aliases: Vec<Str>,
        /// Its filters.
        filters: Vec<Filter>,
    }
}

yaml_struct! {
    /// `PUT <path>`.
    BulkUpsert, "`bulk_upsert`" {
        /// The fields that records are matched by, in matching order.
        keys: Spanned<Vec<Str>>,
        /// The fields that a new record needs.
        required: Vec<Str>,
        /// The fields of which a new record needs one.
        any_of: Vec<Str>,
    }
}

yaml_struct! {
    /// A filter of a list.
    Filter, "a filter" {
        /// The query parameter.
        name: Str,
        /// The type of its value, such as `list<id<Company>>`.
        r#type: Ty,
        /// What it does.
        doc: Str,
        /// What is uncertain about it or where sources disagree; follows the doc everywhere.
        note: Option<Str>,
        /// What the server assumes if the call does not say.
        default: Option<Str>,
        /// What the default keeps from the caller.
        hides: Option<Str>,
        /// Other names of the parameter.
        aliases: Vec<Str>,
        /// The field that it compares; its own name if left out.
        field: Option<Str>,
        /// How it compares; `equals` if left out.
        test: Option<Spanned<Test>>,
        /// How sure it is that there is such a filter; `docs` if left out.
        evidence: Option<Spanned<Evidence>>,
    }
}

yaml_struct! {
    /// A special endpoint.
    Endpoint, "an endpoint" {
        /// The method's name, in snake case.
        name: Str,
        /// What it does.
        doc: Str,
        /// What is uncertain about it or where sources disagree; follows the doc everywhere.
        note: Option<Str>,
        /// How sure it is that there is such an endpoint; `docs` if left out.
        evidence: Option<Spanned<Evidence>>,
        /// It is a list.
        list: Option<SpecialList>,
        /// It copies records.
        copy: Option<Copy>,
        /// It takes events or data points in.
        ingest: Option<Ingest>,
    }
}

yaml_struct! {
    /// A special list.
    SpecialList, "`list`" {
        /// Its path.
        path: Str,
        /// The shape that it answers with, if not the model's record.
        returns: Option<Str>,
        /// Records a page, if the call does not say.
        default: Option<Spanned<u32>>,
        /// Records a page at most.
        max: Option<Spanned<u32>>,
        /// Its filters.
        filters: Vec<Filter>,
    }
}

yaml_struct! {
    /// An endpoint that copies records.
    Copy, "`copy`" {
        /// Its path.
        path: Str,
        /// The property of the body that holds the ids of the records to copy.
        ids: Str,
        /// What a valid response is: `bulk` if left out.
        response: Option<Spanned<Response>>,
    }
}

yaml_struct! {
    /// An endpoint that takes events or data points in.
    Ingest, "`ingest`" {
        /// The host that takes them.
        host: Str,
        /// Its path, where `{tenant}` stands for the tenant token.
        path: Str,
        /// Where the tenant token goes: into the `path`, or as user name of `basic` authorization.
        tenant: Spanned<Tenant>,
        /// What is sent: one of the model's bodies.
        body: Str,
        /// How many go into one request: `one` object, an array of `many`, or `either`.
        batch: Spanned<Batch>,
        /// What a valid response is: `receipt` if left out.
        response: Option<Spanned<Response>>,
    }
}

yaml_struct! {
    /// A write form of a special endpoint.
    Body, "a body" {
        /// Its name.
        name: Str,
        /// What it is.
        doc: Str,
        /// Its fields, which are fields of the model.
        fields: Spanned<Vec<Str>>,
        /// Those that must be sent.
        required: Vec<Str>,
        /// Those of which at least one must be sent.
        any_of: Vec<Str>,
        /// The record that an item is about, which the server makes if it is not there.
        about: Option<About>,
    }
}

yaml_struct! {
    /// The record that an item is about, which the server makes if it is not there.
    About, "`about`" {
        /// Its model.
        model: Str,
        /// The fields of it that the item tells.
        fields: Spanned<Vec<Told>>,
    }
}

yaml_struct! {
    /// A field of a record that an item is about.
    Told, "a field of `about`" {
        /// The field of that model.
        name: Str,
        /// Where the item has the value: a field of the body, or a dotted path into one.
        from: Str,
    }
}

impl Told {
    /// The item's field that has it, with its place.
    #[must_use]
    pub fn source(&self) -> Str {
        let field = self.from.value.split('.').next().unwrap_or_default();
        Spanned { value: field.to_owned(), span: self.from.span }
    }
}

keywords!(IdForm, "form of id", "id" => Id, "external" => External, "source" => Source);
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
