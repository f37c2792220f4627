//! Fields that the server computes from others.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Number, Value};

use crate::{
    store::{Store, time},
    tables::{
        catalog::{Table, catalog, referenced_model, referencing},
        record::{ID, Record, id_of},
        registry::{Derive, Field},
    },
};

/// The fields that may hold the name of a record, in order of preference.
const NAMES: [&str; 3] = ["name", "nickName", "title"];

/// An upper bound for the length of a chain of computed fields.
const ROUNDS: usize = 5;

/// Computes the fields that are empty, or whose sources have changed.
pub(crate) fn compute(store: &Store, table: &Table, record: &mut Record, changed: &HashSet<String>, now: Timestamp) {
    let mut changed = changed.clone();
    for _ in 0..ROUNDS {
        let before = changed.len();
        for field in table.model.fields {
            let Some(rule) = field.derive else { continue };
            let stale =
                !only_where_empty(&rule) && sources(&rule).into_iter().flatten().any(|source| changed.contains(source));
            let empty = record.get(field.name).is_none_or(Value::is_null);
            if !stale && (!empty || changed.contains(field.name)) {
                continue;
            }
            let value = Computation { store, table, record, now }.value(field, &rule);
            if store_computed(record, field, value) {
                changed.insert(field.name.to_owned());
            }
        }
        if changed.len() == before {
            return;
        }
    }
}

/// Returns the values that other records may copy: the name and the keys.
pub(crate) fn copied_values<'a>(
    table: &Table,
    record: &'a Record,
) -> impl Iterator<Item = Option<&'a Value>> + use<'a> {
    let keys = [table.model.external, table.model.source].map(|field| record.get(field?));
    [name_of(record)].into_iter().chain(keys)
}

/// Updates the copies of the name and the keys of a record in the records that refer to it.
pub(crate) fn refresh_copies(store: &mut Store, table: &Table, id: &str, now: Timestamp) {
    for (other, reference) in referencing(table.collection) {
        let pointing: Vec<_> = store.all_by_key(other, reference, id).cloned().collect();
        for record in pointing {
            let table = catalog().resolve_submodel(other, &record);
            let mut fresh = Record::clone(&record);
            let mut changed = false;
            for (field, _) in table.copied_fields().filter(|(_, from)| from == reference) {
                let value = field
                    .derive
                    .and_then(|rule| Computation { store, table, record: &record, now }.value(field, &rule));
                changed |= store_computed(&mut fresh, field, value);
            }
            if changed {
                store.put(other, fresh);
            }
        }
    }
}

/// Sets the fields with the time of the latest write.
pub(crate) fn set_update_times(table: &Table, record: &mut Record, now: Timestamp) {
    for field in table.model.fields.iter().filter(|field| matches!(field.derive, Some(Derive::UpdatedAt))) {
        record.insert(field.name.to_owned(), time::iso(now));
    }
}

/// Returns whether a field holds the time of the first or the latest write.
pub(crate) fn is_time_of_write(field: &Field) -> bool {
    matches!(field.derive, Some(Derive::CreatedAt | Derive::UpdatedAt))
}

/// Returns an error message if the record that an event or data point is about does not exist.
pub(crate) fn missing_subject(table: &Table, record: &Record) -> Option<String> {
    table.model.fields.iter().find_map(|field| match field.derive {
        Some(Derive::RecordOf(model, key)) if field.computed && record.get(field.name).is_none_or(Value::is_null) => {
            let of = |name: &str| record.get(name).and_then(text).unwrap_or_default();
            Some(format!("there is no {} with the external id {}", of(model), of(key)))
        }
        _ => None,
    })
}

/// Stores a computed value, or removes the field if only the server sets it. Returns whether the record changed.
fn store_computed(record: &mut Record, field: &Field, value: Option<Value>) -> bool {
    match value {
        Some(value) if record.get(field.name) == Some(&value) => false,
        Some(value) => {
            record.insert(field.name.to_owned(), value);
            true
        }
        None => field.computed && record.remove(field.name).is_some(),
    }
}

fn sources(rule: &Derive) -> [Option<&'static str>; 2] {
    match *rule {
        Derive::CreatedAt | Derive::UpdatedAt => [None, None],
        Derive::NameOf(one)
        | Derive::ExternalIdOf(one)
        | Derive::SourceIdOf(one)
        | Derive::WithExternalId(one)
        | Derive::WithDomain(one)
        | Derive::WithSame(one)
        | Derive::CompanyOf(one)
        | Derive::DayOf(one)
        | Derive::MidnightOf(one)
        | Derive::TextOf(one)
        | Derive::IdsOf(one)
        | Derive::CopyOf(one) => [Some(one), None],
        Derive::RecordOf(one, two)
        | Derive::WithEither(one, two)
        | Derive::Join(one, two)
        | Derive::Product(one, two) => [Some(one), Some(two)],
    }
}

struct Computation<'a> {
    store: &'a Store,
    table: &'a Table,
    record: &'a Record,
    now: Timestamp,
}

