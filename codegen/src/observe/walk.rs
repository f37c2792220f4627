//! Compares one record with the schema.

use serde_json::{Map, Value};

use super::{
    fit::{Fit, fit, one_of},
    tally::{Difference, Key, Observation, Place, Subject, Tallies},
    text,
};
use crate::ir::{Api, Direction, EnumId, Field, Owner, Type};

/// What stands in a path for a key that is an id rather than a name.
pub const SOME_ID: &str = "{id}";

#[derive(Debug)]
pub struct Walk<'a, 'r> {
    pub api: &'a Api,
    /// What was seen so far.
    pub tallies: &'r mut Tallies,
    /// What the record is.
    pub subject: Subject,
    /// Its number among all records, from 1.
    pub record: usize,
    pub place: Place,
    /// Whether values may be shown.
    pub show: bool,
    /// The steps from the record to here, as they are written.
    pub path: Vec<&'r str>,
}

impl<'r> Walk<'_, 'r> {
    pub fn record(&mut self, value: &'r Value) {
        let owner = self.subject.owner;
        let fields = self.api.fields(owner).len();
        let seen = self.tallies.seen.entry(self.subject).or_default();
        seen.records += 1;
        seen.fields.resize(fields, false);
        match value {
            Value::Object(object) => self.object(owner, object),
            _ => self.report(Difference::NoObject, owner, "", value),
        }
    }

    fn object(&mut self, owner: Owner, object: &'r Map<String, Value>) {
        for (key, value) in object {
            let mut fields = self.api.fields(owner).iter().enumerate();
            match fields.find(|(_, field)| field.wire == *key) {
                Some((index, field)) => {
                    if self.path.is_empty() {
                        self.mark(index);
                    }
                    self.step(key, |walk| walk.field(owner, field, value));
                }
                None if self.is_dotted(owner, key) => {}
                None if text::is_key(key) => self.step(key, |walk| walk.report(Difference::Unknown, owner, key, value)),
                // The name itself may be data.
                None => self.step(SOME_ID, |walk| walk.report(Difference::Unknown, owner, SOME_ID, value)),
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
    fn is_dotted(&self, owner: Owner, key: &str) -> bool {
        let Some((field, _)) = key.split_once('.') else { return false };
        let open = |ty: &Type| matches!(ty, Type::Custom | Type::Object | Type::Json | Type::Map(_));
        self.subject.direction == Direction::Request
            && self.api.field(owner, field).is_some_and(|field| open(&field.ty))
    }

    fn step(&mut self, step: &'r str, then: impl FnOnce(&mut Self)) {
        self.path.push(step);
        then(self);
        self.path.pop();
    }

    fn field(&mut self, owner: Owner, field: &Field, value: &'r Value) {
        let is_response = self.subject.direction == Direction::Response;
        if is_response && field.write_only {
            self.report(Difference::Returned, owner, &field.wire, value);
        }
        if is_response && field.required && value.is_null() {
            self.report(Difference::Null, owner, &field.wire, value);
        }
        self.value(owner, &field.wire, &field.ty, value);
    }

    fn value(&mut self, owner: Owner, field: &str, ty: &Type, value: &'r Value) {
        match fit(ty, value) {
            Fit::Wrong => return self.report(Difference::Mismatch, owner, field, value),
            Fit::Forgiven(form) if self.subject.direction == Direction::Response => {
                self.report(Difference::Forgiven(form), owner, field, value);
            }
            Fit::Fine | Fit::Forgiven(_) => {}
        }
        match (ty, value) {
            (Type::OneOf(first, second), _) => {
                let ty = one_of(first, second, value).0;
                // What is forgiven of the whole has been reported.
                if fit(ty, value) == Fit::Fine {
                    self.value(owner, field, ty, value);
                }
            }
            (Type::List(item), Value::Array(items)) => self.step("[]", |walk| {
                for value in items {
                    walk.value(owner, field, item, value);
                }
            }),
            (Type::Map(inner), Value::Object(entries)) => self.step("{}", |walk| {
                for value in entries.values() {
                    walk.value(owner, field, inner, value);
                }
            }),
            (Type::Shape(shape), Value::Object(object)) => self.object(Owner::Shape(*shape), object),
            (Type::Enum(known), Value::String(text)) => self.enum_value(owner, field, *known, text, value),
            _ => {}
        }
    }

    fn enum_value(&mut self, owner: Owner, field: &str, known: EnumId, text: &str, value: &Value) {
        let known = self.api[known].variants.iter().any(|variant| variant.wire == text);
        if known || text.is_empty() || self.subject.direction == Direction::Request {
            return;
        }
        let (key, observation) = self.observation(Difference::NewValue, owner, field, value);
        self.tallies.add_value(&key, text, observation);
    }

    fn report(&mut self, difference: Difference, owner: Owner, field: &str, value: &Value) {
        let (key, observation) = self.observation(difference, owner, field, value);
        self.tallies.add(key, observation);
    }

    fn observation<'s>(
        &self,
        difference: Difference,
        owner: Owner,
        field: &'s str,
        value: &'s Value,
    ) -> (Key, Observation<'s>) {
        let key = Key { subject: self.subject, path: path(&self.path), difference };
        (key, Observation { record: self.record, place: self.place, owner, field, value, show: self.show })
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
