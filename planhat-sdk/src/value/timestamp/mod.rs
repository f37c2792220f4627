mod iso;

use std::{cmp::Ordering, fmt, str::FromStr, time::SystemTime};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, Unexpected, Visitor},
};
use serde_json::Value;

use super::wire::{self, Wire, null_is_nothing, write_by_serde};

/// A point in time in Planhat's format: ISO 8601 in UTC with milliseconds, `2021-07-27T20:25:44.430Z`.
///
/// Times that you create are always written in that format. A value in another format (with an offset, as a date alone,
/// as epoch milliseconds, or unreadable) is kept and written back unchanged; [`instant`] returns the point in time, if
/// there is one.
///
/// # Which texts are times
///
/// ISO 8601 with `T`, `t` or a space before the time, in the extended or the basic format
/// (`20210727T202544Z`), with or without seconds, and with up to nine digits of a fraction, which is rounded
/// down to the millisecond.
///
/// - A time without an offset is in UTC: `2021-07-27T20:25:44` is `2021-07-27T20:25:44.000Z`.
/// - A date alone is its first moment in UTC.
/// - An offset counts more than a time zone in brackets behind it. A time zone without an offset, such as
///   `2021-07-27T20:25:44[Europe/Berlin]`, is not a time, since it depends on a database which moment it is.
/// - A leap second (`23:59:60`) is the second before it.
///
/// The same holds for a field of this type in a struct of your own; there, text that is not a time is an error.
///
/// # Order
///
/// Times are ordered by instant, then by form, since two times are equal only if they are written in the
/// same way. What is not a time comes before everything else.
///
/// ```
/// use planhat_sdk::Timestamp;
///
/// let time: Timestamp = "2019-12-11T11:46:08+02:00".parse()?;
/// assert_eq!(time.to_string(), "2019-12-11T09:46:08.000Z");
/// assert!(time < "2019-12-11T11:46:08".parse()?);
/// # Ok::<(), planhat_sdk::TimestampError>(())
/// ```
///
/// [`instant`]: Timestamp::instant
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Timestamp(Form);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Form {
    /// Epoch milliseconds in the range of [`iso`], written in Planhat's form.
    Usual(i64),
    /// Another form, and the epoch milliseconds if it can be read. Rare, so it may cost an allocation.
    Unusual(Box<(Verbatim, Option<i64>)>),
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Verbatim {
    Text(Box<str>),
    Millis(i64),
}

/// The error of a value that is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` {problem}")]
pub struct TimestampError {
    value: Box<str>,
    problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("is not an ISO 8601 time such as `2021-07-27T20:25:44.430Z`")]
    NotATime,
    #[error("has a time zone without an offset")]
    ZoneOnly,
    #[error("is not in the years -9999 to 9999")]
    OutOfRange,
}

impl Problem {
    fn of(self, value: impl fmt::Display) -> TimestampError {
        TimestampError { value: value.to_string().into(), problem: self }
    }
}

impl Timestamp {
    /// Returns the current time.
    #[must_use]
    pub fn now() -> Self {
        jiff::Timestamp::now().into()
    }

    /// Creates the point in time this number of milliseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// If it lies outside the years -9999 to 9999.
    pub fn from_millis(millis: i64) -> Result<Self, TimestampError> {
        in_range(millis).map(|millis| Self(Form::Usual(millis))).ok_or_else(|| Problem::OutOfRange.of(millis))
    }

    /// Creates a value that is sent exactly as this text, even if it is not a time: some fields accept a plain day, and
    /// some an empty text.
    #[must_use]
    pub fn verbatim(text: &str) -> Self {
        match iso::read(text) {
            Ok(millis) if is_usual(text) => Self(Form::Usual(millis)),
            instant => Self(Form::Unusual(Box::new((Verbatim::Text(text.into()), instant.ok())))),
        }
    }

    /// Returns the point in time, to the millisecond. `None` if what was read is not a time, or lies in the first or the last
    /// two days of the years -9999 to 9999, which jiff cannot hold; [`as_millis`](Self::as_millis) can.
    #[must_use]
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        self.as_millis().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
    }

    /// Returns the milliseconds since 1970-01-01T00:00:00Z. `None` if what was read is not a time.
    #[must_use]
    pub fn as_millis(&self) -> Option<i64> {
        match &self.0 {
            Form::Usual(millis) => Some(*millis),
            Form::Unusual(unusual) => unusual.1,
        }
    }

    fn from_number(millis: i64) -> Self {
        Self(Form::Unusual(Box::new((Verbatim::Millis(millis), in_range(millis)))))
    }

    /// The milliseconds since 1970-01-01T00:00:00Z, or why there are none.
    pub(super) fn check(&self) -> Result<i64, TimestampError> {
        match &self.0 {
            Form::Usual(millis) => Ok(*millis),
            Form::Unusual(unusual) => match &**unusual {
                (_, Some(millis)) => Ok(*millis),
                (Verbatim::Text(text), None) => iso::read(text).map_err(|problem| problem.of(text)),
                (Verbatim::Millis(millis), None) => Err(Problem::OutOfRange.of(millis)),
            },
        }
    }
}