impl<'a> Computation<'a> {
    fn value(&self, field: &Field, rule: &Derive) -> Option<Value> {
        match *rule {
            Derive::CreatedAt | Derive::UpdatedAt => Some(time::iso(self.now)),
            Derive::NameOf(reference) => {
                let (_, record) = self.referenced(reference)?;
                name_of(record).cloned()
            }
            Derive::ExternalIdOf(reference) => {
                let (table, record) = self.referenced(reference)?;
                record.get(table.model.external?).cloned()
            }
            Derive::SourceIdOf(reference) => {
                let (table, record) = self.referenced(reference)?;
                record.get(table.model.source?).cloned()
            }
            Derive::RecordOf(model, key) => {
                let table = catalog().table_by_loose_name(self.get(model)?.as_str()?)?;
                let found = self.store.by_key(table, table.model.external?, self.get(key)?.as_str()?)?;
                Some(id_of(found).into())
            }
            Derive::WithExternalId(key) => self.with_external_id(field, key),
            Derive::WithDomain(domains) => self.with_domain(field, domains),
            Derive::WithEither(key, domains) => {
                self.with_external_id(field, key).or_else(|| self.with_domain(field, domains))
            }
            Derive::WithSame(key) => self.with_same(field, key),
            Derive::CompanyOf(reference) => self.company(field, reference),
            Derive::DayOf(source) => Some(time::millis(self.get(source)?)?.div_euclid(time::DAY).into()),
            Derive::MidnightOf(source) => {
                let millis = time::millis(self.get(source)?)?;
                time::iso_millis(millis - millis.rem_euclid(time::DAY))
            }
            Derive::TextOf(source) => Some(without_markup(self.get(source)?.as_str()?).into()),
            Derive::IdsOf(source) => Some(self.get(source)?.as_array()?.iter().filter_map(element_id).collect()),
            Derive::CopyOf(source) => self.get(source).cloned(),
            Derive::Join(one, two) => {
                let parts: Vec<String> = [one, two].iter().filter_map(|name| text(self.get(name)?)).collect();
                (!parts.is_empty()).then(|| parts.join(" ").into())
            }
            Derive::Product(one, two) => product(self.get(one)?, self.get(two)?),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.record.get(name).filter(|value| !value.is_null())
    }

    /// The record that a field refers to. A reference without a model is looked up in all models.
    fn referenced(&self, reference: &str) -> Option<(&'a Table, &'a Record)> {
        let id = element_id(self.get(reference)?)?;
        match self.table.target(reference) {
            Some(table) => Some((table, self.store.by_id(table, id.as_str()?)?)),
            None => self.store.anywhere(id.as_str()?).map(|(table, record)| (table, &**record)),
        }
    }

    /// The id of the record of the computed field's model with this external id.
    fn with_external_id(&self, field: &Field, key: &str) -> Option<Value> {
        let table = catalog().table(referenced_model(field.kind)?)?;
        let found = self.store.by_key(table, table.model.external?, self.get(key)?.as_str()?)?;
        Some(id_of(found).into())
    }

    /// The id of the record of that model with the domain of an email address, or with one of some domains.
    fn with_domain(&self, field: &Field, domains: &str) -> Option<Value> {
        let table = catalog().table(referenced_model(field.kind)?)?;
        let given = self.get(domains)?;
        let given = given.as_array().map_or(std::slice::from_ref(given), Vec::as_slice);
        let mut texts = given.iter().filter_map(Value::as_str);
        let found = texts.find_map(|text| {
            let domain = text.rsplit('@').next()?.trim().to_lowercase();
            self.store.by_key(table, table.model.domains?, &domain)
        });
        Some(id_of(found?).into())
    }

    /// The id of the record of that model with the same key, if there is exactly one.
    fn with_same(&self, field: &Field, key: &str) -> Option<Value> {
        let table = catalog().table(referenced_model(field.kind)?)?;
        let mut found = self.store.all_by_key(table, key, self.get(key)?.as_str()?);
        let first = found.next()?;
        found.next().is_none().then(|| id_of(first).into())
    }

    /// The id of the record of that model which the referenced record belongs to or is.
    fn company(&self, field: &Field, reference: &str) -> Option<Value> {
        let wanted = referenced_model(field.kind)?;
        let (table, record) = self.referenced(reference)?;
        if table.model.name == wanted {
            return Some(id_of(record).into());
        }
        let mut owners = table.model.fields.iter().filter(|owner| referenced_model(owner.kind) == Some(wanted));
        let owner = table.field(field.name).or_else(|| owners.next())?;
        record.get(owner.name).filter(|id| id.is_string()).cloned()
    }
}

/// Returns the name of a record.
fn name_of(record: &Record) -> Option<&Value> {
    NAMES.iter().find_map(|name| record.get(*name).filter(|value| value.is_string()))
}

/// Returns whether a rule applies only to empty fields.
fn only_where_empty(rule: &Derive) -> bool {
    matches!(rule, Derive::WithExternalId(_) | Derive::WithDomain(_) | Derive::WithEither(..) | Derive::WithSame(_))
}

/// Returns the id in a reference or in an element of a list: the value itself, or a property of it.
fn element_id(element: &Value) -> Option<Value> {
    let id = element.get("id").or_else(|| element.get(ID)).unwrap_or(element);
    id.is_string().then(|| id.clone())
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (!text.is_empty() && !value.is_null()).then_some(text)
}

fn product(one: &Value, two: &Value) -> Option<Value> {
    let exact = one.as_i64().zip(two.as_i64()).and_then(|(one, two)| one.checked_mul(two)).map(Value::from);
    exact.or_else(|| Number::from_f64(one.as_f64()? * two.as_f64()?).map(Value::Number))
}

/// Strips HTML markup, and collapses white space.
fn without_markup(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                words.push(' ');
            }
            _ if inside => {}
            c => words.push(c),
        }
    }
    let entities = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let plain = entities.iter().fold(words, |text, (entity, c)| text.replace(entity, c));
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
