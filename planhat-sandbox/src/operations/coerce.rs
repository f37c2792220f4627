//! Converts request bodies to stored records: types are checked loosely, and values get a canonical form.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    operations::error::ApiError,
    store::{Store, time},
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, id_of},
        registry::{Shape, Type},
    },
};

/// Converts the fields that a client may write; fields that only the server sets are dropped.
pub(crate) fn coerce(store: &Store, table: &Table, body: &Record) -> Result<Record, ApiError> {
    check_names(table, body)?;
    let mut coerced = Record::new();
    let mut custom = Record::new();
    for (name, value) in body.iter().filter(|(name, _)| *name != ID) {
        if let Some(key) = custom_key(table, name) {
            custom.insert(key.to_owned(), value.clone());
            continue;
        }
        let Some(field) = table.field(name) else {
            coerced.insert(name.clone(), value.clone());
            continue;
        };
        if field.computed {
            continue;
        }
        let stored = Coercer { store }.coerce(field.kind, value).map_err(|reason| reason.into_error(name))?;
        coerced.insert(name.clone(), stored);
    }
    if let Some(name) = table.custom {
        join_custom(&mut coerced, name, custom)?;
    }
    Ok(coerced)
}

/// Returns an error if two names differ only by case, unless the model has both.
pub(crate) fn check_names(table: &Table, body: &Record) -> Result<(), ApiError> {
    let names = body.keys().filter(|name| custom_key(table, name).is_none());
    let mut seen = HashMap::new();
    for name in names {
        if let Some(other) = seen.insert(name.to_lowercase(), name)
            && (table.field(name).is_none() || table.field(other).is_none())
        {
            return Err(ApiError::bad(format!("two properties differ only by case: {other}, {name}")));
        }
    }
    Ok(())
}

/// Returns the id that a reference in a body stands for.
pub(crate) fn resolve_reference(store: &Store, table: &Table, body: &Record, field: &str) -> Option<String> {
    let id = Coercer { store }.coerce(table.field(field)?.kind, body.get(field)?).ok()?;
    id.as_str().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// Returns the custom field of a dotted name such as `custom.Region`.
fn custom_key<'a>(table: &Table, name: &'a str) -> Option<&'a str> {
    name.strip_prefix(table.custom?)?.strip_prefix('.').filter(|key| !key.is_empty())
}

/// Adds custom fields from dotted names to those of the map. Returns an error if two differ only by case.
fn join_custom(coerced: &mut Record, name: &str, dotted: Record) -> Result<(), ApiError> {
    let mut keys: Vec<String> = dotted.keys().map(|key| key.to_lowercase()).collect();
    if let Some(Value::Object(map)) = coerced.get(name) {
        keys.extend(map.keys().filter(|key| !dotted.contains_key(*key)).map(|key| key.to_lowercase()));
    }
    keys.sort_unstable();
    if let Some(key) = keys.iter().zip(keys.iter().skip(1)).find_map(|(one, next)| (one == next).then_some(one)) {
        return Err(ApiError::bad(format!("{name} has two keys that differ only by case: {key}")));
    }
    if !dotted.is_empty() {
        match coerced.entry(name).or_insert(Value::Null) {
            Value::Object(map) => map.extend(dotted),
            other => *other = Value::Object(dotted),
        }
    }
    Ok(())
}

