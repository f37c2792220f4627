//! What a client sends becomes what is stored: types are checked loosely, values get their one stored form.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    operations::error::Refusal,
    store::{Store, time},
    tables::{
        catalog::{Table, catalog},
        record::{ID, Record, id_of},
        registry::{Shape, Type},
    },
};

/// The stored form of the fields that a client may write; what only the server sets is left out.
pub(crate) fn accept(store: &Store, table: &Table, body: &Record) -> Result<Record, Refusal> {
    well_formed(table, body)?;
    let mut accepted = Record::new();
    let mut custom = Record::new();
    for (name, value) in body.iter().filter(|(name, _)| *name != ID) {
        if let Some(key) = custom_key(table, name) {
            custom.insert(key.to_owned(), value.clone());
            continue;
        }
        let Some(field) = table.field(name) else {
            accepted.insert(name.clone(), value.clone());
            continue;
        };
        if field.computed {
            continue;
        }
        let stored = Taking { store }.take(field.kind, value).map_err(|why| why.refusal(name))?;
        accepted.insert(name.clone(), stored);
    }
    if let Some(name) = table.custom {
        join_custom(&mut accepted, name, custom)?;
    }
    Ok(accepted)
}

/// Refuses a body with two properties whose names differ only by case, unless the model has both.
pub(crate) fn well_formed(table: &Table, body: &Record) -> Result<(), Refusal> {
    let names = body.keys().filter(|name| custom_key(table, name).is_none());
    let mut seen = HashMap::new();
    for name in names {
        if let Some(other) = seen.insert(name.to_lowercase(), name)
            && (table.field(name).is_none() || table.field(other).is_none())
        {
            return Err(Refusal::bad(format!("two properties differ only by case: {other}, {name}")));
        }
    }
    Ok(())
}

/// The id that a reference in a body stands for, if it stands for one.
pub(crate) fn referred(store: &Store, table: &Table, body: &Record, field: &str) -> Option<String> {
    let taken = Taking { store }.take(table.field(field)?.kind, body.get(field)?).ok()?;
    taken.as_str().filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The custom field that a dotted name such as `custom.Region` means.
fn custom_key<'a>(table: &Table, name: &'a str) -> Option<&'a str> {
    name.strip_prefix(table.custom?)?.strip_prefix('.').filter(|key| !key.is_empty())
}

/// Puts custom fields from dotted names beside those of the map; two may not differ by case alone.
fn join_custom(accepted: &mut Record, name: &str, dotted: Record) -> Result<(), Refusal> {
    let mut keys: Vec<String> = dotted.keys().map(|key| key.to_lowercase()).collect();
    if let Some(Value::Object(map)) = accepted.get(name) {
        keys.extend(map.keys().filter(|key| !dotted.contains_key(*key)).map(|key| key.to_lowercase()));
    }
    keys.sort_unstable();
    if let Some(key) = keys.iter().zip(keys.iter().skip(1)).find_map(|(one, next)| (one == next).then_some(one)) {
        return Err(Refusal::bad(format!("{name} has two keys that differ only by case: {key}")));
    }
    if !dotted.is_empty() {
        match accepted.entry(name).or_insert(Value::Null) {
            Value::Object(map) => map.extend(dotted),
            other => *other = Value::Object(dotted),
        }
    }
    Ok(())
}

