//! The operations of a model.

use super::types::{Place, evidence, type_words};
use crate::{
    emit::sdk::http_method,
    ir::{Api, Batch, Body, Filter, Ids, Item, Kind, List, Model, Operation},
    write::{
        markdown::{Page, code},
        numbers::grouped,
    },
};

pub fn section(page: &mut Page, api: &Api, model: &Model) {
    let rows = model.operations.iter().map(|operation| {
        [
            code(&format!("{}().{}({})", model.names.handle, operation.name, arguments(model, &operation.kind))),
            code(&format!("{} {}", http_method(&operation.kind), operation.path)),
            details(api, model, operation),
        ]
    });
    page.table(["Rust", "HTTP", "details"], rows);
    for operation in &model.operations {
        if let Kind::List(list) = &operation.kind
            && !list.filters.is_empty()
        {
            page.heading(3, &format!("Filters of `{}`", operation.name));
            filters(page, api, model, list);
        }
    }
    for body in &model.bodies {
        page.heading(3, &format!("`{}`", body.rust));
        page.paragraph(&body.doc);
        page.paragraph(body_words(model, body));
    }
}

fn arguments(model: &Model, kind: &Kind) -> String {
    match kind {
        Kind::Create { .. } => model.names.new.clone(),
        Kind::Get(_) | Kind::Delete(_) => "id".to_owned(),
        Kind::Update(_) => format!("id, {}", model.names.patch),
        Kind::List(_) => String::new(),
        Kind::BulkUpsert { .. } => format!("[{}, …]", model.names.patch),
        Kind::Copy { .. } => "[id, …]".to_owned(),
        Kind::Ingest { body, batch, .. } => {
            let body = model.bodies.get(*body).map_or("", |body| &body.rust);
            if *batch == Batch::One { body.to_owned() } else { format!("[{body}, …]") }
        }
    }
}

fn details(api: &Api, model: &Model, operation: &Operation) -> String {
    let mut details: Vec<String> = operation.doc.iter().cloned().collect();
    details.extend(match &operation.kind {
        Kind::Create { any_of } => {
            let required = model.fields.iter().enumerate().filter(|(_, field)| field.required);
            let required: Vec<usize> = required.map(|(index, _)| index).collect();
            needs("Requires", model, &required, any_of)
        }
        Kind::Get(ids) | Kind::Update(ids) | Kind::Delete(ids) => vec![forms(*ids)],
        Kind::List(list) => list_words(model, list),
        Kind::BulkUpsert { keys, required, any_of } => {
            let keys: Vec<String> = keys.iter().map(|key| code(key)).collect();
            let mut words = vec![
                format!("Matches by {}.", keys.join(", then ")),
                format!(
                    "At most {} records and {} bytes per request; the SDK splits larger ones.",
                    grouped(api.limits.bulk_items),
                    grouped(api.limits.body_bytes)
                ),
            ];
            words.extend(needs("New records require", model, required, any_of));
            words
        }
        Kind::Copy { ids } => vec![format!("Sends the ids as `{ids}`.")],
        Kind::Ingest { batch, .. } => vec![match batch {
            Batch::One => "One item per request.".to_owned(),
            _ => format!("At most {} bytes per request; the SDK splits larger ones.", grouped(api.limits.body_bytes)),
        }],
    });
    let from = evidence(operation.evidence);
    details.extend((!from.is_empty()).then(|| format!("Source: {from}.")));
    if operation.host != 0 {
        details.extend(api.hosts.get(operation.host).map(|host| format!("Host: {}.", host.url)));
    }
    details.join(" ")
}

fn names(model: &Model, indices: &[usize]) -> Vec<String> {
    model.wires(indices).into_iter().map(code).collect()
}

fn needs(verb: &str, model: &Model, required: &[usize], any_of: &[usize]) -> Vec<String> {
    let mut needs = Vec::new();
    if !required.is_empty() {
        needs.push(format!("{verb} {}.", names(model, required).join(", ")));
    }
    if !any_of.is_empty() {
        needs.push(format!("{verb} one of {}.", names(model, any_of).join(", ")));
    }
    needs
}

fn forms(ids: Ids) -> String {
    let mut forms = vec!["`Id`"];
    forms.extend(ids.external.then_some("`ExternalId`"));
    forms.extend(ids.source.then_some("`SourceId`"));
    format!("Accepts {}.", forms.join(", "))
}

fn list_words(model: &Model, list: &List) -> Vec<String> {
    let mut words = Vec::new();
    if let Item::Shape(index) = list.item {
        words.extend(model.shapes.get(index).map(|shape| format!("Returns `{}`.", shape.rust)));
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

fn filters(page: &mut Page, api: &Api, model: &Model, list: &List) {
    let place = Place { api, model: Some(model), shape: None };
    let row = |filter: &Filter| {
        [
            code(&filter.wire),
            code(&filter.ident),
            type_words(place, &filter.ty),
            filter.default.as_ref().map_or_else(String::new, |default| code(default)),
            filter.hides.clone().unwrap_or_default(),
            evidence(filter.evidence).to_owned(),
            filter.doc.clone(),
        ]
    };
    let header = ["parameter", "Rust", "type", "default", "default hides", "source", "description"];
    page.table(header, list.filters.iter().map(row));
}

fn body_words(model: &Model, body: &Body) -> String {
    let fields = format!("Fields: {}.", names(model, &body.fields).join(", "));
    [vec![fields], needs("Requires", model, &body.required, &body.any_of)].concat().join(" ")
}
