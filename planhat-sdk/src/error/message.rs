//! The message in the body of an error response.

use serde_json::Value;

use crate::redact::Redacted;

/// The maximum length of a message, in characters.
const LONGEST: usize = 300;

/// Returns the message in the body of an error response, in whichever form it is given.
pub fn message_of(body: &Redacted) -> String {
    let said = match serde_json::from_slice(body) {
        Ok(json) => said_by(&json).unwrap_or_else(|| json.to_string()),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match said.as_str() {
        "" => "the response gives no reason".to_owned(),
        page if page.starts_with('<') => "the response is an HTML page, not Planhat's own".to_owned(),
        _ => shortened(said),
    }
}

fn said_by(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => map.get("message").or_else(|| map.get("error")).and_then(said_by),
        _ => None,
    }
}

pub fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_error_body_gives_its_words() {
        let bodies = [
            (r#"{"message": "no such company"}"#, "no such company"),
            (r#"{"error": "no such company"}"#, "no such company"),
            (r#"{"error": {"message": "no such company"}}"#, "no such company"),
            (r#""no such company""#, "no such company"),
            ("no such\n\tcompany\n", "no such company"),
            (r#"{"code": 7}"#, r#"{"code":7}"#),
            ("", "the response gives no reason"),
            ("<html>nginx</html>", "the response is an HTML page, not Planhat's own"),
        ];
        for (body, message) in bodies {
            assert_eq!(message_of(&body.as_bytes().into()), message);
        }
    }

    #[test]
    fn a_long_answer_is_cut_between_characters() {
        let text = message_of(&"é".repeat(1_000).as_bytes().into());
        assert_eq!(text.chars().count(), LONGEST + 1);
    }
}
