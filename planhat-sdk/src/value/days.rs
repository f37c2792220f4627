use std::fmt;

use jiff::{Span, civil::Date};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{
    Timestamp, TimestampError,
    wire::{Wire, deserialize_by_wire, write_by_serde},
};

/// A calendar day as the number of days since 1970-01-01, which Planhat calls epoch days.
///
/// ```
/// use planhat_sdk::EpochDays;
///
/// let day = EpochDays::new(19_782);
/// assert_eq!(day.to_string(), "2024-02-29");
/// assert_eq!(EpochDays::from(jiff::civil::date(2024, 2, 29)), day);
/// ```
#[doc(alias = "epoc_days_format")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochDays(i64);

const DAY: i64 = 86_400_000;

const FIRST: Date = jiff::civil::date(1970, 1, 1);

impl EpochDays {
    /// Creates the day this number of days after 1970-01-01.
    #[must_use]
    pub const fn new(days: i64) -> Self {
        Self(days)
    }

    /// Returns the number of days.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns today, in UTC.
    #[must_use]
    pub fn today() -> Self {
        Self(jiff::Timestamp::now().as_second().div_euclid(86_400))
    }

    /// Returns the calendar day; `None` outside the years -9999 to 9999.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        FIRST.checked_add(Span::new().try_days(self.0).ok()?).ok()
    }
}

impl From<Date> for EpochDays {
    fn from(date: Date) -> Self {
        Self(date.duration_since(FIRST).as_hours() / 24)
    }
}

impl From<i64> for EpochDays {
    fn from(days: i64) -> Self {
        Self(days)
    }
}

impl TryFrom<&Timestamp> for EpochDays {
    type Error = TimestampError;

    /// Returns the day, in UTC, in which a point in time lies.
    ///
    /// # Errors
    ///
    /// If it is not a time.
    fn try_from(time: &Timestamp) -> Result<Self, TimestampError> {
        time.check().map(|millis| Self(millis.div_euclid(DAY)))
    }
}

impl TryFrom<Timestamp> for EpochDays {
    type Error = TimestampError;

    /// Returns the day, in UTC, in which a point in time lies.
    ///
    /// # Errors
    ///
    /// If it is not a time.
    fn try_from(time: Timestamp) -> Result<Self, TimestampError> {
        Self::try_from(&time)
    }
}

impl TryFrom<EpochDays> for Timestamp {
    type Error = TimestampError;

    /// Returns the first moment of the day, in UTC.
    ///
    /// # Errors
    ///
    /// If it lies outside the years -9999 to 9999.
    fn try_from(day: EpochDays) -> Result<Self, TimestampError> {
        Self::from_millis(day.0.saturating_mul(DAY))
    }
}

impl fmt::Display for EpochDays {
    /// Formats the calendar day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => date.fmt(f),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl Serialize for EpochDays {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for EpochDays {
    deserialize_by_wire!("a day is never null");
}

impl Wire for EpochDays {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(i64::read(deserializer)?.map(Self))
    }

    write_by_serde!();

    fn into_json(self) -> Result<Value, String> {
        Ok(Value::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_on_both_sides_of_1970() {
        for (days, date) in [(0, "1970-01-01"), (-1, "1969-12-31"), (18_836, "2021-07-28"), (19_782, "2024-02-29")] {
            assert_eq!(EpochDays::new(days).to_string(), date);
            assert_eq!(EpochDays::from(date.parse::<Date>().unwrap()), EpochDays::new(days));
        }
    }

    #[test]
    fn a_day_beyond_the_calendar_is_no_panic() {
        assert_eq!(EpochDays::new(i64::MAX).date(), None);
        assert_eq!(EpochDays::new(i64::MIN).to_string(), "day -9223372036854775808");
    }
}
