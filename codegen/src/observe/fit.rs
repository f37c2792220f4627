//! Whether a value has a form that its type allows.
//!
//! The SDK reads more forms than the schema declares. Where the schema's own words allow for one (numbers as text, a
//! whole number with a fraction of zero, a number as a key, a link either direction, nothing as an empty text or list) it is
//! fine; where only the reader forgives it, it is worth a note.

use serde_json::Value;

use super::text::{is_instant, is_whole};
use crate::ir::Type;

/// How a value goes with a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// As the schema says.
    Fine,
    /// As the schema does not say, but the SDK reads it. What it is.
    Forgiven(&'static str),
    /// The SDK cannot read it as what the schema says.
    Wrong,
}

/// How a value goes with a type, without looking at what is inside of it. `null` goes with every type.
pub fn fit(ty: &Type, value: &Value) -> Fit {
    if value.is_null() || *ty == Type::Json {
        return Fit::Fine;
    }
    match (ty, value) {
        (Type::OneOf(first, second), _) => one_of(first, second, value).1,
        (Type::List(item), _) => list(item, value),
        // An empty array is how JavaScript at times writes an empty object.
        (Type::Map(_) | Type::Object | Type::Custom, Value::Array(items)) if items.is_empty() => Fit::Fine,
        (Type::Map(_) | Type::Object | Type::Custom | Type::Shape(_), Value::Object(_)) => Fit::Fine,
        (Type::Id(_) | Type::Ref(_) | Type::Link(_), Value::Object(object)) => {
            match object.get("_id").or(object.get("id")) {
                Some(Value::String(_) | Value::Number(_)) if matches!(ty, Type::Link(_)) => Fit::Fine,
                Some(Value::String(_) | Value::Number(_)) => Fit::Forgiven("an object in place of an id"),
                _ => Fit::Wrong,
            }
        }
        (_, Value::String(text)) => text_fit(ty, text),
        (_, Value::Number(_)) => number_fit(ty, value),
        (_, Value::Bool(_)) => boolean_fit(ty),
        _ => Fit::Wrong,
    }
}

/// Which of two types a value is of, and how it goes with that.
pub fn one_of<'a>(first: &'a Type, second: &'a Type, value: &Value) -> (&'a Type, Fit) {
    let (first_fit, second_fit) = (fit(first, value), fit(second, value));
    // As the SDK does: an id could be read from an object too, but that would lose the rest of the object.
    let second_is_better = match (first_fit, second_fit) {
        (Fit::Fine, Fit::Fine) => value.is_object(),
        (Fit::Fine, _) | (Fit::Forgiven(_), Fit::Forgiven(_)) | (_, Fit::Wrong) => false,
        _ => true,
    };
    if second_is_better { (second, second_fit) } else { (first, first_fit) }
}

fn list(item: &Type, value: &Value) -> Fit {
    match value {
        Value::Array(_) => Fit::Fine,
        Value::String(text) if text.is_empty() => Fit::Fine,
        Value::String(_) | Value::Number(_) if fit(item, value) != Fit::Wrong => {
            Fit::Forgiven("a lone value in place of a list")
        }
        _ => Fit::Wrong,
    }
}

fn text_fit(ty: &Type, text: &str) -> Fit {
    let trimmed = text.trim();
    let number = || trimmed.parse().ok().filter(|number: &f64| number.is_finite());
    let fits = match ty {
        Type::Timestamp | Type::Instant if !(trimmed.is_empty() || is_instant(text)) => {
            return Fit::Forgiven("a text that is not a time");
        }
        Type::Integer | Type::EpochDays => trimmed.is_empty() || number().is_some_and(|number| number.fract() == 0.0),
        Type::Number => trimmed.is_empty() || number().is_some(),
        Type::Boolean => ["", "true", "false", "1", "0"].contains(&text.to_ascii_lowercase().as_str()),
        Type::Map(_) | Type::Object | Type::Custom | Type::Shape(_) => false,
        _ => true,
    };
    if fits { Fit::Fine } else { Fit::Wrong }
}

