use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{IntoDeserializer, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use super::{
    id::{Id, id_of},
    wire::{Wire, deserialize_by_wire, null_is_nothing, write_by_serde},
};

/// A value in one of two forms. `A` is the form to write.
///
/// Anything else is kept as [`OneOf::Other`] and written back unchanged.
#[derive(Debug, Clone, PartialEq)]
pub enum OneOf<A, B> {
    /// The form that is also written.
    First(A),
    /// The other known form.
    Second(B),
    /// An unknown form.
    Other(Value),
}

impl<A, B> OneOf<A, B> {
    /// Returns the first form, if the value has it.
    pub fn first(&self) -> Option<&A> {
        match self {
            Self::First(value) => Some(value),
            _ => None,
        }
    }

    /// Returns the second form, if the value has it.
    pub fn second(&self) -> Option<&B> {
        match self {
            Self::Second(value) => Some(value),
            _ => None,
        }
    }
}

impl<M, B: Serialize> OneOf<Id<M>, B> {
    /// Returns the id in any form: plain, or as the `_id` or `id` of an object.
    pub fn id(&self) -> Option<Id<M>> {
        match self {
            Self::First(id) => Some(id.clone()),
            Self::Second(value) => serde_json::to_value(value).ok().as_ref().and_then(id_of).map(Id::new),
            Self::Other(value) => id_of(value).map(Id::new),
        }
    }
}

impl<A, B> From<A> for OneOf<A, B> {
    fn from(value: A) -> Self {
        Self::First(value)
    }
}

impl<M, B> From<&Id<M>> for OneOf<Id<M>, B> {
    fn from(id: &Id<M>) -> Self {
        Self::First(id.clone())
    }
}

impl<B> From<&str> for OneOf<String, B> {
    fn from(text: &str) -> Self {
        Self::First(text.to_owned())
    }
}

impl<A: Wire, B: Wire> Serialize for OneOf<A, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::First(value) => value.write(serializer),
            Self::Second(value) => value.write(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de, A: Wire, B: Wire> Deserialize<'de> for OneOf<A, B> {
    deserialize_by_wire!("expected a value, found null");
}

impl<A: Wire, B: Wire> Wire for OneOf<A, B> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Either(PhantomData))
    }

    write_by_serde!();

    /// An object that stands for an id is written as that id, since the first form is the one to write.
    fn into_json(self) -> Result<Value, String> {
        match self {
            Self::First(value) => value.into_json(),
            Self::Second(value) => value.into_json().map(plain_id::<A>),
            Self::Other(value) => Ok(plain_id::<A>(value)),
        }
    }
}

fn plain_id<A: Wire>(value: Value) -> Value {
    match A::named_by(&value) {
        Some(id) => Value::from(id),
        None => value,
    }
}

/// Reads text without a detour, since that is what nearly always comes; anything else is kept as JSON
/// for a second try.
struct Either<A, B>(PhantomData<fn() -> (A, B)>);

impl<A: Wire, B: Wire> Either<A, B> {
    fn tell(value: Value) -> Option<OneOf<A, B>> {
        if value.is_null() {
            return None;
        }
        let first = || A::read(&value).ok().flatten().map(OneOf::First);
        let second = || B::read(&value).ok().flatten().map(OneOf::Second);
        // An id could be read from an object too, but that would lose the rest of the object.
        let known = if value.is_object() { second().or_else(first) } else { first().or_else(second) };
        Some(known.unwrap_or(OneOf::Other(value)))
    }
}

impl<'de, A: Wire, B: Wire> Visitor<'de> for Either<A, B> {
    type Value = Option<OneOf<A, B>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let first: Result<Option<A>, E> = A::read(text.into_deserializer());
        match first {
            Ok(Some(first)) => Ok(Some(OneOf::First(first))),
            _ => Ok(Self::tell(Value::from(text))),
        }
    }

    null_is_nothing!();

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Self::tell(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Self::tell(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Self::tell(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Self::tell(value.into()))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        Value::deserialize(MapAccessDeserializer::new(map)).map(Self::tell)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Self::tell(Value::Array(values)))
    }
}
