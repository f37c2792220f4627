//! Numbers and booleans.

use std::fmt;

use serde::{
    Deserializer, Serializer,
    de::{Unexpected, Visitor},
    ser::Error as _,
};
use serde_json::Value;

use super::Wire;

/// The first float beyond the integers of 64 bits.
const END: f64 = 9_223_372_036_854_775_808.0;

/// Returns the whole number that a float stands for, if it stands for one of 64 bits.
#[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
pub fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && (-END..END).contains(&value)).then_some(value as i64)
}

/// The bound up to which each whole number is a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Returns the whole number as which a float is written, without a fraction as Planhat sends it. Larger ones have more
/// digits than the float means, and the sign of a negative zero would get lost.
fn written_whole(value: f64) -> Option<i64> {
    whole(value).filter(|whole| value.abs() <= EXACT && (*whole != 0 || value.is_sign_positive()))
}

struct Integer;

impl Visitor<'_> for Integer {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        i64::try_from(value).map(Some).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        whole(value).map(Some).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(None);
        }
        let value = trimmed.parse().ok().or_else(|| trimmed.parse().ok().and_then(whole));
        value.map(Some).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    null_is_nothing!();
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON numbers are floats to Planhat")]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON numbers are floats to Planhat")]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(None);
        }
        let value = trimmed.parse().ok().filter(|value: &f64| value.is_finite());
        value.map(Some).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    null_is_nothing!();
}

struct Boolean;

impl Visitor<'_> for Boolean {
    type Value = Option<bool>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        match value {
            0 => Ok(Some(false)),
            1 => Ok(Some(true)),
            _ => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        match whole(value).map(u64::try_from) {
            Some(Ok(value)) => self.visit_u64(value),
            _ => Err(E::invalid_value(Unexpected::Float(value), &self)),
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" => Ok(Some(false)),
            "" => Ok(None),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    null_is_nothing!();
}

impl Wire for i64 {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Integer)
    }

    write_by_serde!();

    fn into_json(self) -> Result<Value, String> {
        Ok(Value::from(self))
    }
}

impl Wire for f64 {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Number)
    }

    /// Writes whole numbers without a fraction, as Planhat sends them.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match written_whole(*self) {
            Some(whole) => serializer.serialize_i64(whole),
            None if self.is_finite() => serializer.serialize_f64(*self),
            None => Err(S::Error::custom(not_finite(*self))),
        }
    }

    fn into_json(self) -> Result<Value, String> {
        match written_whole(self) {
            Some(whole) => Ok(Value::from(whole)),
            None if self.is_finite() => Ok(Value::from(self)),
            None => Err(not_finite(self)),
        }
    }
}

fn not_finite(value: f64) -> String {
    format!("{value} is not a number that JSON can hold")
}

impl Wire for bool {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Boolean)
    }

    write_by_serde!();

    fn into_json(self) -> Result<Value, String> {
        Ok(Value::from(self))
    }
}
