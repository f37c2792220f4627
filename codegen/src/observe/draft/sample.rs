//! Records as an API sent them: an object, an array of records, or a list inside an envelope.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::write::json::{Json, LISTS};

/// A record: its properties in the order in which they came.
pub type Record = Vec<(String, Json)>;

/// A file with records.
#[derive(Debug, Clone)]
pub struct Sample {
    /// How the user calls it.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The records of a file, or why there are none.
pub fn records(sample: &Sample) -> Result<Vec<Record>, String> {
    let value: Json = serde_json::from_str(&sample.text).map_err(|error| format!("it is not JSON: {error}"))?;
    let items = match value {
        Json::Object(properties) => match envelope(&properties) {
            Some(items) => items.clone(),
            None => vec![Json::Object(properties)],
        },
        Json::Array(items) => items,
        _ => return Err("neither an object nor an array of objects".to_owned()),
    };
    let record = |(index, item)| match item {
        Json::Object(properties) => Ok(properties),
        _ => Err(format!("element {index} of the array is no object")),
    };
    let records = items.into_iter().enumerate().map(record).collect::<Result<Vec<_>, _>>()?;
    match records.iter().map(Vec::len).max() {
        None => Err("there is no record in it".to_owned()),
        Some(0) => Err("its records have no fields".to_owned()),
        Some(_) => Ok(records),
    }
}

/// The list in an envelope: the one array beside nothing but scalars, where its key says so or it stands alone.
fn envelope(properties: &Record) -> Option<&Vec<Json>> {
    let mut lists = properties.iter().filter_map(|(key, value)| match value {
        Json::Array(items) if items.iter().all(|item| matches!(item, Json::Object(_))) => Some((key, items)),
        _ => None,
    });
    let (key, items) = lists.next().filter(|_| lists.next().is_none())?;
    let known = LISTS.contains(&key.to_lowercase().as_str());
    let nested = |value: &Json| matches!(value, Json::Object(_) | Json::Array(_));
    let others = properties.iter().filter(|(name, _)| name != key);
    ((known && others.clone().all(|(_, value)| !nested(value))) || others.count() == 0).then_some(items)
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    /// A whole number that is too large for any use counts as a number.
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Number(f64::INFINITY), Json::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Json::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut all = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            all.push(entry);
        }
        Ok(Json::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Vec<usize>, String> {
        let records = records(&Sample { name: "sample.json".to_owned(), text: text.to_owned() })?;
        Ok(records.iter().map(Vec::len).collect())
    }

    #[test]
    fn records_are_found_in_all_three_forms() {
        assert_eq!(found(r#"{"a": 1, "b": null}"#), Ok(vec![2]));
        assert_eq!(found(r#"[{"a": 1}, {}]"#), Ok(vec![1, 0]));
        assert_eq!(found(r#"{"data": [{"a": 1}], "total": 1}"#), Ok(vec![1]));
        assert_eq!(found(r#"{"pets": [{"a": 1}, {"b": 2, "c": 3}]}"#), Ok(vec![1, 2]));
    }

    #[test]
    fn a_record_with_a_list_is_no_envelope() {
        assert_eq!(found(r#"{"name": "x", "pets": [{"a": 1}]}"#), Ok(vec![2]));
        assert_eq!(found(r#"{"data": [{"a": 1}], "owner": {"name": "x"}}"#), Ok(vec![2]));
        assert_eq!(found(r#"{"tags": ["a"]}"#), Ok(vec![1]));
    }

    #[test]
    fn what_holds_no_records_says_why() {
        for (text, why) in [
            ("{", "it is not JSON: EOF while parsing an object at line 1 column 1"),
            ("3", "neither an object nor an array of objects"),
            ("[]", "there is no record in it"),
            ("{}", "its records have no fields"),
            ("[{}]", "its records have no fields"),
            (r#"{"data": [], "total": 0}"#, "there is no record in it"),
            (r#"[{}, "x"]"#, "element 1 of the array is no object"),
        ] {
            assert_eq!(found(text), Err(why.to_owned()), "{text}");
        }
    }
}
