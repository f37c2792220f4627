//! The operations of a model.

use super::{field_indices, index, model_type, noted, text};
use crate::{
    ir::{Evidence, Filter, Ids, Item, Kind, List, Operation, Paging, Response, Test},
    schema,
    schema::{ById, Endpoint, IdForm, Ingest, ModelFile, Schema},
    source::{Spanned, Str},
};

/// The host of everything that does not name another.
const DEFAULT_HOST: usize = 0;

/// The standard operations in the order of [`Kind`], then the special endpoints.
pub fn operations(schema: &Schema, file: &ModelFile) -> Vec<Operation> {
    let standard = file.model.operations.iter().flat_map(|operations| standard(schema, file, operations));
    standard.chain(file.model.endpoints.iter().filter_map(|endpoint| special(schema, file, endpoint))).collect()
}

fn standard(schema: &Schema, file: &ModelFile, operations: &schema::Operations) -> Vec<Operation> {
    let all = file.model.path.as_str();
    let one = format!("{all}/{{id}}");
    let mut found: Vec<(&str, &str, Kind, Option<&Spanned<Response>>)> = Vec::new();
    if let Some(create) = &operations.create {
        let kind = Kind::Create { any_of: field_indices(schema, file, &create.any_of) };
        found.push(("create", all, kind, create.response.as_ref()));
    }
    let get: fn(Ids) -> Kind = Kind::Get;
    let by_id = [
        ("get", &operations.get, get),
        ("update", &operations.update, Kind::Update),
        ("delete", &operations.delete, Kind::Delete),
    ];
    for (name, operation, kind) in by_id {
        found.extend(operation.as_ref().map(|by_id| (name, one.as_str(), kind(ids(by_id)), by_id.response.as_ref())));
    }
    if let Some(list) = &operations.list {
        let paging = paging(list.default.as_ref(), list.max.as_ref(), list.limit_seen.as_ref());
        found.push((
            "list",
            all,
            Kind::List(List {
                item: Item::Record,
                paging,
                sorts: !list.plain,
                limit_aliases: list.limit_aliases.iter().map(|alias| alias.value.clone()).collect(),
                filters: filters(schema, file, &list.filters),
            }),
            None,
        ));
    }
    if let Some(bulk) = &operations.bulk_upsert {
        let keys = bulk.keys.iter().map(|key| key.value.clone()).collect();
        let required = field_indices(schema, file, &bulk.required);
        found.push((
            "bulk_upsert",
            all,
            Kind::BulkUpsert { keys, required, any_of: field_indices(schema, file, &bulk.any_of) },
            None,
        ));
    }
    let operation = |(name, path, kind, said): (&str, &str, Kind, Option<&Spanned<Response>>)| Operation {
        name: name.to_owned(),
        doc: None,
        host: DEFAULT_HOST,
        path: path.to_owned(),
        response: response(&kind, said),
        kind,
        evidence: Evidence::Docs,
    };
    found.into_iter().map(operation).collect()
}

/// What the schema says, or else what is usual.
fn response(kind: &Kind, said: Option<&Spanned<Response>>) -> Response {
    said.map_or_else(|| kind.usual_response(), |said| said.value)
}

fn ids(operation: &ById) -> Ids {
    let takes = |wanted| operation.ids.iter().any(|form| form.value == wanted);
    Ids { external: takes(IdForm::External), source: takes(IdForm::Source) }
}

fn paging(default: Option<&Spanned<u32>>, max: Option<&Spanned<u32>>, seen: Option<&Spanned<u32>>) -> Option<Paging> {
    let max = max?.value;
    Some(Paging { default: default?.value, max, seen: seen.map_or(max, |seen| seen.value) })
}

fn special(schema: &Schema, file: &ModelFile, endpoint: &Endpoint) -> Option<Operation> {
    let (host, path, kind, said) = if let Some(list) = &endpoint.list {
        (DEFAULT_HOST, &list.path, Kind::List(special_list(schema, file, list)), None)
    } else if let Some(copy) = &endpoint.copy {
        (DEFAULT_HOST, &copy.path, Kind::Copy { ids: copy.ids.value.clone() }, copy.response.as_ref())
    } else {
        let ingest = endpoint.ingest.as_ref()?;
        let host = index(schema.root.hosts.iter().map(|host| &host.name), &ingest.host);
        (host, &ingest.path, self::ingest(file, ingest), ingest.response.as_ref())
    };
    Some(Operation {
        name: endpoint.name.value.clone(),
        doc: Some(noted(&endpoint.doc, endpoint.note.as_ref())),
        host,
        path: path.value.clone(),
        response: response(&kind, said),
        kind,
        evidence: evidence(endpoint.evidence.as_ref()),
    })
}

fn special_list(schema: &Schema, file: &ModelFile, list: &schema::SpecialList) -> List {
    let shape = |name: &Str| Item::Shape(index(file.model.shapes.iter().map(|shape| &shape.name), name));
    List {
        item: list.returns.as_ref().map_or(Item::Record, shape),
        paging: paging(list.default.as_ref(), list.max.as_ref(), None),
        sorts: false,
        limit_aliases: Vec::new(),
        filters: filters(schema, file, &list.filters),
    }
}

fn ingest(file: &ModelFile, ingest: &Ingest) -> Kind {
    Kind::Ingest {
        tenant: ingest.tenant.value,
        body: index(file.model.bodies.iter().map(|body| &body.name), &ingest.body),
        batch: ingest.batch.value,
    }
}

fn evidence(evidence: Option<&Spanned<Evidence>>) -> Evidence {
    evidence.map_or(Evidence::Docs, |evidence| evidence.value)
}

fn filters(schema: &Schema, file: &ModelFile, filters: &[schema::Filter]) -> Vec<Filter> {
    filters.iter().map(|found| filter(schema, file, found)).collect()
}

fn filter(schema: &Schema, file: &ModelFile, filter: &schema::Filter) -> Filter {
    Filter {
        wire: filter.name.value.clone(),
        ident: crate::schema::names::filter(&filter.name),
        ty: model_type(schema, file, &filter.name, &filter.r#type),
        doc: noted(&filter.doc, filter.note.as_ref()),
        default: filter.default.as_ref().map(|default| default.value.clone()),
        hides: filter.hides.as_ref().map(text),
        aliases: filter.aliases.iter().map(|alias| alias.value.clone()).collect(),
        field: filter.compared().value.clone(),
        test: filter.test.as_ref().map_or(Test::Equals, |test| test.value),
        evidence: evidence(filter.evidence.as_ref()),
    }
}
