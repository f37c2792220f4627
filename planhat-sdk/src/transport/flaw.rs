//! Whether a response says that its call succeeded: what the operation's [`ResponseKind`] asks for, checked in one place.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    bulk::{BulkResponse, is_blank},
    decode::without_bom,
    operation::ResponseKind,
    value::{Id, Object, Untyped},
};

/// Why a response with a status of success does not say that the call succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// The body is empty where it must not be.
    Empty,
    /// A page of HTML, as proxies send it.
    Page,
    /// Text, or half a response.
    NotJson,
    /// It says that something went wrong.
    Error,
    /// It is something else.
    Not(&'static str),
    /// It is a record without an `_id`.
    NoId,
    /// It is a different record from the one that was requested.
    OtherId(String),
}

impl Flaw {
    /// The flaw in words. `said`: what the body says.
    pub fn message(&self, said: &str) -> String {
        match self {
            Self::Empty => "the response is empty".to_owned(),
            Self::Page => "the response is an HTML page, not Planhat's own".to_owned(),
            Self::NotJson => format!("the response cannot be read, since it is not JSON: {said}"),
            Self::Error => format!("the response is an error in spite of its status: {said}"),
            Self::Not(expected) => format!("the response is not {expected}: {said}"),
            Self::NoId => format!("the response is not a record, since it has no `_id`: {said}"),
            Self::OtherId(id) => format!("the response is another record, `{id}`"),
        }
    }
}

/// Whether a body is cut off, a page, text or nothing where the response has to be JSON. Only both ends of an object
/// or a list are looked at, since everything else would read it twice.
pub(crate) fn is_broken(response: ResponseKind, body: &[u8]) -> bool {
    let text = without_bom(body).trim_ascii();
    match (text.first(), text.last()) {
        (None, _) => !may_be_empty(response),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => false,
        (Some(b'<'), _) => true,
        _ if response == ResponseKind::Any => false,
        (Some(b'{' | b'['), _) => true,
        _ => !is_json(text),
    }
}

/// What is wrong with the whole body of a response. `asked`: the id that the call names.
pub(crate) fn flaw(response: ResponseKind, body: &[u8], asked: Option<&str>) -> Option<Flaw> {
    let text = without_bom(body).trim_ascii();
    match text.first() {
        None => return (!may_be_empty(response)).then_some(Flaw::Empty),
        Some(b'<') => return Some(Flaw::Page),
        // Its records are read one by one.
        Some(b'[') if response == ResponseKind::List => return None,
        _ => {}
    }
    let Ok(json) = serde_json::from_slice::<Value>(text) else {
        return match (response, id_of_odd(text)) {
            (ResponseKind::Record | ResponseKind::Object, Some(id)) => {
                (!is_same(asked, &id)).then_some(Flaw::OtherId(id))
            }
            (ResponseKind::Any, _) => None,
            _ => Some(Flaw::NotJson),
        };
    };
    match response {
        ResponseKind::Record | ResponseKind::Object => flaw_of_record(&json, response, asked),
        ResponseKind::Deletion => flaw_of_deletion(&json, asked),
        ResponseKind::List => Some(error_or(&json, "a list of records")),
        ResponseKind::Bulk => {
            let is_envelope = json.as_object().is_some_and(BulkResponse::is_in);
            (!is_envelope).then(|| error_or(&json, "the counts and keys of a bulk upsert"))
        }
        ResponseKind::Receipt | ResponseKind::Json | ResponseKind::Any => is_error(&json).then_some(Flaw::Error),
    }
}

/// Returns whether the id of a received record is the one that was requested.
pub(crate) fn is_same(asked: Option<&str>, received: &str) -> bool {
    // Keys of the caller's own name no `_id`.
    let Some(asked) = asked.filter(|asked| !asked.starts_with("extid-") && !asked.starts_with("srcid-")) else {
        return true;
    };
    let is_hex = |id: &str| id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    // Hexadecimal digits are the same number in either case.
    asked == received || is_hex(asked) && asked.eq_ignore_ascii_case(received)
}

fn may_be_empty(response: ResponseKind) -> bool {
    matches!(response, ResponseKind::Deletion | ResponseKind::Receipt | ResponseKind::Any)
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

fn flaw_of_record(json: &Value, response: ResponseKind, asked: Option<&str>) -> Option<Flaw> {
    let Some(record) = json.as_object() else { return Some(error_or(json, "a record")) };
    match id_of(record) {
        Some(id) => (!is_same(asked, &id)).then_some(Flaw::OtherId(id)),
        None if is_error(json) => Some(Flaw::Error),
        None => (response == ResponseKind::Record).then_some(Flaw::NoId),
    }
}

fn flaw_of_deletion(json: &Value, asked: Option<&str>) -> Option<Flaw> {
    const EXPECTED: &str = "a response to a delete";
    let reply = match json {
        Value::Null => return None,
        Value::Object(reply) => reply,
        _ => return Some(error_or(json, EXPECTED)),
    };
    if let Some(id) = id_of(reply) {
        return (!is_same(asked, &id)).then_some(Flaw::OtherId(id));
    }
    let is_count = |name| reply.get(name).is_some_and(Value::is_u64);
    let says_so = is_count("n") || is_count("deletedCount") || reply.is_empty();
    if says_so && !denies(reply) { None } else { Some(error_or(json, EXPECTED)) }
}

/// The `_id`, in whichever form it comes.
fn id_of(record: &Object) -> Option<String> {
    let id = Id::<Untyped>::deserialize(record.get("_id")?).ok()?;
    (!id.is_empty()).then(|| id.as_str().to_owned())
}

/// The `_id` of a record with a number or a letter in it that cannot be held.
fn id_of_odd(text: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Odd<'a> {
        #[serde(borrow, rename = "_id")]
        id: &'a RawValue,
    }

    let Odd { id } = serde_json::from_slice(text).ok()?;
    let id = serde_json::from_str::<Id<Untyped>>(id.get()).ok()?;
    (!id.is_empty()).then(|| id.as_str().to_owned())
}

