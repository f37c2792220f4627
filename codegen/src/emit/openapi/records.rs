//! The schemas of a model: what is read, what creates, what changes, and the shapes and bodies of its own.

use super::types::{literal, not_null, reference, sample, schema};
use crate::{
    emit::sdk::{field_doc, with_article},
    ir::{Api, Body, Direction, Field, FieldId, Item, Model, Needs, Shape, Type},
    write::json::{Json, json},
};

/// A name under `components`, and what stands there.
pub type Named = (String, Json);

/// The schemas of the records of an API.
#[derive(Clone, Copy)]
pub struct Schemas<'a>(pub &'a Api);

impl Schemas<'_> {
    /// All schemas of a model that an operation uses.
    pub fn of_model(self, model: &Model) -> Vec<Named> {
        let mut found = Vec::new();
        if model.has_record {
            found.push((model.names.record.clone(), self.read(model)));
        }
        if let Some(needs) = model.create() {
            found.push((model.names.new.clone(), self.create(model, needs)));
        }
        if model.create().is_some() || model.is_patched() {
            found.push((model.names.patch.clone(), self.patch(model)));
        }
        found.extend(self.0[model.bodies].iter().map(|body| (model.names.own(&body.rust), self.body(body))));
        found.extend(self.0[model.shapes].iter().map(|shape| (model.names.own(&shape.rust), self.shape(shape))));
        found
    }

    /// The record in responses: every field may be missing or `null`, and there may be others.
    fn read(self, model: &Model) -> Json {
        let fields = self.0[model.fields].iter().filter(|field| !field.write_only);
        let properties = fields.map(|field| {
            let schema = self.described(field, Direction::Response).maybe("readOnly", field.computed.then_some(true));
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
    fn patch(self, model: &Model) -> Json {
        let fields = self.0[model.fields].iter().filter(|field| field.is_writable());
        let properties = fields.map(|field| {
            let schema = self.described(field, Direction::Request).maybe("writeOnly", field.write_only.then_some(true));
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
        let custom = self.0[model.fields].iter().find(|field| field.ty == Type::Custom);
        schema.maybe("patternProperties", custom.map(|field| dotted(&field.wire)))
    }

    /// What creates a record: a patch that has what a new record needs.
    fn create(self, model: &Model, needs: &Needs) -> Json {
        let (api, part) = (self.0, self.0.discriminator(model));
        let is_part = |field: &Field| part.is_some_and(|part| part.field == field.id);
        let narrowed = api[model.fields].iter().filter(|field| !field.computed).filter_map(|field| {
            let schema = match part {
                Some(part) if part.field == field.id => json!({"const": (&part.value)}),
                _ if field.required => not_null(&field.ty),
                _ => Json::object(),
            };
            let schema = schema.maybe("default", field.default.as_ref().map(|text| literal(&field.ty, text)));
            (schema != Json::object()).then(|| (field.wire.clone(), schema))
        });
        let properties: Vec<Named> = narrowed.collect();
        let required: Vec<&str> = api[model.fields]
            .iter()
            .filter(|field| field.required || is_part(field))
            .map(|field| field.wire.as_str())
            .collect();
        let example = self.example(model, needs);
        json!({
            "allOf": [(reference(&model.names.patch))],
            "description": (format!("The fields of {} to create.", with_article(&model.names.noun))),
        })
        .maybe("properties", (!properties.is_empty()).then_some(Json::Object(properties)))
        .maybe("required", (!required.is_empty()).then(|| required.into_iter().collect::<Json>()))
        .maybe("anyOf", self.choices(needs))
        .with("examples", json!([example]))
    }

    /// The least that creates a record.
    fn example(self, model: &Model, needs: &Needs) -> Json {
        let part = self.0.discriminator(model);
        let needed = self.0[model.fields].iter().filter(|field| {
            let is_needed = field.required || needs.any_of.first() == Some(&field.id);
            is_needed && part.is_none_or(|part| part.field != field.id)
        });
        let example = needed.map(|field| (field.wire.clone(), sample(self.0, &field.wire, &field.ty)));
        Json::Object(
            example.chain(part.map(|part| (self.0[part.field].wire.clone(), Json::from(&part.value)))).collect(),
        )
    }

    fn choices(self, needs: &Needs) -> Option<Json> {
        let choices: Vec<Json> = self.0.wires(&needs.any_of).map(|wire| json!({"required": [wire]})).collect();
        (!choices.is_empty()).then_some(Json::Array(choices))
    }

    /// The least that a bulk write creates a record from.
    pub fn row_example(self, needs: &Needs) -> Json {
        let mut fields: Vec<FieldId> = needs.required.iter().chain(needs.any_of.first()).copied().collect();
        fields.sort_unstable();
        fields.dedup();
        let fields = fields.into_iter().map(|field| &self.0[field]);
        Json::Object(fields.map(|field| (field.wire.clone(), sample(self.0, &field.wire, &field.ty))).collect())
    }

    fn body(self, body: &Body) -> Json {
        let properties = body.fields.iter().map(|id| {
            let field = &self.0[*id];
            let schema = self
                .described(field, Direction::Request)
                .maybe("default", field.default.as_ref().map(|text| literal(&field.ty, text)))
                .maybe("not", body.needs.required.contains(id).then(|| json!({"type": "null"})));
            (field.wire.clone(), schema)
        });
        let required = &body.needs.required;
        json!({
            "type": "object",
            "description": (body.doc.as_str()),
            "properties": (Json::Object(properties.collect())),
        })
        .maybe("required", (!required.is_empty()).then(|| self.0.wires(required).collect::<Json>()))
        .maybe("anyOf", self.choices(&body.needs))
    }

    /// An object inside records, or an item of a special list, which is never `null`.
    pub fn shape(self, shape: &Shape) -> Json {
        let described = |field: &Field| (field.wire.clone(), self.described(field, Direction::Response));
        let properties = self.0[shape.fields].iter().map(described);
        let is_item =
            shape.owner.is_some_and(|model| self.0[model].lists().any(|(_, list)| list.item == Item::Shape(shape.id)));
        let ty = if is_item { Json::from("object") } else { json!(["object", "null"]) };
        json!({
            "type": ty,
            "description": (shape.doc.as_str()),
            "properties": (Json::Object(properties.collect())),
            "additionalProperties": true,
        })
    }

    fn described(self, field: &Field, direction: Direction) -> Json {
        schema(self.0, &field.ty, direction).with("description", field_doc(field))
    }
}

/// The custom fields by dotted names.
fn dotted(custom: &str) -> Json {
    let about = format!("A single custom field, in addition to or instead of `{custom}`.");
    json!({(format!("^{custom}\\..+$")): {"description": about}})
}

/// A row of a bulk write, which may say by its id which record it is.
pub fn row(model: &Model) -> Json {
    json!({"allOf": [(reference(&model.names.patch))], "properties": {"_id": (reference("Id"))}})
}
