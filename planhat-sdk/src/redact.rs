//! Finds tokens in what a server sent, in whichever form it sends them back, and redacts them.
//!
//! Nothing may be cut, quoted or shown before, since half a token cannot be found. Messages are therefore made of a
//! [`Redacted`] body, which only [`Secrets`] creates.

use std::{borrow::Cow, fmt, ops::Deref};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};

/// The replacement of a token.
pub(crate) const REDACTED: &str = "[token]";

/// The shortest text that is looked for. What is shorter stands in too many words that are no secret, and no token
/// that Planhat gives out is.
const SHORTEST: usize = 8;

/// A body in which the tokens are redacted.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Redacted(Bytes);

impl Deref for Redacted {
    type Target = Bytes;

    fn deref(&self) -> &Bytes {
        &self.0
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
impl From<&[u8]> for Redacted {
    /// A body that holds no token.
    fn from(body: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(body))
    }
}

/// The texts that are redacted.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// The tokens, as they are and as parts of a header of Basic authentication.
    pub fn of<'a>(tokens: impl Iterator<Item = &'a str>) -> Self {
        let forms = tokens.flat_map(|token| {
            let encode = |text: &str| BASE64_STANDARD.encode(text).trim_end_matches('=').to_owned();
            let encoded = [encode(&format!("{token}:")), encode(token)];
            let for_urls = encoded.clone().map(|text| text.replace('+', "-").replace('/', "_"));
            [vec![token.to_owned()], encoded.to_vec(), for_urls.to_vec()].concat()
        });
        let mut forms: Vec<String> = forms.filter(|form| form.len() >= SHORTEST).collect();
        forms.sort_unstable();
        forms.dedup();
        Self(forms.into_iter().map(SecretString::from).collect())
    }

    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // Tokens are ASCII in every form, so that what is left is text as before.
        self.clean(text.as_bytes())
            .map_or(Cow::Borrowed(text), |clean| String::from_utf8_lossy(&clean).into_owned().into())
    }

    pub fn redact_body(&self, body: &Bytes) -> Redacted {
        Redacted(self.clean(body).map_or_else(|| body.clone(), Bytes::from))
    }

    /// Returns the text without the tokens; `None` if it has no token.
    fn clean(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut clean = None;
        let (mut rest, mut copied) = (text, 0);
        while let Some(first) = rest.first() {
            let place = text.len() - rest.len();
            let length = self.0.iter().filter_map(|secret| occurrence(rest, *first, secret.expose_secret())).max();
            if let Some(length) = length {
                let clean = clean.get_or_insert_with(Vec::new);
                clean.extend_from_slice(text.get(copied..place).unwrap_or_default());
                clean.extend_from_slice(REDACTED.as_bytes());
                copied = place + length;
            }
            rest = rest.get(length.unwrap_or(1)..).unwrap_or_default();
        }
        let mut clean: Vec<u8> = clean?;
        clean.extend_from_slice(text.get(copied..).unwrap_or_default());
        Some(clean)
    }
}

/// How many bytes a secret takes at the beginning of a text, whatever its characters are written as. A text that ends
/// within the secret counts, if enough of it is there: somebody has cut it.
fn occurrence(text: &[u8], first: u8, secret: &str) -> Option<usize> {
    // Most places are none.
    if !matches!(first, b'%' | b'\\') && secret.as_bytes().first() != Some(&first) {
        return None;
    }
    // A percent sign may stand for itself, or begin a code.
    let mut places = vec![0];
    for (found, wanted) in secret.bytes().enumerate() {
        let mut next: Vec<usize> = Vec::new();
        for place in places {
            let rest = text.get(place..).unwrap_or_default();
            if found >= SHORTEST && is_cut(rest) {
                return Some(text.len());
            }
            let lengths = written_as(rest, wanted);
            next.extend(lengths.into_iter().flatten().map(|length| place + length));
        }
        next.sort_unstable();
        next.dedup();
        places = next;
    }
    let end = places.into_iter().max()?;
    // The end of a header of Basic authentication.
    let padding = text.get(end..).unwrap_or_default().iter().take(2).take_while(|byte| **byte == b'=').count();
    Some(end + padding)
}

