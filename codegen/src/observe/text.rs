//! What texts, names and numbers look like.

use jiff::fmt::temporal::{Pieces, TimeZoneAnnotation, TimeZoneAnnotationKind};
use serde_json::Value;

use crate::schema::names;

/// How long a name is at most.
const NAME: usize = 40;

/// How many digits a name has at most; more of them are a number that somebody has.
const DIGITS: usize = 4;

/// Whether a text is 24 hex digits, as Planhat's ids are.
pub fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the SDK reads a text as a point in time: as its `Timestamp` says, a time zone in brackets needs an offset.
pub fn is_instant(text: &str) -> bool {
    Pieces::parse(text).is_ok_and(|pieces| pieces.to_numeric_offset().is_some() || !in_named_zone(&pieces))
}

fn in_named_zone(pieces: &Pieces) -> bool {
    match pieces.time_zone_annotation().map(TimeZoneAnnotation::kind) {
        Some(TimeZoneAnnotationKind::Named(name)) => !["UTC", "Etc/UTC"].contains(&name.as_str()),
        _ => false,
    }
}

/// Whether a text is a point in time and looks like a day with a time of day.
pub fn is_time(text: &str) -> bool {
    text.get(..10).is_some_and(is_day) && !is_day(text) && is_instant(text)
}

/// Whether a text looks like a day, such as `2021-07-28`.
pub fn is_day(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |digits: usize, most: u32| {
        let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|part| part.parse().ok()).is_some_and(|number: u32| number <= most)
    };
    part(4, 9999) && part(2, 12) && part(2, 31) && text.len() == 10
}

/// Whether a text may be the name of a field, rather than a piece of data that somebody keeps things by.
pub fn is_key(text: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || "_-$".contains(char);
    is_short(text) && text.chars().all(plain) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// Whether a text may be a value of an enum, one that somebody chose for a state, rather than a piece of data: short words, of which
/// none but the first is written like a name, and next to no digits.
pub fn is_value(text: &str) -> bool {
    let plain = |char: char| char.is_alphanumeric() || " _-&/'".contains(char);
    let later = text.split(' ').skip(1);
    is_short(text)
        && text.chars().all(plain)
        && text.starts_with(char::is_alphabetic)
        && !later.into_iter().any(|word| word.starts_with(char::is_uppercase))
}

fn is_short(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    !text.is_empty() && text.chars().count() <= NAME && digits <= DIGITS && !is_id(text)
}

/// Whether a number is whole, possibly with a fraction of zero.
pub fn is_whole(value: &Value) -> bool {
    value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// Whether a name is one that points in time have.
pub fn looks_like_time(name: &str) -> bool {
    let snake = names::snake(name);
    let mut words = snake.split('_');
    words.clone().any(|word| ["date", "day", "time", "timestamp"].contains(&word))
        || words.next_back().is_some_and(|word| ["at", "on", "since", "until"].contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert!(is_id("61fbc7a9bb02e91a6b4f3c08"));
        assert!(!is_id("61fbc7a9bb02e91a6b4f3c0"));
        assert!(!is_id("61fbc7a9bb02e91a6b4f3c0g"));
    }

    #[test]
    fn days_and_times() {
        for text in
            ["2024-02-29T12:30:00.000Z", "2024-02-29T12:30+02:00", "2021-06-24T19:38:16.000+0000", "2024-02-29 12:30"]
        {
            assert!(is_time(text) && !is_day(text), "{text}");
        }
        assert!(is_day("2024-02-29") && !is_time("2024-02-29"));
        for text in ["2024-02-29T12:30", "20240229T123000", "20240229", "2024-02-29T12:30+02:00[Europe/Berlin]"] {
            assert!(is_instant(text), "{text}");
        }
        for text in ["2024-02-30T12:30", "2024-02-29T12:30[Europe/Berlin]", "2024-02-29T24:30", "soon", ""] {
            assert!(!is_instant(text) && !is_time(text), "{text}");
        }
        for text in ["", "2024", "2024-2-9", "24-02-2029", "2024-13-01", "2024-02-29T", "2024-02-29-01", "T12:30"] {
            assert!(!is_time(text) && !is_day(text), "{text}");
        }
    }

    #[test]
    fn names_are_told_from_data() {
        for name in ["closed won", "on-hold", "Größe", "Q3 24", "R&D"] {
            assert!(is_value(name), "{name}");
        }
        for name in ["slaBreached", "_id", "custom-1", "$set"] {
            assert!(is_key(name), "{name}");
        }
        for data in ["John Smith", "+46 70 123 45 67", "10.0.0.1", "https://acme.com/x", "12 Main St", "bob@corp.com"] {
            assert!(!is_value(data) && !is_key(data), "{data}");
        }
        for data in ["", "a@example.com", "5e2704aabf07307b89e48d6a", "4915112345", "<p>", &"x".repeat(41)] {
            assert!(!is_value(data), "{data}");
        }
    }

    #[test]
    fn names_of_times() {
        for name in ["createdAt", "renewalDate", "day", "lastTouchTime", "startsOn"] {
            assert!(looks_like_time(name), "{name}");
        }
        for name in ["format", "updates", "daysLeft", "amount", "person"] {
            assert!(!looks_like_time(name), "{name}");
        }
    }
}
