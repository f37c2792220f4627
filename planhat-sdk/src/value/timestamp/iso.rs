//! ISO 8601 texts and milliseconds since 1970-01-01T00:00:00Z, which are rounded down on both sides of 1970.

use std::ops::RangeInclusive;

use jiff::{
    SignedDuration, Timestamp,
    civil::{DateTime, Time},
    fmt::temporal::{Pieces, TimeZoneAnnotation, TimeZoneAnnotationKind},
};

use super::Problem;

/// The milliseconds of the years -9999 to 9999. jiff's own timestamps end a day earlier on both sides, and the last
/// moment of 9999 is what many programs mean by "for ever".
pub(super) const RANGE: RangeInclusive<i64> = -377_705_116_800_000..=253_402_300_799_999;

const EPOCH: DateTime = jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0);

/// The milliseconds of a text. Without an offset it is in UTC, without a time it is the first moment of the day.
pub(super) fn read(text: &str) -> Result<i64, Problem> {
    // What nearly always comes.
    if let Ok(instant) = text.parse() {
        return Ok(millis(instant));
    }
    let pieces = Pieces::parse(text).map_err(|_| Problem::NotATime)?;
    let local = pieces.date().to_datetime(pieces.time().unwrap_or_else(Time::midnight));
    let instant = floor(local.duration_since(EPOCH)) - 1000 * offset(&pieces)?;
    if RANGE.contains(&instant) { Ok(instant) } else { Err(Problem::OutOfRange) }
}

/// The milliseconds of an instant.
pub(super) fn millis(instant: Timestamp) -> i64 {
    floor(instant.as_duration())
}

/// Date and time in UTC; nothing out of range.
pub(super) fn civil(millis: i64) -> Option<DateTime> {
    EPOCH.checked_add(SignedDuration::from_millis(millis)).ok()
}

/// How many seconds the clocks of a text are ahead of UTC. An offset counts more than a time zone in brackets. Such a
/// zone alone would have to be looked up, and which database there is, if any, is not for a client to depend on.
fn offset(pieces: &Pieces) -> Result<i64, Problem> {
    let offset = pieces.to_numeric_offset().map(|offset| i64::from(offset.seconds()));
    match (offset, pieces.time_zone_annotation().map(TimeZoneAnnotation::kind)) {
        (Some(offset), _) => Ok(offset),
        (None, None) => Ok(0),
        (None, Some(TimeZoneAnnotationKind::Offset(offset))) => Ok(i64::from(offset.seconds())),
        (None, Some(TimeZoneAnnotationKind::Named(name))) if ["UTC", "Etc/UTC"].contains(&name.as_str()) => Ok(0),
        (None, Some(_)) => Err(Problem::ZoneOnly),
    }
}

fn floor(since: SignedDuration) -> i64 {
    1000 * since.as_secs() + i64::from(since.subsec_nanos().div_euclid(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_that_of_the_calendar() {
        assert_eq!(RANGE, floor(DateTime::MIN.duration_since(EPOCH))..=floor(DateTime::MAX.duration_since(EPOCH)));
        for millis in [*RANGE.start(), *RANGE.end()] {
            assert_eq!(read(&format!("{:.3}Z", civil(millis).unwrap())), Ok(millis));
        }
        for millis in [*RANGE.start() - 1, *RANGE.end() + 1, i64::MIN, i64::MAX] {
            assert_eq!(civil(millis), None);
        }
        assert_eq!(read("9999-12-31T23:59:59-00:01"), Err(Problem::OutOfRange));
    }

    #[test]
    fn a_time_without_an_offset_is_in_utc_and_keeps_its_time() {
        for text in [
            "2021-07-27T20:25:44",
            "2021-07-27 20:25:44",
            "2021-07-27t20:25:44.000000",
            "20210727T202544",
            "20210727T202544Z",
            "2021-07-27T20:25:44z",
            "2021-07-27T20:25:44[UTC]",
            "2021-07-27T22:25:44[+02:00]",
            "2021-07-27T22:25:44+02:00[Asia/Tokyo]",
        ] {
            assert_eq!(read(text), Ok(1_627_417_544_000), "{text}");
        }
        assert_eq!(read("2021-07-27T20:25"), Ok(1_627_417_500_000));
        assert_eq!(read("2021-07-27"), Ok(1_627_344_000_000));
    }

    #[test]
    fn a_time_zone_without_an_offset_is_refused() {
        for text in ["2021-07-27T20:25:44[Europe/Berlin]", "2021-07-27[Europe/Berlin]", "2021-07-27 20:25[!Asia/Tokyo]"]
        {
            assert_eq!(read(text), Err(Problem::ZoneOnly), "{text}");
        }
    }

    #[test]
    fn parts_of_a_millisecond_are_rounded_down() {
        for (text, millis) in [
            ("1970-01-01T00:00:00.0019Z", 1),
            ("1969-12-31T23:59:59.9999Z", -1),
            ("1969-12-31T23:59:59.9999", -1),
            ("1969-12-31T23:59:59.999", -1),
        ] {
            assert_eq!(read(text), Ok(millis), "{text}");
        }
    }
}
