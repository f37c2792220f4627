//! What an envelope tells, read without making values of all that it holds: five thousand keys in each answer
//! are looked at once and thrown away.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::envelope::count_of;

/// The parts of an envelope that tell of records.
#[derive(Debug, Default)]
pub(super) struct Told<'a> {
    pub created: Option<u64>,
    pub updated: Option<u64>,
    pub unchanged: Option<u64>,
    pub inserts: Vec<Named<'a>>,
    pub updates: Vec<Named<'a>>,
    /// Everything that is called an error.
    pub errors: Vec<Complaint>,
}

/// Something that is called an error.
#[derive(Debug)]
pub(super) struct Complaint {
    /// As it came.
    pub raw: Value,
    /// Whether it is about a record that would have been new.
    pub on_create: bool,
}

/// A record, named by its id and the keys that were sent with it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Named<'a> {
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

impl<'a> Told<'a> {
    /// What an answer of any status tells, if it is an envelope. A part of an unexpected form costs none of the
    /// others.
    pub fn read(body: &'a [u8], keys: &[&str]) -> Option<Self> {
        let parts: Parts<'_> = serde_json::from_slice(body).ok()?;
        let errors = [parts.created_errors, parts.updated_errors, parts.permission_errors, parts.validation_errors];
        let told = [parts.created, parts.inserts_keys, parts.updated, parts.updates_keys, parts.nonupdates];
        let is_envelope =
            errors.iter().chain(&told).any(Option::is_some) || parts.modified.is_some() || parts.upserted_ids.is_some();
        let complaints = |(place, raw): (usize, Option<&RawValue>)| {
            raw.map(many).unwrap_or_default().into_iter().map(move |raw| Complaint { raw, on_create: place == 0 })
        };
        is_envelope.then(|| Self {
            created: count(parts.created),
            updated: count(parts.updated),
            unchanged: count(parts.nonupdates),
            inserts: named(parts.inserts_keys, keys),
            updates: named(parts.updates_keys, keys),
            errors: errors.into_iter().enumerate().flat_map(complaints).collect(),
        })
    }
}

fn count(raw: Option<&RawValue>) -> Option<u64> {
    count_of(&serde_json::from_str(raw?.get()).ok()?)
}

/// A list; something else is a list of one.
fn many(raw: &RawValue) -> Vec<Value> {
    match serde_json::from_str(raw.get()) {
        Ok(Value::Array(values)) => values,
        Ok(other) => vec![other],
        Err(_) => Vec::new(),
    }
}

fn named<'a>(raw: Option<&'a RawValue>, keys: &[&str]) -> Vec<Named<'a>> {
    let Some(raw) = raw else { return Vec::new() };
    let mut json = serde_json::Deserializer::from_str(raw.get());
    Elements(keys).deserialize(&mut json).unwrap_or_default()
}

/// Many named records; a lone one is a list of one.
struct Elements<'k>(&'k [&'k str]);

impl<'de> DeserializeSeed<'de> for Elements<'_> {
    type Value = Vec<Named<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = Vec<Named<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element::<&RawValue>()? {
            let mut json = serde_json::Deserializer::from_str(element.get());
            // What is no object names no record.
            all.push(json.deserialize_map(Element(self.0)).unwrap_or_default());
        }
        Ok(all)
    }

    fn visit_map<A: MapAccess<'de>>(self, element: A) -> Result<Self::Value, A::Error> {
        Element(self.0).visit_map(element).map(|element| vec![element])
    }
}

struct Element<'k>(&'k [&'k str]);

impl<'de> Visitor<'de> for Element<'_> {
    type Value = Named<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys of a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut element: A) -> Result<Self::Value, A::Error> {
        let mut named = Named::default();
        while let Some(Text(Some(name))) = element.next_key()? {
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

/// A text or number as text, borrowed if it can be; nothing for an empty text and everything else.
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
    use super::*;

    const KEYS: &[&str] = &["_id", "sourceId", "externalId"];

    fn told(body: &str) -> Told<'_> {
        Told::read(body.as_bytes(), KEYS).unwrap()
    }

    fn text(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }

    #[test]
    fn records_are_named_by_their_keys_in_matching_order() {
        let told = told(r#"{"insertsKeys": [{"externalId": "a", "other": {"_id": 1}, "sourceId": 7, "_id": "1"}]}"#);
        let keys = vec![(0, text("1")), (1, text("7")), (2, text("a"))];
        assert_eq!(told.inserts, [Named { id: Some(text("1")), keys }]);
    }

    #[test]
    fn odd_elements_keep_their_place_and_cost_none_of_the_others() {
        let told = told(
            r#"{"created": "2", "updated": 1.0, "nonupdates": null, "createdErrors": {"a": 1}, "updatedErrors": null,
            "updatesKeys": [null, "x", {"_id": null, "externalId": ""}, {"_id": "2\n", "sourceId": [1, {}]}, 5]}"#,
        );
        assert_eq!((told.created, told.updated, told.unchanged), (Some(2), Some(1), None));
        assert!(told.errors[0].raw == serde_json::json!({"a": 1}) && told.errors[0].on_create);
        assert_eq!(told.errors.len(), 1);
        let ids: Vec<_> = told.updates.iter().map(|named| named.id.as_deref()).collect();
        assert_eq!(ids, [None, None, None, Some("2\n"), None]);
    }

    #[test]
    fn a_lone_object_is_a_list_of_one() {
        assert_eq!(told(r#"{"insertsKeys": {"_id": "1"}}"#).inserts.len(), 1);
    }

    #[test]
    fn what_is_no_envelope_tells_nothing() {
        for body in ["", "[]", "{}", r#"{"message": "no"}"#, "null", r#"{"created": 1"#, "<html>"] {
            assert!(Told::read(body.as_bytes(), KEYS).is_none(), "{body}");
        }
        assert!(Told::read(br#"{"modified": []}"#, KEYS).is_some());
    }
}
