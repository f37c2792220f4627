//! The operations of a model.

use super::types::{Place, evidence};
use crate::{
    ir::{Api, Batch, Body, FieldId, Filter, Id as _, IdForms, Item, Kind, List, Model, Needs, Operation},
    write::{
        markdown::{Page, code},
        numbers::grouped,
    },
};

pub fn section(page: &mut Page, api: &Api, model: &Model) {
    let rows = model.operations.iter().map(|operation| {
        [
            code(&format!("{}().{}({})", model.names.handle, operation.name, arguments(api, model, &operation.kind))),
            code(&format!("{} {}", operation.kind.method(), operation.path)),
            details(api, operation),
        ]
    });
    page.table(["Rust", "HTTP", "details"], rows);
    for (operation, list) in model.lists().filter(|(_, list)| !list.filters.is_empty()) {
        page.heading(3, &format!("Filters of `{}`", operation.name));
        filters(page, api, list);
    }
    for body in &api[model.bodies] {
        page.heading(3, &format!("`{}`", body.rust));
        page.paragraph(&body.doc);
        page.paragraph(body_words(api, body));
    }
}

fn arguments(api: &Api, model: &Model, kind: &Kind) -> String {
    match kind {
        Kind::Create(_) => model.names.new.clone(),
        Kind::Get(_) | Kind::Delete(_) => "id".to_owned(),
        Kind::Update(_) => format!("id, {}", model.names.patch),
        Kind::List(_) => String::new(),
        Kind::BulkUpsert(_) => format!("[{}, …]", model.names.patch),
        Kind::Copy { .. } => "[id, …]".to_owned(),
        Kind::Ingest(ingest) => {
            let body = &api[ingest.body].rust;
            if ingest.batch == Batch::One { body.clone() } else { format!("[{body}, …]") }
        }
    }
}

fn details(api: &Api, operation: &Operation) -> String {
    let mut details: Vec<String> = operation.doc.iter().cloned().collect();
    details.extend(match &operation.kind {
        Kind::Create(needed) => needs("Requires", api, needed),
        Kind::Get(ids) | Kind::Update(ids) | Kind::Delete(ids) => vec![forms(*ids)],
        Kind::List(list) => list_words(api, list),
        Kind::BulkUpsert(bulk) => {
            let mut words = vec![
                format!("Matches by {}.", names(api, &bulk.keys).join(", then ")),
                format!(
                    "At most {} records and {} bytes per request; the SDK splits larger ones.",
                    grouped(api.limits.bulk_items),
                    grouped(api.limits.body_bytes)
                ),
            ];
            words.extend(needs("New records require", api, &bulk.needs));
            words
        }
        Kind::Copy { ids } => vec![format!("Sends the ids as `{ids}`.")],
        Kind::Ingest(ingest) => vec![match ingest.batch {
            Batch::One => "One item per request.".to_owned(),
            _ => format!("At most {} bytes per request; the SDK splits larger ones.", grouped(api.limits.body_bytes)),
        }],
    });
    let from = evidence(operation.evidence);
    details.extend((!from.is_empty()).then(|| format!("Source: {from}.")));
    if operation.host.index() > 0 {
        details.push(format!("Host: {}.", api[operation.host].url));
    }
    details.join(" ")
}

fn names(api: &Api, fields: &[FieldId]) -> Vec<String> {
    api.wires(fields).map(code).collect()
}

fn needs(verb: &str, api: &Api, Needs { required, any_of }: &Needs) -> Vec<String> {
    let mut needs = Vec::new();
    if !required.is_empty() {
        needs.push(format!("{verb} {}.", names(api, required).join(", ")));
    }
    if !any_of.is_empty() {
        needs.push(format!("{verb} one of {}.", names(api, any_of).join(", ")));
    }
    needs
}

fn forms(ids: IdForms) -> String {
    let mut forms = vec!["`Id`"];
    forms.extend(ids.external.then_some("`ExternalId`"));
    forms.extend(ids.source.then_some("`SourceId`"));
    format!("Accepts {}.", forms.join(", "))
}

fn list_words(api: &Api, list: &List) -> Vec<String> {
    let mut words = Vec::new();
    if let Item::Shape(shape) = list.item {
        words.push(format!("Returns `{}`.", api[shape].rust));
    }
    words.push(match list.paging {
        Some(paging) => format!("{} records per page by default, at most {}.", paging.default, paging.max),
        None => "No pagination.".to_owned(),
    });
    words.push(
        if list.sorts { "Supports `sort` and `select`." } else { "Supports neither `sort` nor `select`." }.to_owned(),
    );
    words
}

fn filters(page: &mut Page, api: &Api, list: &List) {
    let place = Place { api, is_index: false };
    let row = |filter: &Filter| {
        [
            code(&filter.wire),
            code(&filter.ident),
            place.type_words(&filter.ty),
            filter.default.as_ref().map_or_else(String::new, |default| code(default)),
            filter.hides.clone().unwrap_or_default(),
            evidence(filter.evidence).to_owned(),
            filter.doc.clone(),
        ]
    };
    let header = ["parameter", "Rust", "type", "default", "default hides", "source", "description"];
    page.table(header, list.filters.iter().map(row));
}

fn body_words(api: &Api, body: &Body) -> String {
    let fields = format!("Fields: {}.", names(api, &body.fields).join(", "));
    [vec![fields], needs("Requires", api, &body.needs)].concat().join(" ")
}