fn number_fit(ty: &Type, value: &Value) -> Fit {
    let whole = is_whole(value);
    match ty {
        Type::Number | Type::String | Type::ExternalId | Type::SourceId => Fit::Fine,
        Type::Integer | Type::Instant | Type::EpochDays if whole => Fit::Fine,
        Type::Timestamp if whole => Fit::Forgiven("a number in place of a time"),
        Type::Id(_) | Type::Ref(_) | Type::Link(_) if whole => Fit::Forgiven("a number in place of an id"),
        Type::Enum(_) => Fit::Forgiven("a number in place of one of the values"),
        Type::Boolean if whole && value.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number)) => {
            Fit::Forgiven("0 or 1 in place of true or false")
        }
        _ => Fit::Wrong,
    }
}

fn boolean_fit(ty: &Type) -> Fit {
    match ty {
        Type::Boolean | Type::String => Fit::Fine,
        Type::ExternalId | Type::SourceId => Fit::Forgiven("true or false in place of a key"),
        Type::Enum(_) => Fit::Forgiven("true or false in place of one of the values"),
        _ => Fit::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ir::{EnumId, Id as _, ShapeId, Target};

    #[test]
    fn forms_are_as_the_sdk_reads_them() {
        let id = || Type::Id(Target::Anything);
        let list = |item: Type| Type::List(Box::new(item));
        let either = |first: Type, second: Type| Type::OneOf(Box::new(first), Box::new(second));
        let (fine, wrong) = (Fit::Fine, Fit::Wrong);
        let cases = [
            (Type::String, json!(1), fine),
            (Type::String, json!([]), wrong),
            (Type::Integer, json!(3.0), fine),
            (Type::Integer, json!("3"), fine),
            (Type::Integer, json!(3.5), wrong),
            (Type::Integer, json!("x"), wrong),
            (Type::Number, json!("3.5"), fine),
            (Type::Number, json!(true), wrong),
            (Type::Boolean, json!("true"), fine),
            (Type::Boolean, json!(1), Fit::Forgiven("0 or 1 in place of true or false")),
            (Type::Boolean, json!(2), wrong),
            (Type::Timestamp, json!("2021-07-28"), fine),
            (Type::Timestamp, json!("soon"), Fit::Forgiven("a text that is not a time")),
            (Type::Timestamp, json!(1_580_229_961_944_i64), Fit::Forgiven("a number in place of a time")),
            (Type::Instant, json!(1_580_229_961_944_i64), fine),
            (Type::EpochDays, json!("2021-07-28"), wrong),
            (Type::ExternalId, json!(7), fine),
            (id(), json!(7), Fit::Forgiven("a number in place of an id")),
            (id(), json!({"_id": "x", "name": "y"}), Fit::Forgiven("an object in place of an id")),
            (id(), json!({"name": "y"}), wrong),
            (Type::Link(Target::Anything), json!({"_id": "x"}), fine),
            (list(Type::String), json!("x"), Fit::Forgiven("a lone value in place of a list")),
            (list(Type::String), json!(""), fine),
            (list(Type::Object), json!("x"), wrong),
            (list(Type::String), json!({}), wrong),
            (Type::Object, json!([]), fine),
            (Type::Object, json!([1]), wrong),
            (Type::Custom, json!("x"), wrong),
            (Type::Enum(EnumId::new(0)), json!("anything"), fine),
            (either(id(), Type::Shape(ShapeId::new(0))), json!({"_id": "x"}), fine),
            (either(id(), Type::Shape(ShapeId::new(0))), json!("x"), fine),
            (either(id(), Type::Shape(ShapeId::new(0))), json!([]), wrong),
            (either(list(Type::Json), Type::Object), json!({}), fine),
            (Type::Integer, json!(null), fine),
            (Type::Json, json!([{}]), fine),
        ];
        for (ty, value, expected) in cases {
            assert_eq!(fit(&ty, &value), expected, "{ty:?} {value}");
        }
    }

    #[test]
    fn an_object_is_the_shape_and_not_the_id_of_two_types() {
        let (first, second) = (Type::Id(Target::Anything), Type::Shape(ShapeId::new(0)));
        assert_eq!(one_of(&first, &second, &json!({"_id": "x"})).0, &second);
        assert_eq!(one_of(&first, &second, &json!("x")).0, &first);
    }
}
