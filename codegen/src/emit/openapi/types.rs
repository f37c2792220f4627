//! A type of the schema as a JSON Schema.

use crate::{
    ir::{Api, Enum, Field, Model, Shape, Target, Type},
    write::json::{Json, json},
};

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The server answers with it: read forgivingly.
    Read,
    /// A client sends it: written strictly.
    Write,
}

/// Where a type stands, which says what its indices mean.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    api: &'a Api,
    model: Option<&'a Model>,
    enums: &'a [Enum],
}

impl<'a> Scope<'a> {
    /// A model's fields and filters.
    pub fn of_model(api: &'a Api, model: &'a Model) -> Self {
        Self { api, model: Some(model), enums: &model.enums }
    }

    /// The fields of a shape, which may be a model's own.
    pub fn of_shape(api: &'a Api, model: Option<&'a Model>, shape: &'a Shape) -> Self {
        Self { api, model, enums: &shape.enums }
    }

    /// The schema of a property in a body. It allows `null` everywhere.
    pub fn schema(self, ty: &Type, way: Way) -> Json {
        match ty {
            Type::String => nullable("string"),
            Type::Integer => nullable("integer"),
            Type::Number => nullable("number"),
            Type::Boolean => nullable("boolean"),
            Type::Timestamp => reference("Timestamp"),
            Type::Instant => {
                json!({"anyOf": [(reference("Timestamp")), {"type": "integer", "description": "Epoch milliseconds."}]})
            }
            Type::EpochDays => reference("EpochDays"),
            Type::ExternalId => reference("ExternalId"),
            Type::SourceId => reference("SourceId"),
            Type::Ref(target) if way == Way::Write => self.pointing("Ref", *target),
            Type::Id(target) | Type::Ref(target) => self.pointing("Id", *target),
            Type::Link(target) if way == Way::Write => self.pointing("Link", *target),
            Type::Link(target) => json!({"anyOf": [(self.pointing("Id", *target)), (self.pointing("Link", *target))]}),
            Type::List(item) => nullable("array").with("items", self.schema(item, way)),
            Type::Map(value) => nullable("object").with("additionalProperties", self.schema(value, way)),
            Type::Enum(index) => json!({"anyOf": [{"enum": (self.known(*index))}, (nullable("string"))]}),
            Type::OneOf(first, second) => json!({"anyOf": [(self.schema(first, way)), (self.schema(second, way))]}),
            Type::Object => nullable("object"),
            Type::Json => Json::object(),
            Type::Custom => reference("Custom"),
            Type::SharedShape(index) => {
                self.api.shapes.get(*index).map_or_else(Json::object, |shape| reference(&shape.rust))
            }
            Type::OwnShape(index) => self.own_shape(*index),
        }
    }

    /// The schema of a value in a query.
    pub fn parameter(self, ty: &Type) -> Json {
        match ty {
            Type::Integer => json!({"type": "integer"}),
            Type::EpochDays => json!({"type": "integer", "description": "Whole days since 1970-01-01."}),
            Type::Number => json!({"type": "number"}),
            Type::Boolean => json!({"type": "boolean"}),
            Type::Timestamp => json!({"type": "string", "format": "date-time"}),
            Type::Enum(index) => json!({"anyOf": [{"enum": (self.known(*index))}, {"type": "string"}]}),
            Type::List(item) => json!({"type": "array", "items": (self.parameter(item))}),
            _ => json!({"type": "string"}),
        }
    }

    /// A value of the type, for examples.
    pub fn sample(self, field: &str, ty: &Type) -> Json {
        match ty {
            Type::String | Type::Json => format!("some {}", field.trim_start_matches('_')).into(),
            Type::Integer | Type::Number => 1.into(),
            Type::Boolean => true.into(),
            Type::Timestamp | Type::Instant => "2026-01-31T09:00:00.000Z".into(),
            Type::EpochDays => 20_484.into(),
            Type::ExternalId | Type::SourceId => "key-1".into(),
            Type::Ref(Target::Model(index)) if self.has_external_id(*index) => "extid-key-1".into(),
            Type::Id(_) | Type::Ref(_) => SOME_ID.into(),
            Type::Link(_) => json!({"_id": SOME_ID}),
            Type::List(item) => json!([(self.sample(field, item))]),
            Type::Enum(index) => self
                .enums
                .get(*index)
                .and_then(|known| known.variants.first())
                .map_or_else(|| "".into(), |first| Json::from(&first.wire)),
            Type::OneOf(first, _) => self.sample(field, first),
            Type::Map(_) | Type::Object | Type::Custom | Type::SharedShape(_) | Type::OwnShape(_) => Json::object(),
        }
    }

    fn has_external_id(self, model: usize) -> bool {
        self.api.models.get(model).is_some_and(|model| model.external.is_some())
    }

    fn known(self, index: usize) -> Json {
        self.enums.get(index).into_iter().flat_map(|known| &known.variants).map(|variant| &variant.wire).collect()
    }

    fn own_shape(self, index: usize) -> Json {
        let shape = self.model.and_then(|model| Some((model, model.shapes.get(index)?)));
        shape.map_or_else(Json::object, |(model, shape)| reference(&own(model, &shape.rust)))
    }

    /// An id, with what it is the id of.
    fn pointing(self, name: &str, target: Target) -> Json {
        let pointee = match target {
            Target::Model(index) => self.api.models.get(index).map(|model| &model.name),
            Target::Entity(index) => self.api.entities.get(index).map(|entity| &entity.name),
            Target::Anything => None,
        };
        reference(name).maybe("x-planhat-of", pointee)
    }
}

const SOME_ID: &str = "5f0000000000000000000001";

/// The name of a schema that belongs to a model. The point keeps it apart from the names of records.
pub fn own(model: &Model, rust: &str) -> String {
    format!("{}.{rust}", model.names.record)
}

/// A schema that stands under `components`.
pub fn reference(schema: &str) -> Json {
    json!({"$ref": (format!("#/components/schemas/{schema}"))})
}

fn nullable(ty: &str) -> Json {
    json!({"type": [ty, "null"]})
}

/// What a field must be where it has to be sent: what its type allows other than `null` and empty text.
pub fn not_null(ty: &Type) -> Json {
    match ty {
        Type::String | Type::Timestamp | Type::Id(_) | Type::Ref(_) | Type::Enum(_) => {
            json!({"type": "string", "minLength": 1})
        }
        Type::Integer | Type::EpochDays => json!({"type": "integer"}),
        Type::Number => json!({"type": "number"}),
        Type::Boolean => json!({"type": "boolean"}),
        Type::List(_) => json!({"type": "array"}),
        Type::Link(_) | Type::Map(_) | Type::Object | Type::Custom | Type::SharedShape(_) | Type::OwnShape(_) => {
            json!({"type": "object"})
        }
        Type::Instant | Type::ExternalId | Type::SourceId | Type::OneOf(..) | Type::Json => {
            json!({"not": {"type": "null"}})
        }
    }
}

/// The value that a text of the schema stands for.
pub fn literal(ty: &Type, text: &str) -> Json {
    let parsed = match ty {
        Type::Boolean => text.parse().ok().map(Json::Boolean),
        Type::Integer | Type::EpochDays => text.parse().ok().map(Json::Integer),
        Type::Number => text.parse::<i64>().map(Json::Integer).or_else(|_| text.parse().map(Json::Number)).ok(),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.into())
}

/// Whether a field is the record's own id.
pub fn is_own_id(field: &Field) -> bool {
    field.wire == "_id"
}