fn error_or(json: &Value, expected: &'static str) -> Flaw {
    if is_error(json) { Flaw::Error } else { Flaw::Not(expected) }
}

/// Whether JSON says that something went wrong, in one of the forms in which Planhat says so: an object with `error`
/// or `message`, or a text.
fn is_error(json: &Value) -> bool {
    match json {
        Value::String(_) | Value::Bool(false) => true,
        Value::Object(reply) => denies(reply) || reply.contains_key("message") && !affirms(reply),
        _ => false,
    }
}

fn denies(reply: &Object) -> bool {
    let says_no = |name| reply.get(name).is_some_and(is_no);
    says_no("success") || says_no("ok") || reply.get("error").is_some_and(|error| !is_nothing(error))
}

fn affirms(reply: &Object) -> bool {
    let says_yes = |name| reply.get(name).is_some_and(|value| *value == Value::Bool(true) || value.as_u64() == Some(1));
    says_yes("success") || says_yes("ok") || reply.get("processed").is_some_and(Value::is_u64)
}

fn is_no(value: &Value) -> bool {
    *value == Value::Bool(false) || value.as_f64() == Some(0.0) || value.as_str() == Some("false")
}

fn is_nothing(value: &Value) -> bool {
    is_blank(value) || value.as_f64() == Some(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [ResponseKind; 8] = [
        ResponseKind::Record,
        ResponseKind::Object,
        ResponseKind::Deletion,
        ResponseKind::List,
        ResponseKind::Bulk,
        ResponseKind::Receipt,
        ResponseKind::Json,
        ResponseKind::Any,
    ];

    fn valid(body: &str) -> Vec<ResponseKind> {
        ALL.into_iter().filter(|response| flaw(*response, body.as_bytes(), Some("c1")).is_none()).collect()
    }

    #[test]
    fn each_response_takes_what_it_is_and_nothing_else() {
        use ResponseKind::{Any, Bulk, Deletion, Json, List, Object, Receipt, Record};
        let cases: [(&str, &[ResponseKind]); 24] = [
            ("", &[Deletion, Receipt, Any]),
            (" \n", &[Deletion, Receipt, Any]),
            ("{}", &[Object, Deletion, Receipt, Json, Any]),
            ("null", &[Deletion, Receipt, Json, Any]),
            ("[]", &[List, Receipt, Json, Any]),
            (r#"{"_id": "c1"}"#, &[Record, Object, Deletion, Receipt, Json, Any]),
            (r#"{"_id": {"_id": "c1"}}"#, &[Record, Object, Deletion, Receipt, Json, Any]),
            (r#"{"_id": "c2"}"#, &[Receipt, Json, Any]),
            (r#"{"_id": ""}"#, &[Object, Receipt, Json, Any]),
            (r#"{"n": 1, "ok": 1}"#, &[Object, Deletion, Receipt, Json, Any]),
            (r#"{"n": 0, "ok": 1, "deletedCount": 0}"#, &[Object, Deletion, Receipt, Json, Any]),
            (r#"{"n": 1, "ok": 0}"#, &[]),
            (r#"{"created": 1}"#, &[Object, Bulk, Receipt, Json, Any]),
            (r#"{"processed": 1, "errors": []}"#, &[Object, Receipt, Json, Any]),
            (r#"{"processed": 1, "message": "done"}"#, &[Object, Receipt, Json, Any]),
            (r#"{"error": "no permission"}"#, &[]),
            (r#"{"message": "no permission"}"#, &[]),
            (r#"{"error": {"message": "no permission"}}"#, &[]),
            (r#"{"success": false}"#, &[]),
            (r#"{"success": true, "error": null}"#, &[Object, Receipt, Json, Any]),
            (r#""no permission""#, &[]),
            ("false", &[]),
            ("no permission", &[Any]),
            ("<html></html>", &[]),
        ];
        for (body, expected) in cases {
            assert_eq!(valid(body), expected, "{body}");
        }
    }

    #[test]
    fn what_is_broken_is_flawed_as_well() {
        for body in ["", "<html>", "no", r#"{"_id": "5e"#, "[{}, {", r#""do"#, "nul", "nobody", "1 2", "{", "]"] {
            for response in ALL {
                let (broken, flaw) = (is_broken(response, body.as_bytes()), flaw(response, body.as_bytes(), None));
                // Half a list is found out when its records are read.
                let is_list = response == ResponseKind::List && body.starts_with('[');
                assert_eq!(broken, flaw.is_some() || is_list, "{response:?}: {body}: {flaw:?}");
            }
        }
    }

    #[test]
    fn an_id_is_the_same_if_it_names_the_same_record() {
        let hex = "61006bc89a3e0b702ed8ea49";
        assert!(is_same(Some(hex), hex) && is_same(Some(&hex.to_uppercase()), hex));
        assert!(!is_same(Some("c1"), "C1") && !is_same(Some(hex), "61006bc89a3e0b702ed8ea4a"));
        for asked in [None, Some("extid-7"), Some("srcid-7")] {
            assert!(is_same(asked, hex));
        }
    }
}
