//! One record held against the schema.

use serde_json::{Map, Value};

use super::{
    fit::{Fit, fit, one_of},
    looks,
    scopes::{Scope, Scopes},
    tally::{Difference, Key, Place, Sighting, Subject, Tallies, Way},
};
use crate::ir::{Field, Type};

/// What stands in a path for a key that is an id rather than a name.
pub const SOME_ID: &str = "{id}";

/// A walk through one record.
#[derive(Debug)]
pub struct Walk<'a, 'r> {
    /// The schema.
    pub scopes: &'a Scopes<'a>,
    /// What was seen so far.
    pub tallies: &'r mut Tallies,
    /// What the record is.
    pub subject: Subject,
    /// Its number among all records, from 1.
    pub record: usize,
    /// Where it stands.
    pub place: Place,
    /// Whether values may be told.
    pub show: bool,
    /// The steps from the record to here, as they are written.
    pub path: Vec<&'r str>,
}

impl<'r> Walk<'_, 'r> {
    /// Looks at a whole record.
    pub fn record(&mut self, value: &'r Value) {
        let scope = self.subject.scope;
        let fields = self.scopes.list(scope).len();
        let seen = self.tallies.seen.entry(self.subject).or_default();
        seen.records += 1;
        seen.fields.resize(fields, false);
        match value {
            Value::Object(object) => self.object(scope, object),
            _ => self.tell(Difference::NoObject, scope, "", value),
        }
    }

    fn object(&mut self, scope: Scope, object: &'r Map<String, Value>) {
        for (key, value) in object {
            match self.scopes.field(scope, key) {
                Some((index, field)) => {
                    if self.path.is_empty() {
                        self.mark(index);
                    }
                    self.step(key, |walk| walk.field(scope, field, value));
                }
                None if self.is_dotted(scope, key) => {}
                None if looks::is_key(key) => self.step(key, |walk| walk.tell(Difference::Unknown, scope, key, value)),
                // The name itself may be data.
                None => self.step(SOME_ID, |walk| walk.tell(Difference::Unknown, scope, SOME_ID, value)),
            }
        }
    }

    fn mark(&mut self, field: usize) {
        let seen = self.tallies.seen.get_mut(&self.subject).and_then(|seen| seen.fields.get_mut(field));
        if let Some(seen) = seen {
            *seen = true;
        }
    }

    /// A write may name a key inside of a field, such as `custom.Plan`.
    fn is_dotted(&self, scope: Scope, key: &str) -> bool {
        let Some((field, _)) = key.split_once('.') else { return false };
        let open = |ty: &Type| matches!(ty, Type::Custom | Type::Object | Type::Json | Type::Map(_));
        self.subject.way == Way::Sent && self.scopes.field(scope, field).is_some_and(|(_, field)| open(&field.ty))
    }

    fn step(&mut self, step: &'r str, then: impl FnOnce(&mut Self)) {
        self.path.push(step);
        then(self);
        self.path.pop();
    }

    fn field(&mut self, scope: Scope, field: &Field, value: &'r Value) {
        let came = self.subject.way == Way::Came;
        if came && field.write_only {
            self.tell(Difference::ComesBack, scope, &field.wire, value);
        }
        if came && field.required && value.is_null() {
            self.tell(Difference::Null, scope, &field.wire, value);
        }
        self.value(scope, &field.wire, &field.ty, value);
    }

    fn value(&mut self, scope: Scope, field: &str, ty: &Type, value: &'r Value) {
        match fit(ty, value) {
            Fit::Wrong => return self.tell(Difference::Mismatch, scope, field, value),
            Fit::Forgiven(form) if self.subject.way == Way::Came => {
                self.tell(Difference::Forgiven(form), scope, field, value);
            }
            Fit::Fine | Fit::Forgiven(_) => {}
        }
        match (ty, value) {
            (Type::OneOf(first, second), _) => {
                let ty = one_of(first, second, value).0;
                // What is forgiven of the whole has been told.
                if fit(ty, value) == Fit::Fine {
                    self.value(scope, field, ty, value);
                }
            }
            (Type::List(item), Value::Array(items)) => self.step("[]", |walk| {
                for value in items {
                    walk.value(scope, field, item, value);
                }
            }),
            (Type::Map(inner), Value::Object(entries)) => self.step("{}", |walk| {
                for value in entries.values() {
                    walk.value(scope, field, inner, value);
                }
            }),
            (Type::SharedShape(_) | Type::OwnShape(_), Value::Object(object)) => {
                if let Some(inner) = self.scopes.inner(scope, ty) {
                    self.object(inner, object);
                }
            }
            (Type::Enum(index), Value::String(text)) => self.enum_value(scope, field, *index, text, value),
            _ => {}
        }
    }

    fn enum_value(&mut self, scope: Scope, field: &str, index: usize, text: &str, value: &Value) {
        let known =
            self.scopes.open_enum(scope, index).is_some_and(|found| found.variants.iter().any(|v| v.wire == text));
        if known || text.is_empty() || self.subject.way == Way::Sent {
            return;
        }
        let (key, sighting) = self.sighting(Difference::NewValue, scope, field, value);
        self.tallies.add_value(&key, text, sighting);
    }

    fn tell(&mut self, difference: Difference, scope: Scope, field: &str, value: &Value) {
        let (key, sighting) = self.sighting(difference, scope, field, value);
        self.tallies.add(key, sighting);
    }

    fn sighting<'s>(
        &self,
        difference: Difference,
        scope: Scope,
        field: &'s str,
        value: &'s Value,
    ) -> (Key, Sighting<'s>) {
        let key = Key { subject: self.subject, path: path(&self.path), difference };
        (key, Sighting { record: self.record, place: self.place, scope, field, value, show: self.show })
    }
}

/// A path as it is written: `lineItems[].unit`.
fn path(steps: &[&str]) -> String {
    let mut path = String::new();
    for step in steps {
        let opens = matches!(*step, "[]" | "{}");
        if !opens && !path.is_empty() {
            path.push('.');
        }
        path.push_str(step);
    }
    path
}
