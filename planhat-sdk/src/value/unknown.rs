use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, value::RawValue};

use super::Object;

/// The fields of a record that have no typed value: those that this version of the SDK does not know, and those that
/// could not be read.
///
/// Dereferences to the map of their values. All of them are written back when the record is serialized: unknown fields
/// as values, unreadable ones as the JSON that was received. A few forms, such as a lone surrogate (`"\ud800"`) or a
/// number like `1e400`, fit in no [`Value`]; they are in [`unreadable`](Self::unreadable) and [`raw`](Self::raw) only,
/// and serialize to text but not to a [`Value`].
#[derive(Clone, Default)]
pub struct UnknownFields {
    fields: Object,
    /// Nearly always nothing, so it takes the room of a pointer only.
    odd: Option<Box<Odd>>,
}

#[derive(Clone, Default)]
struct Odd {
    unreadable: Vec<UnreadableField>,
    repaired: Vec<RepairedField>,
}

/// A field whose JSON does not fit its type. The typed field is `None`.
#[derive(Debug, Clone)]
pub struct UnreadableField {
    /// The map of custom fields that it is in.
    within: Option<Box<str>>,
    name: Box<str>,
    raw: Box<RawValue>,
    problem: Box<str>,
}

/// A field that was read after its JSON had been repaired, because it was not valid JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct RepairedField {
    path: Box<str>,
    raw: Box<[u8]>,
    problem: Box<str>,
}

impl UnreadableField {
    pub(crate) fn new(name: &str, raw: &RawValue, problem: String) -> Self {
        Self { within: None, name: name.into(), raw: raw.to_owned(), problem: problem.into() }
    }

    pub(crate) fn within(mut self, map: &str) -> Self {
        self.within = Some(map.into());
        self
    }

    /// Returns the name on the wire, such as `mrr`, or `custom.Tier` for a custom field.
    #[must_use]
    pub fn path(&self) -> Cow<'_, str> {
        match &self.within {
            Some(map) => Cow::Owned(format!("{map}.{}", self.name)),
            None => Cow::Borrowed(&self.name),
        }
    }

    /// Returns the JSON as it was received.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.raw.get()
    }

    /// Returns why it could not be read.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl PartialEq for UnreadableField {
    fn eq(&self, other: &Self) -> bool {
        self.path() == other.path() && self.raw() == other.raw()
    }
}

impl fmt::Display for UnreadableField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path(), self.problem)
    }
}

impl RepairedField {
    pub(crate) fn new(path: impl Into<Box<str>>, raw: &[u8], problem: &str) -> Self {
        Self { path: path.into(), raw: raw.into(), problem: problem.into() }
    }

    /// Returns the path in the record, such as `name` or `custom.Tier`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the bytes of the value as they were received; with the name before it if that was repaired too.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Returns what was wrong with it, and what was done.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Debug for RepairedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RepairedField")
            .field("path", &self.path)
            .field("raw", &String::from_utf8_lossy(&self.raw))
            .field("problem", &self.problem)
            .finish()
    }
}

impl fmt::Display for RepairedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl UnknownFields {
    /// Sets a field, also in place of an unreadable one. Returns the value that it had.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let name = name.into();
        self.forget(&name);
        self.fields.insert(name, value.into())
    }

    /// Removes a field, also an unreadable one. Returns the value that it had.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.forget(name);
        self.fields.remove(name)
    }

    /// Returns the JSON of an unreadable field as it was received.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.unreadable().iter().find(|field| *field.name == *name).map(UnreadableField::raw)
    }

    /// Returns the fields that could not be read.
    #[must_use]
    pub fn unreadable(&self) -> &[UnreadableField] {
        self.odd.as_ref().map_or(&[], |odd| &odd.unreadable)
    }

    /// Returns the fields that were read after a repair.
    #[must_use]
    pub fn repaired(&self) -> &[RepairedField] {
        self.odd.as_ref().map_or(&[], |odd| &odd.repaired)
    }

    pub(crate) fn is_unreadable(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Keeps a field that could not be read, also as a value if it is one.
    pub(crate) fn keep(&mut self, field: UnreadableField) {
        if let Ok(value) = serde_json::from_str(field.raw()) {
            self.fields.insert(field.name.clone().into(), value);
        }
        self.odd.get_or_insert_default().unreadable.push(field);
    }

    pub(crate) fn note(&mut self, repaired: Vec<RepairedField>) {
        if !repaired.is_empty() {
            self.odd.get_or_insert_default().repaired.extend(repaired);
        }
    }

    fn forget(&mut self, name: &str) {
        if let Some(odd) = &mut self.odd {
            odd.unreadable.retain(|field| *field.name != *name);
        }
    }
}

impl Deref for UnknownFields {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.fields
    }
}

