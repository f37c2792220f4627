//! Points in time, as the API writes and reads them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

/// A point in time as the API writes it.
pub(crate) fn iso(time: Timestamp) -> Value {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into()
}

/// A point in time as the API writes it, from epoch milliseconds.
pub(crate) fn iso_millis(millis: i64) -> Option<Value> {
    Timestamp::from_millisecond(millis).ok().map(iso)
}

/// Epoch milliseconds of an ISO 8601 text; without an offset it is in UTC, without a time it is midnight.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let exact = text.parse::<Timestamp>().ok();
    let local = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    exact.or_else(local).map(Timestamp::as_millisecond)
}

/// Epoch milliseconds of a stored time: ISO 8601 text, or epoch milliseconds.
pub(crate) fn millis(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => parse(text),
        value => whole(value),
    }
}

/// A JSON number as a whole one.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a millisecond or of a day is of no use")]
    value.as_i64().or_else(|| value.as_f64().map(|number| number as i64))
}
