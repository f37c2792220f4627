//! What the text of a value looks like.

/// Whether a text is 24 hex digits, as Planhat's ids are.
#[must_use]
pub fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text looks like a day with a time of day.
#[must_use]
pub fn is_time(text: &str) -> bool {
    text.get(..10).is_some_and(is_day)
        && text.get(10..).is_some_and(|rest| rest.starts_with(['T', 't', ' ']) && rest.contains(':'))
}

/// Whether a text looks like a day, such as `2021-07-28`.
#[must_use]
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
        for text in ["", "2024", "2024-2-9", "24-02-2029", "2024-13-01", "2024-02-29T", "2024-02-29-01", "T12:30"] {
            assert!(!is_time(text) && !is_day(text), "{text}");
        }
    }
}
