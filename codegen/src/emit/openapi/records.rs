//! The schemas of a model: what is read, what creates, what changes, and the shapes and bodies of its own.

use super::types::{Scope, Way, is_own_id, literal, not_null, own, reference};
use crate::{
    emit::sdk::{field_doc, with_article},
    ir::{Api, Body, Field, Item, Kind, Model, Shape},
    write::json::{Json, json},
};

/// A name under `components`, and what stands there.
pub type Named = (String, Json);

/// All schemas of a model that an operation uses.
pub fn schemas(api: &Api, model: &Model) -> Vec<Named> {
    let scope = Scope::of_model(api, model);
    let mut found = Vec::new();
    if model.has_record {
        found.push((model.names.record.clone(), read(model, scope)));
    }
    if let Some(any_of) = create_choices(model) {
        found.push((model.names.new.clone(), create(api, model, any_of, scope)));
    }
    if is_patched(model) {
        found.push((model.names.patch.clone(), patch(model, scope)));
    }
    found.extend(model.bodies.iter().map(|found| (own(model, &found.rust), body(model, found, scope))));
    found.extend(model.shapes.iter().enumerate().map(|(index, found)| {
        let is_item = model.operations.iter().any(|operation| lists(&operation.kind, index));
        let shape = shape(found, Scope::of_shape(api, Some(model), found), is_item);
        (own(model, &found.rust), shape)
    }));
    found
}

/// A shape that several models share.
pub fn shared_shape(api: &Api, shape: &Shape) -> Named {
    (shape.rust.clone(), self::shape(shape, Scope::of_shape(api, None, shape), false))
}

/// The fields of which a create must send one, if the model has a create.
pub fn create_choices(model: &Model) -> Option<&[usize]> {
    model.operations.iter().find_map(|operation| match &operation.kind {
        Kind::Create { any_of } => Some(any_of.as_slice()),
        _ => None,
    })
}

fn is_patched(model: &Model) -> bool {
    let writes = |kind: &Kind| matches!(kind, Kind::Create { .. } | Kind::Update(_) | Kind::BulkUpsert { .. });
    model.operations.iter().any(|operation| writes(&operation.kind))
}

fn lists(kind: &Kind, shape: usize) -> bool {
    matches!(kind, Kind::List(list) if list.item == Item::Shape(shape))
}

/// What comes back: every field may be missing or `null`, and there may be others.
fn read(model: &Model, scope: Scope<'_>) -> Json {
    let fields = model.fields.iter().filter(|field| !field.write_only);
    let properties = fields.map(|field| {
        let schema = described(field, scope, Way::Read).maybe("readOnly", field.computed.then_some(true));
        (field.wire.clone(), schema)
    });
    json!({
        "type": "object",
        "description": (model.doc.as_str()),
        "properties": (Json::Object(properties.collect())),
        "additionalProperties": true,
    })
}

/// What changes a record: every field may be left out, and `null` clears it.
fn patch(model: &Model, scope: Scope<'_>) -> Json {
    let fields = model.fields.iter().filter(|field| !field.computed && !is_own_id(field));
    let properties = fields.map(|field| {
        let schema = described(field, scope, Way::Write).maybe("writeOnly", field.write_only.then_some(true));
        (field.wire.clone(), schema)
    });
    let about = format!(
        "A partial update of {}. Fields that are sent are written, `null` clears a field, all others keep their values.",
        with_article(&model.names.noun)
    );
    let schema = json!({
        "type": "object",
        "description": about,
        "properties": (Json::Object(properties.collect())),
    });
    let custom = model.fields.iter().find(|field| field.ty == crate::ir::Type::Custom);
    schema.maybe("patternProperties", custom.map(|field| dotted(&field.wire)))
}

/// The custom fields by dotted names.
fn dotted(custom: &str) -> Json {
    let about = format!("A single custom field, in addition to or instead of `{custom}`.");
    json!({(format!("^{custom}\\..+$")): {"description": about}})
}