impl<'a> IntoIterator for &'a UnknownFields {
    type Item = (&'a String, &'a Value);
    type IntoIter = serde_json::map::Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.iter()
    }
}

impl From<Object> for UnknownFields {
    fn from(fields: Object) -> Self {
        Self { fields, odd: None }
    }
}

impl From<UnknownFields> for Object {
    /// Leaves out what fits in no [`Value`].
    fn from(fields: UnknownFields) -> Self {
        fields.fields
    }
}

impl PartialEq for UnknownFields {
    /// What is noted of repairs does not count.
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields && self.unreadable() == other.unreadable()
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beyond = self.unreadable().iter().filter(|field| !self.fields.contains_key(&*field.name));
        f.debug_map().entries(&self.fields).entries(beyond.map(|field| (&field.name, &field.raw))).finish()
    }
}

impl Serialize for UnknownFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unreadable = self.unreadable();
        if unreadable.is_empty() {
            return self.fields.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.fields.iter().filter(|(name, _)| !self.is_unreadable(name)) {
            map.serialize_entry(name, value)?;
        }
        for field in unreadable {
            map.serialize_entry(&*field.name, &*field.raw)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for UnknownFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Company, decode};

    fn company(body: &str) -> Company {
        decode::record(body.as_bytes(), decode::Reading::Forgiving).unwrap()
    }

    #[test]
    fn unknown_fields_are_a_map() {
        let mut fields = company(r#"{"new": 1, "h": 7.5, "mrr": "\ud800"}"#).extra;
        assert_eq!((fields.len(), &fields["new"], fields.get("h")), (2, &json!(1), Some(&json!(7.5))));
        assert_eq!((fields.raw("new"), fields.raw("h"), fields.raw("mrr")), (None, Some("7.5"), Some(r#""\ud800""#)));
        assert_eq!(fields.insert("h", 8), Some(json!(7.5)));
        assert_eq!((fields.raw("h"), fields.get("h")), (None, Some(&json!(8))));
        assert_eq!(fields.remove("mrr"), None);
        assert!(fields.unreadable().is_empty());
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"h":8,"new":1}"#);
        assert_eq!((&fields).into_iter().count(), 2);
        assert_eq!(Object::from(fields.clone()), *fields);
    }

    #[test]
    fn records_differ_if_their_unreadable_fields_do() {
        let companies = [r#"{"h": 7.5}"#, r#"{"h": 7.50}"#, r#"{"h": 1e400}"#, r#"{"h": 1e401}"#, "{}"].map(company);
        for (index, one) in companies.iter().enumerate() {
            for (other_index, other) in companies.iter().enumerate() {
                assert_eq!(one == other, index == other_index, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_value_holds_unreadable_fields_as_far_as_it_can() {
        assert_eq!(serde_json::to_value(company(r#"{"h": 7.5}"#)).unwrap(), json!({"h": 7.5}));
        assert!(serde_json::to_value(company(r#"{"h": "\ud800"}"#)).is_err());
    }

    #[test]
    fn a_number_beyond_its_type_is_written_back_as_it_came() {
        let long = "123456789012345678901234567890";
        let body = format!(r#"{{"mrr": 1e400, "h": {long}, "custom": {{"A": -1e400, "B": 1}}, "new": 1E+400}}"#);
        let company = company(&body);
        assert_eq!((company.mrr, company.h, company.custom.number("B")), (None, None, Some(1.0)));
        assert_eq!(company.unreadable().len(), 4);
        let written = serde_json::to_string(&company).unwrap();
        for field in [r#""mrr":1e400"#, &format!(r#""h":{long}"#), r#""A":-1e400"#, r#""new":1E+400"#] {
            assert!(written.contains(field), "{field} {written}");
        }
    }

    #[test]
    fn a_diff_clears_no_field_for_being_unreadable() {
        let read = company(r#"{"h": 7, "name": "A", "custom": {"a": 1, "b": 2}}"#);
        let diff = |before: &Company, after: &Company| serde_json::to_string(before.diff(after).body()).unwrap();
        let odd = company(r#"{"h": 7.5, "name": "B", "custom": {"a": "\ud800", "b": 2}}"#);
        assert_eq!(diff(&read, &odd), r#"{"name":"B"}"#);
        let back = odd.diff(&read);
        let back = |name| back.body().get(name);
        assert_eq!(
            [back("h"), back("name"), back("custom")],
            [Some(&json!(7)), Some(&json!("A")), Some(&json!({"a": 1}))]
        );
        assert_eq!(diff(&odd, &odd), "{}");
        assert_eq!(diff(&read, &company(r#"{"h": 7, "name": "A", "custom": ""}"#)), "{}");

        let mut cleared = odd.clone();
        cleared.extra.remove("h");
        assert_eq!(diff(&odd, &cleared), r#"{"h":null}"#);
    }
}
