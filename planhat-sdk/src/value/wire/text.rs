//! Texts, and ids, which are texts too.

use std::fmt;

use serde::{
    Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;

use super::Wire;

/// Reads text, also from a number or a boolean.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Text)
}

/// Reads the text of an id, also from an object that stands for a record.
pub fn id_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(IdText)
}

struct IdText;

impl<'de> Visitor<'de> for IdText {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Text.visit_str(text)
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Self::Value, E> {
        Text.visit_string(text)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Text.visit_i64(value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Text.visit_u64(value)
    }

    null_is_nothing!();

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut found = None;
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if key == "_id" || (key == "id" && found.is_none()) {
                found = text(value).map_err(M::Error::custom)?;
            }
        }
        found.map(Some).ok_or_else(|| M::Error::custom("expected an id, found an object without one"))
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    null_is_nothing!();
}

impl Wire for String {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        text(deserializer)
    }

    write_by_serde!();

    fn into_json(self) -> Result<Value, String> {
        Ok(Value::String(self))
    }

    fn named_by(object: &Value) -> Option<&str> {
        object.get("_id")?.as_str()
    }
}
