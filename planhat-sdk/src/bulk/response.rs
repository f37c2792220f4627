//! Reads a bulk response without making values of all that it holds: five thousand keys in each response are looked
//! at once and thrown away.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::bulk_response::{count_of, is_blank};

/// The parts of a bulk response that say something about rows.
#[derive(Debug, Default)]
pub(super) struct ParsedResponse<'a> {
    pub created: Option<u64>,
    pub updated: Option<u64>,
    pub unchanged: Option<u64>,
    /// The elements of `insertsKeys`.
    pub inserts: Vec<NamedKeys<'a>>,
    /// The elements of `updatesKeys`.
    pub updates: Vec<NamedKeys<'a>>,
    /// The elements of all lists of errors.
    pub errors: Vec<RowError>,
}

/// An element of a list of errors.
#[derive(Debug)]
pub(super) struct RowError {
    /// The error as it was received.
    pub raw: Value,
    pub kind: ErrorKind,
    /// Whether it is an element of a list, as documented, and not something else in its place.
    pub is_listed: bool,
}

/// The list that an error is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorKind {
    /// `createdErrors`: a row without a matching record was not written.
    Create,
    /// `updatedErrors`: a row was not written.
    Update,
    /// `permissionErrors`: a row was not written.
    Permission,
    /// `validationErrors`: a row was not written, or it was written without some of its values.
    Validation,
}

/// An element of `insertsKeys` or `updatesKeys`: the id of a record, and the keys that the row was sent with.
#[derive(Debug, Default, PartialEq)]
pub(super) struct NamedKeys<'a> {
    pub id: Option<Cow<'a, str>>,
    /// The keys, each with its place in the matching order.
    pub keys: Vec<(usize, Cow<'a, str>)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parts<'a> {
    #[serde(borrow)]
    created: Option<&'a RawValue>,
    #[serde(borrow)]
    created_errors: Option<&'a RawValue>,
    #[serde(borrow)]
    inserts_keys: Option<&'a RawValue>,
    #[serde(borrow)]
    updated: Option<&'a RawValue>,
    #[serde(borrow)]
    updated_errors: Option<&'a RawValue>,
    #[serde(borrow)]
    updates_keys: Option<&'a RawValue>,
    #[serde(borrow)]
    nonupdates: Option<&'a RawValue>,
    modified: Option<IgnoredAny>,
    upserted_ids: Option<IgnoredAny>,
    #[serde(borrow)]
    permission_errors: Option<&'a RawValue>,
    #[serde(borrow)]
    validation_errors: Option<&'a RawValue>,
}

impl<'a> ParsedResponse<'a> {
    /// Parses the body of a response of any status. Returns nothing if it has no part of a bulk response. A part of an
    /// unexpected form does not affect the others.
    pub fn parse(body: &'a [u8], keys: &[&str]) -> Option<Self> {
        let parts: Parts<'_> = serde_json::from_slice(body).ok()?;
        let errors = [
            (ErrorKind::Create, parts.created_errors),
            (ErrorKind::Update, parts.updated_errors),
            (ErrorKind::Permission, parts.permission_errors),
            (ErrorKind::Validation, parts.validation_errors),
        ];
        let others = [parts.created, parts.inserts_keys, parts.updated, parts.updates_keys, parts.nonupdates];
        let is_bulk_response = errors.iter().map(|(_, part)| part).chain(&others).any(Option::is_some)
            || parts.modified.is_some()
            || parts.upserted_ids.is_some();
        is_bulk_response.then(|| Self {
            created: count(parts.created),
            updated: count(parts.updated),
            unchanged: count(parts.nonupdates),
            inserts: named(parts.inserts_keys, keys),
            updates: named(parts.updates_keys, keys),
            errors: errors.into_iter().flat_map(|(kind, part)| row_errors(kind, part)).collect(),
        })
    }
}

impl NamedKeys<'_> {
    fn names_something(&self) -> bool {
        self.id.is_some() || !self.keys.is_empty()
    }
}

fn count(raw: Option<&RawValue>) -> Option<u64> {
    count_of(&serde_json::from_str(raw?.get()).ok()?)
}

/// Returns the errors in one part of a response. Something that is not a list is one error; blank values are left out.
fn row_errors(kind: ErrorKind, raw: Option<&RawValue>) -> impl Iterator<Item = RowError> {
    let value = raw.map_or(Value::Null, |raw| serde_json::from_str(raw.get()).unwrap_or_default());
    let (errors, is_listed) = match value {
        Value::Array(errors) => (errors, true),
        other => (vec![other], false),
    };
    errors.into_iter().filter(|raw| !is_blank(raw)).map(move |raw| RowError { raw, kind, is_listed })
}

fn named<'a>(raw: Option<&'a RawValue>, keys: &[&str]) -> Vec<NamedKeys<'a>> {
    let Some(raw) = raw else { return Vec::new() };
    let mut json = serde_json::Deserializer::from_str(raw.get());
    Elements(keys).deserialize(&mut json).unwrap_or_default()
}

/// The elements of a list, but for those that name nothing. Something that is not a list is one element.
struct Elements<'k>(&'k [&'k str]);

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = Vec<NamedKeys<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = Vec<NamedKeys<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element::<&RawValue>()? {
            let mut json = serde_json::Deserializer::from_str(element.get());
            let named = json.deserialize_map(Element(self.0)).unwrap_or_default();
            all.extend(named.names_something().then_some(named));
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, element: A) -> Result<Self::Value, A::Error> {
        let named = Element(self.0).visit_map(element)?;
        Ok(Vec::from_iter(named.names_something().then_some(named)))
    }
}

