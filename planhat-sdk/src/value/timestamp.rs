use std::{fmt, str::FromStr, time::SystemTime};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Unexpected, Visitor},
};
use serde_json::Value;

use super::wire::{self, Wire, null_is_nothing};

/// A point in time, as Planhat writes it: ISO 8601 in UTC with milliseconds, `2021-07-27T20:25:44.430Z`.
///
/// What you make is always written in that form. What is read in another form (with an offset, as a
/// date alone, as epoch milliseconds, or unreadable) is kept and written back as it came; [`instant`]
/// tells the point in time, if there is one.
///
/// ```
/// use planhat_sdk::Timestamp;
///
/// let time: Timestamp = "2019-12-11T11:46:08+02:00".parse()?;
/// assert_eq!(time.to_string(), "2019-12-11T09:46:08.000Z");
/// # Ok::<(), planhat_sdk::TimestampError>(())
/// ```
///
/// [`instant`]: Timestamp::instant
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Form);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    /// Epoch milliseconds, written in Planhat's form.
    Usual(i64),
    /// Another form, and the epoch milliseconds if it can be read. Rare, so it may cost an allocation.
    Unusual(Box<(Verbatim, Option<i64>)>),
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Verbatim {
    Text(Box<str>),
    Millis(i64),
}

/// The text is no ISO 8601 time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no ISO 8601 time such as `2021-07-27T20:25:44.430Z`")]
pub struct TimestampError(Box<str>);

impl Timestamp {
    /// The present.
    #[must_use]
    pub fn now() -> Self {
        jiff::Timestamp::now().into()
    }

    /// The point in time that many milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// When it lies outside the years -9999 to 9999.
    pub fn from_millis(millis: i64) -> Result<Self, TimestampError> {
        match jiff::Timestamp::from_millisecond(millis) {
            Ok(instant) => Ok(instant.into()),
            Err(_) => Err(TimestampError(millis.to_string().into())),
        }
    }

    /// A text that is sent exactly as it is, even if it is no time: some fields take a plain day, and
    /// some an empty text.
    #[must_use]
    pub fn verbatim(text: &str) -> Self {
        let instant = read(text);
        match instant {
            Some(millis) if is_usual(text) => Self(Form::Usual(millis)),
            instant => Self(Form::Unusual(Box::new((Verbatim::Text(text.into()), instant)))),
        }
    }

    /// The point in time, to the millisecond; nothing if what was read is no time.
    #[must_use]
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        self.as_millis().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
    }

    /// The milliseconds since 1970-01-01T00:00:00Z; nothing if what was read is no time.
    #[must_use]
    pub fn as_millis(&self) -> Option<i64> {
        match &self.0 {
            Form::Usual(millis) => Some(*millis),
            Form::Unusual(unusual) => unusual.1,
        }
    }

    fn from_number(millis: i64) -> Self {
        let instant = jiff::Timestamp::from_millisecond(millis).ok().map(jiff::Timestamp::as_millisecond);
        Self(Form::Unusual(Box::new((Verbatim::Millis(millis), instant))))
    }
}

/// Epoch milliseconds of an ISO 8601 text. A date alone is its first moment in UTC.
fn read(text: &str) -> Option<i64> {
    let instant = text.parse().ok().or_else(|| {
        let date: jiff::civil::Date = text.parse().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
    });
    instant.map(jiff::Timestamp::as_millisecond)
}

/// Whether a readable text has Planhat's form, so that its milliseconds say all there is to it.
fn is_usual(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 24
        && bytes.get(10) == Some(&b'T')
        && bytes.get(19) == Some(&b'.')
        && bytes.last() == Some(&b'Z');
    // A leap second is read as the one before it.
    shape && bytes.get(17..19) != Some(b"60")
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(Form::Usual(instant.as_millisecond()))
    }
}

impl From<&Self> for Timestamp {
    fn from(timestamp: &Self) -> Self {
        timestamp.clone()
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = TimestampError;

    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        match jiff::Timestamp::try_from(time) {
            Ok(instant) => Ok(instant.into()),
            Err(_) => Err(TimestampError(format!("{time:?}").into())),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads an ISO 8601 text; the result is written in Planhat's form.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).map(|millis| Self(Form::Usual(millis))).ok_or_else(|| TimestampError(text.into()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Usual(_) => match self.instant() {
                Some(instant) => write!(f, "{instant:.3}"),
                None => Err(fmt::Error),
            },
            Form::Unusual(unusual) => match &unusual.0 {
                Verbatim::Text(text) => f.write_str(text),
                Verbatim::Millis(millis) => millis.fmt(f),
            },
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Form::Unusual(unusual) = &self.0
            && let Verbatim::Millis(millis) = unusual.0
        {
            return serializer.serialize_i64(millis);
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(deserializer)?.ok_or_else(|| serde::de::Error::custom("a time is never null"))
    }
}

impl Wire for Timestamp {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Time)
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn into_json(self) -> Result<Value, String> {
        serde_json::to_value(&self).map_err(|error| error.to_string())
    }
}

struct Time;

impl Visitor<'_> for Time {
    type Value = Option<Timestamp>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Timestamp::verbatim(text)))
    }

    fn visit_i64<E>(self, millis: i64) -> Result<Self::Value, E> {
        Ok(Some(Timestamp::from_number(millis)))
    }

    fn visit_u64<E: serde::de::Error>(self, millis: u64) -> Result<Self::Value, E> {
        let millis = i64::try_from(millis).map_err(|_| E::invalid_value(Unexpected::Unsigned(millis), &self))?;
        self.visit_i64(millis)
    }

    fn visit_f64<E: serde::de::Error>(self, millis: f64) -> Result<Self::Value, E> {
        match wire::whole(millis) {
            Some(millis) => self.visit_i64(millis),
            None => Err(E::invalid_value(Unexpected::Float(millis), &self)),
        }
    }

    null_is_nothing!();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(json: &str) -> (Timestamp, String) {
        let time: Timestamp = serde_json::from_str(json).unwrap();
        let back = serde_json::to_string(&time).unwrap();
        (time, back)
    }

    #[test]
    fn every_form_that_occurs_is_read_and_written_back_as_it_came() {
        let forms = [
            (r#""2021-06-24T19:38:16.000Z""#, Some(1_624_563_496_000)),
            (r#""2021-06-24T19:38:16.000+0000""#, Some(1_624_563_496_000)),
            (r#""2019-12-11T11:46:08+02:00""#, Some(1_576_057_568_000)),
            (r#""2021-07-29T00:00:00.00Z""#, Some(1_627_516_800_000)),
            (r#""2016-12-31T23:59:60.000Z""#, Some(1_483_228_799_000)),
            (r#""2021-07-28""#, Some(1_627_430_400_000)),
            ("1580229961944", Some(1_580_229_961_944)),
            (r#""""#, None),
            (r#""soon""#, None),
        ];
        for (json, millis) in forms {
            let (time, back) = round_trip(json);
            assert_eq!(time.as_millis(), millis, "{json}");
            assert_eq!(back, json);
        }
    }

    #[test]
    fn what_you_make_has_planhats_form() {
        let time: Timestamp = "2021-07-28".parse().unwrap();
        assert_eq!(time.to_string(), "2021-07-28T00:00:00.000Z");
        assert!("soon".parse::<Timestamp>().unwrap_err().to_string().contains("`soon`"));
    }
}
