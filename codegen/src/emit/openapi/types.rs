//! A type of the schema as a JSON Schema.

use crate::{
    ir::{Api, Direction, Enum, Target, Type},
    write::json::{Json, json},
};

/// The schema of a property in a body. It allows `null` everywhere.
pub fn schema(api: &Api, ty: &Type, direction: Direction) -> Json {
    let inner = |ty: &Type| schema(api, ty, direction);
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
        Type::Ref(target) if direction == Direction::Request => pointing(api, "Ref", *target),
        Type::Id(target) | Type::Ref(target) => pointing(api, "Id", *target),
        Type::Link(target) if direction == Direction::Request => pointing(api, "Link", *target),
        Type::Link(target) => json!({"anyOf": [(pointing(api, "Id", *target)), (pointing(api, "Link", *target))]}),
        Type::List(item) => nullable("array").with("items", inner(item)),
        Type::Map(value) => nullable("object").with("additionalProperties", inner(value)),
        Type::Enum(known) => json!({"anyOf": [{"enum": (values(&api[*known]))}, (nullable("string"))]}),
        Type::OneOf(first, second) => json!({"anyOf": [(inner(first)), (inner(second))]}),
        Type::Object => nullable("object"),
        Type::Json => Json::object(),
        Type::Custom => reference("Custom"),
        Type::Shape(shape) => {
            let shape = &api[*shape];
            let own = shape.owner.map(|model| api[model].names.own(&shape.rust));
            reference(own.as_ref().unwrap_or(&shape.rust))
        }
    }
}

pub fn parameter(api: &Api, ty: &Type) -> Json {
    match ty {
        Type::Integer => json!({"type": "integer"}),
        Type::EpochDays => json!({"type": "integer", "description": "Whole days since 1970-01-01."}),
        Type::Number => json!({"type": "number"}),
        Type::Boolean => json!({"type": "boolean"}),
        Type::Timestamp => json!({"type": "string", "format": "date-time"}),
        Type::Enum(known) => json!({"anyOf": [{"enum": (values(&api[*known]))}, {"type": "string"}]}),
        Type::List(item) => json!({"type": "array", "items": (parameter(api, item))}),
        _ => json!({"type": "string"}),
    }
}

pub fn sample(api: &Api, field: &str, ty: &Type) -> Json {
    match ty {
        Type::String | Type::Json => format!("some {}", field.trim_start_matches('_')).into(),
        Type::Integer | Type::Number => 1.into(),
        Type::Boolean => true.into(),
        Type::Timestamp | Type::Instant => "2026-01-31T09:00:00.000Z".into(),
        Type::EpochDays => 20_484.into(),
        Type::ExternalId | Type::SourceId => "key-1".into(),
        Type::Ref(Target::Model(model)) if api[*model].external.is_some() => "extid-key-1".into(),
        Type::Id(_) | Type::Ref(_) => SOME_ID.into(),
        Type::Link(_) => json!({"_id": SOME_ID}),
        Type::List(item) => json!([(sample(api, field, item))]),
        Type::Enum(known) => match api[*known].variants.first() {
            Some(first) => (&first.wire).into(),
            None => unreachable!("the enum {} has no values", api[*known].rust),
        },
        Type::OneOf(first, _) => sample(api, field, first),
        Type::Map(_) | Type::Object | Type::Custom | Type::Shape(_) => Json::object(),
    }
}

fn values(known: &Enum) -> Json {
    known.variants.iter().map(|variant| &variant.wire).collect()
}

fn pointing(api: &Api, name: &str, target: Target) -> Json {
    let pointee = (target != Target::Anything).then(|| api.target(target));
    reference(name).maybe("x-planhat-of", pointee)
}

const SOME_ID: &str = "5f0000000000000000000001";

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
        Type::Link(_) | Type::Map(_) | Type::Object | Type::Custom | Type::Shape(_) => {
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