/// Whether a text is over, but for the beginning of a code.
fn is_cut(rest: &[u8]) -> bool {
    rest.is_empty() || rest.len() < 6 && rest.starts_with(b"\\u") || matches!(rest, b"\\" | b"%" | [b'%', _])
}

/// The lengths at which a text may begin with a character: as itself, behind a backslash, or as a code of a URL or of
/// JSON.
fn written_as(text: &[u8], wanted: u8) -> [Option<usize>; 3] {
    let code = |start: &[u8], digits: usize| {
        let digits = text.strip_prefix(start)?.get(..digits)?;
        let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        (code == u32::from(wanted)).then_some(start.len() + digits.len())
    };
    let itself = (text.first() == Some(&wanted)).then_some(1);
    let behind = (text.first() == Some(&b'\\') && text.get(1) == Some(&wanted)).then_some(2);
    [itself, behind, code(b"%", 2).or_else(|| code(b"\\u", 4))]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "t0k/e%n+0123456789\\abcdef";

    fn secrets() -> Secrets {
        Secrets::of([TOKEN].into_iter())
    }

    /// The token in each form in which it may come back.
    fn forms() -> Vec<String> {
        let every = |write: fn(u8) -> String| TOKEN.bytes().map(write).collect::<String>();
        let json = serde_json::Value::from(TOKEN).to_string();
        let base64 = BASE64_STANDARD.encode(format!("{TOKEN}:"));
        vec![
            TOKEN.to_owned(),
            json.trim_matches('"').to_owned(),
            json.trim_matches('"').replace('/', "\\/"),
            every(|byte| format!("\\u{byte:04x}")),
            every(|byte| format!("%{byte:02X}")),
            every(|byte| format!("%{byte:02x}")),
            every(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") }),
            base64.clone(),
            base64.replace('/', "\\/"),
            base64.replace('+', "-").replace('/', "_"),
            BASE64_STANDARD.encode(TOKEN),
        ]
    }

    #[test]
    fn every_form_of_a_token_is_redacted() {
        for form in forms() {
            assert_eq!(secrets().redact(&format!("a {form} b")), "a [token] b", "{form}");
            assert_eq!(secrets().redact(&format!("{form}{form}")), "[token][token]", "{form}");
            assert_eq!(&secrets().redact_body(&Bytes::from(format!("ä{form}é")))[..], "ä[token]é".as_bytes(), "{form}");
        }
    }

    #[test]
    fn what_is_left_of_a_token_at_the_end_of_a_text_is_redacted() {
        for form in forms() {
            for end in 1..form.len() {
                let text = format!("a {}", &form[..end]);
                let clean = secrets().redact(&text).into_owned();
                let shown = clean.strip_prefix("a ").unwrap();
                // At most seven characters of the token, each of which takes six at most.
                assert!(shown == REDACTED || form.starts_with(shown) && shown.len() <= 6 * SHORTEST, "{text}: {clean}");
                let is_enough = end >= 6 * SHORTEST + 6;
                assert!(!is_enough || shown == REDACTED, "{text}: {clean}");
            }
        }
    }

    #[test]
    fn texts_without_a_token_stay_as_they_are() {
        for text in ["", "t0k/e%n", "a 100 % b\\", "\\u0074", "t0k/e%n+0123456789 \\abcdef"] {
            assert_eq!(secrets().redact(text), text);
        }
        let bytes = Bytes::from_static(b"\xff plain");
        assert_eq!(*secrets().redact_body(&bytes), bytes);
    }

    #[test]
    fn a_token_that_is_a_word_is_not_looked_for() {
        let secrets = Secrets::of(["a", "secret"].into_iter());
        assert_eq!(secrets.redact("a company has a secret"), "a company has a secret");
    }

    #[test]
    fn signs_that_can_be_read_in_two_ways_do_not_take_forever() {
        let secrets = Secrets::of([&*"%25".repeat(1_000)].into_iter());
        assert_eq!(secrets.redact(&"%25".repeat(1_000)), REDACTED);
        assert_eq!(secrets.redact(&"%25".repeat(100)), REDACTED);
    }
}