/// What creates a record: a patch that has what a new record needs.
fn create(api: &Api, model: &Model, any_of: &[usize], scope: Scope<'_>) -> Json {
    let part = api.discriminator(model);
    let is_part = |field: &Field| part.is_some_and(|part| part.field == field.wire);
    let narrowed = model.fields.iter().filter(|field| !field.computed).filter_map(|field| {
        let schema = match part {
            Some(part) if part.field == field.wire => json!({"const": (&part.value)}),
            _ if field.required => not_null(&field.ty),
            _ => Json::object(),
        };
        let schema = schema.maybe("default", field.default.as_ref().map(|text| literal(&field.ty, text)));
        (schema != Json::object()).then(|| (field.wire.clone(), schema))
    });
    let properties: Vec<Named> = narrowed.collect();
    let required: Vec<&str> =
        model.fields.iter().filter(|field| field.required || is_part(field)).map(|field| field.wire.as_str()).collect();
    let choices: Vec<Json> = wires(model, any_of).map(|wire| json!({"required": [wire]})).collect();
    let example = example(model, any_of, scope, part.map(|part| (part.field.as_str(), part.value.as_str())));
    json!({
        "allOf": [(reference(&model.names.patch))],
        "description": (format!("The fields of {} to create.", with_article(&model.names.noun))),
    })
    .maybe("properties", (!properties.is_empty()).then_some(Json::Object(properties)))
    .maybe("required", (!required.is_empty()).then(|| required.into_iter().collect::<Json>()))
    .maybe("anyOf", (!choices.is_empty()).then_some(Json::Array(choices)))
    .with("examples", json!([example]))
}

/// The least that creates a record.
fn example(model: &Model, any_of: &[usize], scope: Scope<'_>, part: Option<(&str, &str)>) -> Json {
    let choice = any_of.first();
    let needed = model.fields.iter().enumerate().filter(|(index, field)| field.required || choice == Some(index));
    let sample = needed.map(|(_, field)| (field.wire.clone(), scope.sample(&field.wire, &field.ty)));
    let part = part.map(|(field, value)| (field.to_owned(), value.into()));
    let mut properties: Vec<Named> =
        sample.filter(|(name, _)| Some(name) != part.as_ref().map(|(field, _)| field)).collect();
    properties.extend(part);
    Json::Object(properties)
}

/// A row of a bulk write, which may say by its id which record it is.
pub fn row(model: &Model) -> Json {
    json!({"allOf": [(reference(&model.names.patch))], "properties": {"_id": (reference("Id"))}})
}

/// The least that a bulk write creates a record from.
pub fn row_example(api: &Api, model: &Model, required: &[usize], any_of: &[usize]) -> Json {
    let scope = Scope::of_model(api, model);
    let mut indices: Vec<usize> = required.iter().chain(any_of.first()).copied().collect();
    indices.sort_unstable();
    indices.dedup();
    let fields = indices.iter().filter_map(|index| model.fields.get(*index));
    Json::Object(fields.map(|field| (field.wire.clone(), scope.sample(&field.wire, &field.ty))).collect())
}

/// The wire names of some of a model's fields.
pub fn wires<'a>(model: &'a Model, indices: &'a [usize]) -> impl Iterator<Item = &'a str> {
    indices.iter().filter_map(|index| model.fields.get(*index)).map(|field| field.wire.as_str())
}

/// A write form of a special endpoint.
fn body(model: &Model, body: &Body, scope: Scope<'_>) -> Json {
    let fields = body.fields.iter().filter_map(|index| Some((*index, model.fields.get(*index)?)));
    let properties = fields.map(|(index, field)| {
        let schema = described(field, scope, Way::Write)
            .maybe("default", field.default.as_ref().map(|text| literal(&field.ty, text)))
            .maybe("not", body.required.contains(&index).then(|| json!({"type": "null"})));
        (field.wire.clone(), schema)
    });
    let choices: Vec<Json> = wires(model, &body.any_of).map(|wire| json!({"required": [wire]})).collect();
    json!({
        "type": "object",
        "description": (body.doc.as_str()),
        "properties": (Json::Object(properties.collect())),
    })
    .maybe("required", (!body.required.is_empty()).then(|| wires(model, &body.required).collect::<Json>()))
    .maybe("anyOf", (!choices.is_empty()).then_some(Json::Array(choices)))
}

/// An object inside records, or what a special list answers with, which is never `null`.
fn shape(shape: &Shape, scope: Scope<'_>, is_item: bool) -> Json {
    let properties = shape.fields.iter().map(|field| (field.wire.clone(), described(field, scope, Way::Read)));
    let ty = if is_item { Json::from("object") } else { json!(["object", "null"]) };
    json!({
        "type": ty,
        "description": (shape.doc.as_str()),
        "properties": (Json::Object(properties.collect())),
        "additionalProperties": true,
    })
}

fn described(field: &Field, scope: Scope<'_>, way: Way) -> Json {
    scope.schema(&field.ty, way).with("description", field_doc(field))
}
