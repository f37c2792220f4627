//! Lists, maps, and JSON of any shape.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor, value::MapAccessDeserializer},
    ser::{SerializeMap, SerializeSeq},
};
use serde_json::Value;

use super::{super::Object, Wire};

/// A value inside a list or map, where `null` is left out.
struct Nested<T>(Option<T>);

impl<'de, T: Wire> Deserialize<'de> for Nested<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

struct NestedRef<'a, T>(&'a T);

impl<T: Wire> Serialize for NestedRef<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

impl Wire for Value {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(deserializer)
    }

    write_by_serde!();

    fn into_json(self) -> Result<Value, String> {
        Ok(self)
    }
}

impl Wire for Object {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(AnyObject)
    }

    write_by_serde!();

    fn into_json(self) -> Result<Value, String> {
        Ok(Value::Object(self))
    }
}

struct AnyObject;

impl<'de> Visitor<'de> for AnyObject {
    type Value = Option<Object>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        Object::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Self::Value, S::Error> {
        empty(seq, &self).map(|()| Some(Object::new()))
    }

    null_is_nothing!();
}

/// Reads an empty array, which JavaScript at times writes for an empty object; any other array is an error.
fn empty<'de, S: SeqAccess<'de>>(mut seq: S, expected: &dyn serde::de::Expected) -> Result<(), S::Error> {
    match seq.next_element::<serde::de::IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(S::Error::invalid_type(Unexpected::Seq, expected)),
    }
}

impl<T: Wire> Wire for Vec<T> {
    /// Reads a lone value as a list of one, and an empty text as an empty list.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Sequence(PhantomData))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            seq.serialize_element(&NestedRef(item))?;
        }
        seq.end()
    }

    fn into_json(self) -> Result<Value, String> {
        self.into_iter().map(T::into_json).collect::<Result<_, _>>().map(Value::Array)
    }
}

struct Sequence<T>(PhantomData<fn() -> T>);

impl<'de, T: Wire> Visitor<'de> for Sequence<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or(0));
        while let Some(Nested(item)) = seq.next_element()? {
            items.extend(item);
        }
        Ok(Some(items))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() {
            return Ok(Some(Vec::new()));
        }
        Ok(Some(T::read(text.into_deserializer())?.into_iter().collect()))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(T::read(value.into_deserializer())?.into_iter().collect()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(T::read(value.into_deserializer())?.into_iter().collect()))
    }

    null_is_nothing!();
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Mapping(PhantomData))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self {
            map.serialize_entry(key, &NestedRef(value))?;
        }
        map.end()
    }

    fn into_json(self) -> Result<Value, String> {
        let entries = self.into_iter().map(|(key, value)| Ok((key, value.into_json()?)));
        entries.collect::<Result<Object, String>>().map(Value::Object)
    }
}

struct Mapping<T>(PhantomData<fn() -> T>);

impl<'de, T: Wire> Visitor<'de> for Mapping<T> {
    type Value = Option<BTreeMap<String, T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries = BTreeMap::new();
        while let Some((key, Nested(value))) = map.next_entry()? {
            if let Some(value) = value {
                entries.insert(key, value);
            }
        }
        Ok(Some(entries))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, seq: S) -> Result<Self::Value, S::Error> {
        empty(seq, &self).map(|()| Some(BTreeMap::new()))
    }

    null_is_nothing!();
}
