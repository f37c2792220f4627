//! What a text or a name looks like.

use crate::schema::names;

/// How long a value of an enum may be.
const SHORT: usize = 24;

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
    fn names_of_times() {
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