struct Element<'k>(&'k [&'k str]);

impl<'de> Visitor<'de> for Element<'_> {
    type Value = NamedKeys<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys of a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut element: A) -> Result<Self::Value, A::Error> {
        let mut named = NamedKeys::default();
        while let Some(Text(name)) = element.next_key()? {
            let name = name.unwrap_or_default();
            let place = self.0.iter().position(|key| *key == name);
            if place.is_none() && name != "_id" {
                element.next_value::<IgnoredAny>()?;
                continue;
            }
            let Text(Some(text)) = element.next_value()? else { continue };
            if name == "_id" {
                named.id = Some(text.clone());
            }
            named.keys.extend(place.map(|place| (place, text)));
        }
        // The first key counts first.
        named.keys.sort_unstable_by_key(|(place, _)| *place);
        Ok(named)
    }
}

/// A text or number as text, borrowed if it can be; `None` for an empty text and everything else.
///
/// Read by hand: a response has thousands of them, and a derived enum would buffer each before it is read.
struct Text<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Some(text).filter(|text| !text.is_empty()).map(Cow::Borrowed)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Some(text).filter(|text| !text.is_empty()).map(|text| Cow::Owned(text.to_owned()))))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(number.to_string()))))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Text(Some(Cow::Owned(Value::from(number).to_string()))))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Text(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut inner: A) -> Result<Self::Value, A::Error> {
        while inner.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut inner: A) -> Result<Self::Value, A::Error> {
        while inner.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text(None))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEYS: &[&str] = &["_id", "sourceId", "externalId"];

    fn parsed(body: &str) -> ParsedResponse<'_> {
        ParsedResponse::parse(body.as_bytes(), KEYS).unwrap()
    }

    fn text(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }

    #[test]
    fn elements_name_records_by_their_keys_in_matching_order() {
        let body = r#"{"insertsKeys": [{"": 1, "externalId": "a", "other": {"_id": 1}, "sourceId": 7, "_id": "1"}]}"#;
        let keys = vec![(0, text("1")), (1, text("7")), (2, text("a"))];
        assert_eq!(parsed(body).inserts, [NamedKeys { id: Some(text("1")), keys }]);
    }

    #[test]
    fn an_id_names_a_record_also_where_it_is_not_a_key_of_rows() {
        let body = br#"{"insertsKeys": [{"_id": 1}]}"#;
        let parsed = ParsedResponse::parse(body, &["extId"]).unwrap();
        assert_eq!(parsed.inserts, [NamedKeys { id: Some(text("1")), keys: Vec::new() }]);
    }

    #[test]
    fn a_part_of_an_unexpected_form_does_not_affect_the_others() {
        let parsed = parsed(
            r#"{"created": "2", "updated": 1.0, "nonupdates": null, "createdErrors": {"a": 1}, "updatedErrors": null,
            "updatesKeys": [null, "x", {"_id": null, "externalId": ""}, {"_id": "2\n", "sourceId": [1, {}]}, 5]}"#,
        );
        assert_eq!((parsed.created, parsed.updated, parsed.unchanged), (Some(2), Some(1), None));
        let errors: Vec<_> = parsed.errors.iter().map(|error| (error.kind, error.is_listed, &error.raw)).collect();
        assert_eq!(errors, [(ErrorKind::Create, false, &json!({"a": 1}))]);
        let ids: Vec<_> = parsed.updates.iter().map(|named| named.id.as_deref()).collect();
        assert_eq!(ids, [Some("2\n")]);
    }

    #[test]
    fn errors_keep_their_kinds() {
        let body = r#"{"validationErrors": ["v"], "permissionErrors": ["p"], "updatedErrors": ["u"],
            "createdErrors": [{"message": "c"}, "", null, {}, [], false, 0]}"#;
        let errors: Vec<_> = parsed(body).errors.iter().map(|error| (error.kind, error.raw.clone())).collect();
        let first = [(ErrorKind::Create, json!({"message": "c"})), (ErrorKind::Create, json!(0))];
        let others = [(ErrorKind::Update, json!("u")), (ErrorKind::Permission, json!("p"))];
        assert_eq!(errors, [&first[..], &others, &[(ErrorKind::Validation, json!("v"))]].concat());
    }

    #[test]
    fn an_object_that_is_not_in_a_list_is_one_element_if_it_names_something() {
        assert_eq!(parsed(r#"{"insertsKeys": {"_id": "1"}}"#).inserts.len(), 1);
        for nothing in ["{}", r#"{"_id": ""}"#, r#"{"name": "x"}"#, "[{}]", r#""1""#, "1", "null"] {
            let body = format!(r#"{{"insertsKeys": {nothing}, "updatesKeys": {nothing}, "created": 0}}"#);
            let parsed = parsed(&body);
            assert!(parsed.inserts.is_empty() && parsed.updates.is_empty(), "{nothing}");
        }
    }

    #[test]
    fn what_has_no_part_of_a_bulk_response_is_none() {
        for body in ["", "[]", "{}", r#"{"message": "no"}"#, "null", r#"{"created": 1"#, "<html>"] {
            assert!(ParsedResponse::parse(body.as_bytes(), KEYS).is_none(), "{body}");
        }
        for part in ["modified", "upsertedIds", "created", "validationErrors", "updatesKeys"] {
            assert!(ParsedResponse::parse(format!(r#"{{"{part}": []}}"#).as_bytes(), KEYS).is_some(), "{part}");
        }
    }
}