/// A value that a client or the schema wrote as text, as a value of a type.
pub(crate) fn from_text(kind: Type, text: &str) -> Value {
    match kind {
        Type::String | Type::Timestamp | Type::Key | Type::Id(_) | Type::Ref(_) | Type::Link(_) => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// Why a value is not taken.
enum Why {
    /// It is not of the type, which has this name.
    Not(&'static str),
    /// It refers to a record that is not there.
    NoRecord(String),
    /// A property of it is not taken.
    Inside(String, Box<Why>),
}

impl Why {
    fn refusal(self, field: &str) -> Refusal {
        Refusal::bad(match self {
            Self::Not(kind) => format!("{field} must be {kind}"),
            Self::NoRecord(what) => format!("{field}: there is no {what}"),
            Self::Inside(property, why) => return why.refusal(&format!("{field}.{property}")),
        })
    }
}

/// Takes values.
struct Taking<'a> {
    store: &'a Store,
}

impl Taking<'_> {
    fn take(&self, kind: Type, value: &Value) -> Result<Value, Why> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        match kind {
            Type::String => scalar(value).ok_or(Why::Not("text")),
            Type::Integer => integer(value).ok_or(Why::Not("a whole number")),
            Type::Number => number(value).ok_or(Why::Not("a number")),
            Type::Boolean => boolean(value).ok_or(Why::Not("true or false")),
            Type::Timestamp => timestamp(value).ok_or(Why::Not("an ISO 8601 time")),
            Type::EpochDays => epoch_days(value).ok_or(Why::Not("a whole number of days since 1970-01-01")),
            Type::Key => key(value).ok_or(Why::Not("text or a number")),
            Type::Id(_) => value.as_str().map(Value::from).ok_or(Why::Not("an id")),
            Type::Ref(model) => self.reference(model, value.as_str().ok_or(Why::Not("an id"))?),
            Type::Link(_) => link(value).ok_or(Why::Not("an id, or an object with one")),
            Type::List(kind) => self.list(*kind, value.as_array().ok_or(Why::Not("an array"))?),
            Type::Map(kind) => self.map(*kind, value.as_object().ok_or(Why::Not("an object"))?),
            Type::OneOf(first, second) => self.take(*first, value).or_else(|why| match why {
                missing @ Why::NoRecord(_) => Err(missing),
                _ => self.take(*second, value),
            }),
            Type::Shape(shape) => self.shape(shape, value.as_object().ok_or(Why::Not("an object"))?),
            Type::Object | Type::Custom if !value.is_object() => Err(Why::Not("an object")),
            Type::Object | Type::Custom | Type::Json => Ok(value.clone()),
        }
    }

    fn list(&self, kind: Type, values: &[Value]) -> Result<Value, Why> {
        values.iter().map(|value| self.take(kind, value)).collect()
    }

    fn map(&self, kind: Type, values: &Map<String, Value>) -> Result<Value, Why> {
        values.iter().map(|(key, value)| Ok((key.clone(), self.take(kind, value)?))).collect()
    }

    /// An object whose known properties have their types; the others stay as they are.
    fn shape(&self, shape: &Shape, values: &Map<String, Value>) -> Result<Value, Why> {
        let property = |(key, value): (&String, &Value)| {
            let known = shape.properties.iter().find(|(name, _)| name == key);
            let taken = known.map_or_else(|| Ok(value.clone()), |(_, kind)| self.take(*kind, value));
            Ok((key.clone(), taken.map_err(|why| Why::Inside(key.clone(), Box::new(why)))?))
        };
        values.iter().map(property).collect()
    }

    /// The id that a reference stands for. Nobody knows what the server does with an unknown id: it is kept.
    fn reference(&self, model: &str, text: &str) -> Result<Value, Why> {
        let Some((wanted, key)) = prefixed(text) else { return Ok(text.into()) };
        let found = catalog().table(model).and_then(|table| {
            let field = if wanted == Prefix::External { table.model.external } else { table.model.source };
            self.store.by_key(table, field?, key)
        });
        found.map(|record| id_of(record).into()).ok_or_else(|| Why::NoRecord(format!("{model} {text}")))
    }
}

/// A prefix that makes a key out of an id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    External,
    Source,
}

/// The key that an id of the form `extid-…` or `srcid-…` holds.
pub(crate) fn prefixed(id: &str) -> Option<(Prefix, &str)> {
    let external = id.strip_prefix("extid-").map(|key| (Prefix::External, key));
    external.or_else(|| id.strip_prefix("srcid-").map(|key| (Prefix::Source, key)))
}

/// Text; numbers and booleans become it.
fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string().into()),
        _ => None,
    }
}

/// A number, also one that is written as text; empty text clears.
fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) if text.is_empty() => Some(Value::Null),
        Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_number),
        _ => None,
    }
}

/// A number without a fraction, be it written as `5` or as `5.0`.
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

/// A time in the one form that the API answers with; empty text clears.
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
