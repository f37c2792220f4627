//! What the text of a value looks like.

use jiff::fmt::temporal::{Pieces, TimeZoneAnnotation, TimeZoneAnnotationKind};

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
}