/// Parses text as a value of a type.
pub(crate) fn from_text(kind: Type, text: &str) -> Value {
    match kind {
        Type::String | Type::Timestamp | Type::Key | Type::Id(_) | Type::Ref(_) | Type::Link(_) => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// Why a value is invalid.
enum Reason {
    /// It is not of the type with this name.
    WrongType(&'static str),
    /// It refers to a record that does not exist.
    NoRecord(String),
    /// A property of it is invalid.
    Inside(String, Box<Reason>),
}

impl Reason {
    fn into_error(self, field: &str) -> ApiError {
        ApiError::bad(match self {
            Self::WrongType(kind) => format!("{field} must be {kind}"),
            Self::NoRecord(what) => format!("{field}: there is no {what}"),
            Self::Inside(property, reason) => return reason.into_error(&format!("{field}.{property}")),
        })
    }
}

/// Converts values.
struct Coercer<'a> {
    store: &'a Store,
}

impl Coercer<'_> {
    fn coerce(&self, kind: Type, value: &Value) -> Result<Value, Reason> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        match kind {
            Type::String => scalar(value).ok_or(Reason::WrongType("text")),
            Type::Integer => integer(value).ok_or(Reason::WrongType("a whole number")),
            Type::Number => number(value).ok_or(Reason::WrongType("a number")),
            Type::Boolean => boolean(value).ok_or(Reason::WrongType("true or false")),
            Type::Timestamp => timestamp(value).ok_or(Reason::WrongType("an ISO 8601 time")),
            Type::EpochDays => epoch_days(value).ok_or(Reason::WrongType("a whole number of days since 1970-01-01")),
            Type::Key => key(value).ok_or(Reason::WrongType("text or a number")),
            Type::Id(_) => value.as_str().map(Value::from).ok_or(Reason::WrongType("an id")),
            Type::Ref(model) => self.reference(model, value.as_str().ok_or(Reason::WrongType("an id"))?),
            Type::Link(_) => link(value).ok_or(Reason::WrongType("an id, or an object with one")),
            Type::List(kind) => self.list(*kind, value.as_array().ok_or(Reason::WrongType("an array"))?),
            Type::Map(kind) => self.map(*kind, value.as_object().ok_or(Reason::WrongType("an object"))?),
            Type::OneOf(first, second) => self.coerce(*first, value).or_else(|reason| match reason {
                missing @ Reason::NoRecord(_) => Err(missing),
                _ => self.coerce(*second, value),
            }),
            Type::Shape(shape) => self.shape(shape, value.as_object().ok_or(Reason::WrongType("an object"))?),
            Type::Object | Type::Custom if !value.is_object() => Err(Reason::WrongType("an object")),
            Type::Object | Type::Custom | Type::Json => Ok(value.clone()),
        }
    }

    fn list(&self, kind: Type, values: &[Value]) -> Result<Value, Reason> {
        values.iter().map(|value| self.coerce(kind, value)).collect()
    }

    fn map(&self, kind: Type, values: &Map<String, Value>) -> Result<Value, Reason> {
        values.iter().map(|(key, value)| Ok((key.clone(), self.coerce(kind, value)?))).collect()
    }

    /// An object. Its known properties have types; the others are kept unchanged.
    fn shape(&self, shape: &Shape, values: &Map<String, Value>) -> Result<Value, Reason> {
        let property = |(key, value): (&String, &Value)| {
            let known = shape.properties.iter().find(|(name, _)| name == key);
            let coerced = known.map_or_else(|| Ok(value.clone()), |(_, kind)| self.coerce(*kind, value));
            Ok((key.clone(), coerced.map_err(|reason| Reason::Inside(key.clone(), Box::new(reason)))?))
        };
        values.iter().map(property).collect()
    }

    /// The id that a reference stands for. It is unknown what the real server does with an unknown id; here, it is kept.
    fn reference(&self, model: &str, text: &str) -> Result<Value, Reason> {
        let Some((prefix, key)) = parse_prefixed_id(text) else { return Ok(text.into()) };
        let found = catalog().table(model).and_then(|table| self.store.by_key(table, prefix.field(table)?, key));
        found.map(|record| id_of(record).into()).ok_or_else(|| Reason::NoRecord(format!("{model} {text}")))
    }
}

/// The kind of key in a prefixed id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdPrefix {
    External,
    Source,
}

impl IdPrefix {
    /// Returns the field of a model that holds these keys.
    pub(crate) fn field(self, table: &Table) -> Option<&'static str> {
        match self {
            Self::External => table.model.external,
            Self::Source => table.model.source,
        }
    }
}

/// Parses an id of the form `extid-…` or `srcid-…`.
pub(crate) fn parse_prefixed_id(id: &str) -> Option<(IdPrefix, &str)> {
    let external = id.strip_prefix("extid-").map(|key| (IdPrefix::External, key));
    external.or_else(|| id.strip_prefix("srcid-").map(|key| (IdPrefix::Source, key)))
}

/// Text; numbers and booleans are converted to it.
fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string().into()),
        _ => None,
    }
}

/// A number, also as text; empty text stands for null.
fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) if text.is_empty() => Some(Value::Null),
        Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_number),
        _ => None,
    }
}

/// A whole number, also written as `5.0`.
fn integer(value: &Value) -> Option<Value> {
    number(value).filter(|number| number.as_f64().is_none_or(|number| number.fract() == 0.0))
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    }
}

/// A time in canonical form; empty text stands for null.
fn timestamp(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) if text.is_empty() => Some(Value::Null),
        value => time::iso_millis(time::millis(value)?),
    }
}

fn epoch_days(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => match time::parse(text) {
            Some(millis) => Some(millis.div_euclid(time::DAY).into()),
            None => integer(value),
        },
        value => integer(value),
    }
}

fn key(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

fn link(value: &Value) -> Option<Value> {
    let id = if let Value::Object(object) = value { object.get(ID)? } else { value };
    id.as_str().map(Value::from)
}
