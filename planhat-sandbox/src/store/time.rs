//! Timestamps in the formats of the API.

use std::ops::RangeInclusive;

use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, Time},
    fmt::temporal::{Pieces, TimeZoneAnnotation, TimeZoneAnnotationKind},
};
use serde_json::Value;

/// The number of milliseconds in a day.
pub(crate) const DAY: i64 = 86_400_000;

const EPOCH: DateTime = jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0);

/// The epoch milliseconds of the years -9999 to 9999.
const RANGE: RangeInclusive<i64> = -377_705_116_800_000..=253_402_300_799_999;

/// Formats a timestamp.
pub(crate) fn iso(time: Timestamp) -> Value {
    iso_millis(floor(time.as_duration())).unwrap_or_default()
}

/// Formats epoch milliseconds as a timestamp.
pub(crate) fn iso_millis(millis: i64) -> Option<Value> {
    let time = EPOCH.checked_add(SignedDuration::from_millis(millis)).ok()?;
    Some(format!("{time:.3}Z").into())
}

/// Parses ISO 8601 text to epoch milliseconds. The offset defaults to UTC and the time to midnight. Named time zones other
/// than UTC are not supported.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let pieces = Pieces::parse(text).ok()?;
    let offset = match (pieces.to_numeric_offset(), pieces.time_zone_annotation().map(TimeZoneAnnotation::kind)) {
        (Some(offset), _) => offset.seconds(),
        (None, Some(TimeZoneAnnotationKind::Offset(offset))) => offset.seconds(),
        (None, Some(TimeZoneAnnotationKind::Named(name))) if !["UTC", "Etc/UTC"].contains(&name.as_str()) => {
            return None;
        }
        (None, _) => 0,
    };
    let local = pieces.date().to_datetime(pieces.time().unwrap_or_else(Time::midnight));
    let millis = floor(local.duration_since(EPOCH)) - 1000 * i64::from(offset);
    RANGE.contains(&millis).then_some(millis)
}

fn floor(since: SignedDuration) -> i64 {
    1000 * since.as_secs() + i64::from(since.subsec_nanos().div_euclid(1_000_000))
}

/// Converts a stored time, as ISO 8601 text or epoch milliseconds, to epoch milliseconds.
pub(crate) fn millis(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => parse(text),
        value => whole(value),
    }
}

/// Rounds a JSON number down.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "fractions of a millisecond or of a day do not matter")]
    value.as_i64().or_else(|| value.as_f64().map(|number| number.floor() as i64))
}
