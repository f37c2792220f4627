//! What a text or a name looks like.

use crate::names;

/// How long a value of an enum may be.
const SHORT: usize = 24;

/// Whether a text is an id as the API makes them.
pub fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is a date, or a date and a time, in the form of ISO 8601.
pub fn is_iso_time(text: &str) -> bool {
    let digits = |text: Option<&str>, count| {
        text.is_some_and(|text| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let mut parts = date.split('-');
    let is_date =
        digits(parts.next(), 4) && digits(parts.next(), 2) && digits(parts.next(), 2) && parts.next().is_none();
    let is_time = |time: &str| {
        let mut parts = time.split(':');
        digits(parts.next(), 2) && parts.next().is_some_and(|minutes| digits(minutes.get(..2), 2))
    };
    is_date && time.is_none_or(is_time)
}

/// Whether a text can be a value of an enum.
pub fn is_short_word(text: &str) -> bool {
    let is_plain = |char: char| char.is_alphanumeric() || " -_&/+.".contains(char);
    !text.trim().is_empty() && text.trim() == text && text.chars().count() <= SHORT && text.chars().all(is_plain)
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
    fn times() {
        for text in ["2024-02-29", "2024-02-29T12:30:00.000Z", "2024-02-29T12:30+02:00"] {
            assert!(is_iso_time(text), "{text}");
        }
        for text in ["", "2024", "2024-2-9", "24-02-2029", "2024-02-29 12:30", "2024-02-29T", "2024-02-29-01", "T12:30"]
        {
            assert!(!is_iso_time(text), "{text}");
        }
        for name in ["createdAt", "renewalDate", "day", "lastTouchTime", "startsOn"] {
            assert!(looks_like_time(name), "{name}");
        }
        for name in ["format", "updates", "daysLeft", "amount", "person"] {
            assert!(!looks_like_time(name), "{name}");
        }
    }

    #[test]
    fn words() {
        assert!(is_short_word("in progress") && is_short_word("R&D"));
        for text in ["", " x", "a, b", "f(x)", "a much longer text than any value"] {
            assert!(!is_short_word(text), "{text}");
        }
    }
}
