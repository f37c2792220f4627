//! The OpenAPI description holds together, and leaves nothing of the schema out.

#![cfg(test)]

use std::{collections::BTreeSet, path::Path};

use planhat_codegen::{
    OPENAPI, generate,
    ir::{Api, Kind, Model},
    load,
};
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn api() -> Api {
    load(root()).unwrap()
}

fn document() -> Value {
    let tree = generate(root()).unwrap();
    let (_, text) = tree.files().find(|(path, _)| *path == OPENAPI).unwrap();
    serde_json::from_str(text).unwrap()
}

fn method(kind: &Kind) -> &'static str {
    match kind {
        Kind::Create { .. } | Kind::Copy { .. } | Kind::Ingest { .. } => "post",
        Kind::Get(_) | Kind::List(_) => "get",
        Kind::Update(_) | Kind::BulkUpsert { .. } => "put",
        Kind::Delete(_) => "delete",
    }
}

/// Every operation of the document.
fn operations(document: &Value) -> Vec<(&str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().values().map(move |operation| (path.as_str(), operation))
        })
        .collect()
}

/// What a parameter says, wherever it stands.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(properties) => {
            found.extend(properties.get("$ref").and_then(Value::as_str));
            properties.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_left_over() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for part in ["parameters", "headers", "responses", "schemas"] {
        for name in document["components"][part].as_object().unwrap().keys() {
            let reference = format!("#/components/{part}/{name}");
            assert!(found.contains(reference.as_str()), "nothing uses {reference}");
        }
    }
}

#[test]
fn every_operation_of_the_schema_is_there_with_its_model_as_a_tag() {
    let (document, api) = (document(), api());
    for model in &api.models {
        for operation in &model.operations {
            let found = &document["paths"][&operation.path][method(&operation.kind)];
            let tags = found["tags"].as_array().unwrap_or_else(|| panic!("{} {}", model.name, operation.name));
            assert!(tags.contains(&json!(model.name)), "{} {}", model.name, operation.name);
        }
    }
}

#[test]
fn operation_ids_are_unique_and_placeholders_are_declared() {
    let document = document();
    let operations = operations(&document);
    let ids: BTreeSet<&str> =
        operations.iter().map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations.len());
    assert!(ids.contains("companies_list"));
    for (path, operation) in operations {
        let placeholders: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let in_path = parameters.map(|found| resolve(&document, found)).filter(|found| found["in"] == "path");
        let declared: BTreeSet<&str> = in_path.map(|found| found["name"].as_str().unwrap()).collect();
        assert_eq!(placeholders, declared, "{path}");
    }
}

/// The properties of a schema under `components`.
fn properties(document: &Value, schema: &str) -> BTreeSet<String> {
    document["components"]["schemas"][schema]["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn records_and_patches_have_the_fields_that_are_read_and_written() {
    let (document, api) = (document(), api());
    let wires = |model: &Model, wanted: fn(&planhat_codegen::ir::Field) -> bool| -> BTreeSet<String> {
        api[model.fields].iter().filter(|field| wanted(field)).map(|field| field.wire.clone()).collect()
    };
    for model in api.models.iter().filter(|model| model.has_record) {
        assert_eq!(
            properties(&document, &model.names.record),
            wires(model, |field| !field.write_only),
            "{}",
            model.name
        );
        let computed = wires(model, |field| field.computed);
        let record = &document["components"]["schemas"][&model.names.record]["properties"];
        let read_only = record.as_object().unwrap().iter().filter(|(_, schema)| schema["readOnly"] == true);
        assert_eq!(read_only.map(|(name, _)| name.clone()).collect::<BTreeSet<_>>(), computed, "{}", model.name);
    }
    assert_eq!(
        properties(&document, "TicketPatch"),
        wires(api.models.iter().find(|model| model.name == "Ticket").unwrap(), |field| !field.computed)
    );
}

#[test]
fn what_a_reader_needs_to_know_is_said() {
    let document = document();
    let pointer = |path: &str| document.pointer(path).unwrap_or_else(|| panic!("{path}")).clone();
    let bulk = pointer("/paths/~1endusers/put");
    assert_eq!(bulk["x-planhat-keys"], json!(["_id", "sourceId", "externalId", "email"]));
    assert_eq!(bulk["requestBody"]["content"]["application/json"]["schema"]["maxItems"], 5000);
    let statuses: Vec<&str> = bulk["responses"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(statuses, ["200", "206", "400", "401", "403", "413", "429", "5XX"]);
    assert_eq!(
        pointer("/paths/~1invoices~1{id}/get/x-planhat-ids"),
        json!({"_id": "_id", "extid-": "extId", "srcid-": "sourceId"})
    );
    assert!(pointer("/paths/~1tasks/get/description").as_str().unwrap().contains("Leaves out completed tasks"));
    let limit = json!({"type": "integer", "minimum": 1, "maximum": 10000, "default": 500});
    assert!(pointer("/paths/~1tasks/get/parameters").as_array().unwrap().iter().any(|found| found["schema"] == limit));
    assert_eq!(pointer("/components/schemas/NewCompany/required"), json!(["name"]));
    assert_eq!(pointer("/components/schemas/NewEnduser/anyOf").as_array().unwrap().len(), 3);
    assert_eq!(pointer("/components/schemas/Company/properties/status/anyOf/1/type"), json!(["string", "null"]));
    assert_eq!(pointer("/paths/~1dock~1segment/post/security"), json!([{"tenantBasic": []}]));
    assert_eq!(pointer("/paths/~1analytics~1{tenant}/post/servers/0/url"), json!("https://analytics.planhat.com"));
}
