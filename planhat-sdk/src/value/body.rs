use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{CustomFields, Entries, IntoJson, Object, UnknownFields, wire::Wire};

/// The body of a write: the fields that were set, and only those.
///
/// A field that was not set is left alone, one that was cleared is written as `null`. Since a body holds
/// only what it changes, thousands of them take little memory however many fields a model has.
#[derive(Clone, Default, PartialEq)]
pub struct Body {
    fields: Vec<(Cow<'static, str>, Value)>,
    /// The fields whose value cannot be sent, and why: setters do not fail, the call does, before it is sent.
    invalid: Vec<(Box<str>, Box<str>)>,
}

impl Body {
    /// Returns the value that will be written for a field; `null` if it was cleared, `None` if it was not set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find_map(|(field, value)| (field == name).then_some(value))
    }

    /// Returns whether no field was set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Returns why the body cannot be sent, if it cannot.
    pub(crate) fn invalid(&self) -> Option<String> {
        self.invalid.first().map(|(name, problem)| format!("`{name}`: {problem}"))
    }

    /// Reads a body back from its JSON.
    pub(crate) fn from_json(json: &[u8]) -> Self {
        let mut body = Self::default();
        match serde_json::from_slice::<Entries<String, Value>>(json) {
            Ok(Entries(fields)) => body.fields = fields.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            Err(error) => body.reject("the row", &error.to_string()),
        }
        body
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Wire) {
        match value.into_json() {
            Ok(value) => self.put(name, value),
            Err(problem) => self.reject(name, &problem),
        }
    }

    pub(crate) fn clear(&mut self, name: &'static str) {
        self.put(name, Value::Null);
    }

    pub(crate) fn extra(&mut self, name: impl Into<Cow<'static, str>>, value: impl IntoJson) {
        let name = name.into();
        match value.into_json_value() {
            Ok(value) => self.put(name, value),
            Err(problem) => self.reject(&name, &problem),
        }
    }

    pub(crate) fn custom(&mut self, map: &'static str, name: impl Into<String>, value: impl IntoJson) {
        let name = name.into();
        let value = match value.into_json_value() {
            Ok(value) => value,
            Err(problem) => return self.reject(&format!("{map}.{name}"), &problem),
        };
        self.invalid.retain(|(field, _)| **field != *format!("{map}.{name}"));
        if self.get(map).is_none_or(|value| !value.is_object()) {
            self.put(map, Value::Object(Object::new()));
        }
        if let Some((_, Value::Object(fields))) = self.fields.iter_mut().find(|(field, _)| field == map) {
            fields.insert(name, value);
        }
    }

    /// Sets what differs between two states of a custom map; what is gone is cleared. Nothing is known of fields that
    /// could not be read.
    pub(crate) fn custom_changes(
        &mut self,
        map: &'static str,
        before: &CustomFields,
        after: &CustomFields,
        unread: &UnknownFields,
    ) {
        if unread.is_unreadable(map) {
            return;
        }
        for (name, value) in after.iter().filter(|(name, value)| before.get(name) != Some(value)) {
            self.custom(map, name, value);
        }
        let is_gone = |name: &str| after.get(name).is_none() && !after.is_unreadable(name);
        for (name, _) in before.iter().filter(|(name, value)| !value.is_null() && is_gone(name)) {
            self.custom(map, name, Value::Null);
        }
    }

    /// Sets a field if it differs between two states of a record; what is gone is cleared. Nothing is known of a field
    /// that could not be read.
    pub(crate) fn change<T: Wire + Clone + PartialEq>(
        &mut self,
        name: &'static str,
        before: (Option<&T>, &UnknownFields),
        after: (Option<&T>, &UnknownFields),
    ) {
        match after.0 {
            Some(value) if before.0 != Some(value) => self.set(name, value.clone()),
            None if after.1.is_unreadable(name) => {}
            None if before.0.is_some() || before.1.is_unreadable(name) => self.clear(name),
            _ => {}
        }
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.fields.iter().position(|(field, _)| field == name)?;
        Some(self.fields.remove(index).1)
    }

    fn put(&mut self, name: impl Into<Cow<'static, str>>, value: Value) {
        let name = name.into();
        self.invalid.retain(|(field, _)| **field != *name);
        match self.fields.iter_mut().find(|(field, _)| *field == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name, value)),
        }
    }

    fn reject(&mut self, name: &str, problem: &str) {
        self.invalid.push((name.into(), problem.into()));
    }
}

/// A type that is written: a create type, a patch type, or an event or data point.
pub trait FromBody: Into<Body> {
    #[doc(hidden)]
    fn from_body(body: Body) -> Self;
}

/// A model with a patch type, which is what a bulk upsert of the model sends.
pub trait Patched {
    /// The patch type, such as [`CompanyPatch`](crate::CompanyPatch) for a [`Company`](crate::Company).
    type Patch: FromBody;
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.fields.iter().map(|(name, value)| (name, value))).finish()
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|(name, value)| (name, value)))
    }
}