fn in_range(millis: i64) -> Option<i64> {
    iso::RANGE.contains(&millis).then_some(millis)
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
        Self(Form::Usual(iso::millis(instant)))
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
            Err(_) => Err(Problem::OutOfRange.of(format_args!("{time:?}"))),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads an ISO 8601 text; the result is written in Planhat's form.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        iso::read(text).map(|millis| Self(Form::Usual(millis))).map_err(|problem| problem.of(text))
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_millis().cmp(&other.as_millis()).then_with(|| self.0.cmp(&other.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Usual(millis) => match iso::civil(*millis) {
                Some(time) => write!(f, "{time:.3}Z"),
                None => millis.fmt(f),
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
        let time = Self::read(deserializer)?.ok_or_else(|| D::Error::custom("expected a time, found null"))?;
        time.check().map_err(D::Error::custom)?;
        Ok(time)
    }
}

impl Wire for Timestamp {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Time)
    }

    write_by_serde!();

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
    use crate::EpochDays;

    fn model(json: &str) -> Timestamp {
        Timestamp::read(&mut serde_json::Deserializer::from_str(json)).unwrap().unwrap()
    }

    fn own(json: &str) -> Result<Timestamp, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
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
            (r#""2021-07-27T20:25:44""#, Some(1_627_417_544_000)),
            ("1580229961944", Some(1_580_229_961_944)),
            (r#""2021-07-27T20:25:44[Europe/Berlin]""#, None),
            (r#""""#, None),
            (r#""soon""#, None),
            ("9223372036854775807", None),
        ];
        for (json, millis) in forms {
            let time = model(json);
            assert_eq!(time.as_millis(), millis, "{json}");
            assert_eq!(serde_json::to_string(&time).unwrap(), json);
            assert_eq!(own(json).ok(), millis.map(|_| time), "{json}");
        }
    }

    #[test]
    fn what_you_make_has_planhats_form() {
        let time: Timestamp = "2021-07-28".parse().unwrap();
        assert_eq!(time.to_string(), "2021-07-28T00:00:00.000Z");
    }

    #[test]
    fn what_is_not_a_time_is_an_error_that_says_why() {
        assert!("soon".parse::<Timestamp>().unwrap_err().to_string().contains("`soon` is not an ISO 8601 time"));
        assert!(own(r#""soon""#).unwrap_err().contains("`soon` is not an ISO 8601 time"));
        assert!(own(r#""2021-07-27T20:25:44[Europe/Berlin]""#).unwrap_err().contains("time zone without an offset"));
        assert!(own("9223372036854775807").unwrap_err().contains("years -9999 to 9999"));
        assert!(own("null").is_err());
        assert!(Timestamp::from_millis(i64::MIN).unwrap_err().to_string().contains("years -9999 to 9999"));
    }

    #[test]
    fn the_last_moments_of_the_calendar_are_times() {
        for text in ["9999-12-30T22:00:00.999Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z"] {
            let time: Timestamp = text.parse().unwrap();
            assert_eq!(format!("{time} {time:?}"), format!("{text} Timestamp({text})"));
            assert_eq!(serde_json::to_string(&time).unwrap(), format!("{text:?}"));
            assert_eq!(Timestamp::verbatim(text), time);
        }
    }

    #[test]
    fn parts_of_a_millisecond_before_1970_are_rounded_down_in_every_way_in() {
        let instant = jiff::Timestamp::new(0, -1).unwrap();
        let expected = Timestamp::from_millis(-1).unwrap();
        assert_eq!(Timestamp::from(instant), expected);
        assert_eq!("1969-12-31T23:59:59.999999999Z".parse(), Ok(expected.clone()));
        assert_eq!(Timestamp::try_from(SystemTime::UNIX_EPOCH - std::time::Duration::from_nanos(1)), Ok(expected));
    }

    #[test]
    fn times_are_ordered_by_instant_and_then_by_form() {
        let sorted = [
            Timestamp::verbatim("soon"),
            Timestamp::verbatim("1969-12-31"),
            Timestamp::verbatim("1970-01-01T00:00:00.000Z"),
            Timestamp::verbatim("1970-01-01"),
            model("0"),
            model("1"),
        ];
        assert!(sorted.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn days_and_times_become_each_other() {
        let day = EpochDays::try_from(Timestamp::verbatim("1969-12-31T23:59:59.999Z")).unwrap();
        assert_eq!(day, EpochDays::new(-1));
        assert_eq!(Timestamp::try_from(day).unwrap().to_string(), "1969-12-31T00:00:00.000Z");
        assert!(EpochDays::try_from(Timestamp::verbatim("soon")).is_err());
        assert!(Timestamp::try_from(EpochDays::new(i64::MAX)).is_err());
    }
}
