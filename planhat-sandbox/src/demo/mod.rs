//! The demo data set. `demo.json` describes it; a seed and a day determine it completely.
//!
//! The description has lists of values and templates of records. A template becomes `repeat` records, with the nested
//! templates below each. In the texts of a template,
//!
//! - `{name}` is an element of a list, or a record of a model. Seeded random order decides which one comes next; one that
//!   was used stays the same within the record and in the records below it. `{name.property}` is a property of it, and
//!   `{name.lower}` its text in lower case.
//! - `{#}` is the number of the record within its model, `{nth}` its number within the repetition.
//! - `today - 3.5`, `day - 3` and `= 10 - 3` are a timestamp, a day as epoch days, and a number.
//!
//! A text without value, because an element lacks the property, is left out.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use fastrand::Rng;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    operations::write::Writer,
    store::{Store, time},
    tables::{
        catalog::catalog,
        record::{Record, value_at},
    },
};

const DEMO: &str = include_str!("demo.json");

#[derive(Default, Deserialize)]
struct Demo {
    lists: BTreeMap<String, Vec<Value>>,
    records: Vec<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    model: String,
    #[serde(default = "once")]
    repeat: Value,
    fields: Record,
    #[serde(default)]
    records: Vec<Self>,
}

fn once() -> Value {
    1.into()
}

/// The values that placeholders stand for in a record and those below it.
type Scope = HashMap<String, Arc<Value>>;

/// Stores the demo data set.
pub(crate) fn fill(store: &mut Store, seed: u64, now: Timestamp) {
    // A test proves that it can be parsed.
    let demo: Demo = serde_json::from_str(DEMO).unwrap_or_default();
    let mut random = Rng::with_seed(seed);
    let shuffled = demo.lists.into_iter().map(|(name, mut list)| {
        random.shuffle(&mut list);
        (name, list.into_iter().map(Arc::new).collect())
    });
    let lists = shuffled.collect();
    let today = now.as_millisecond().div_euclid(time::DAY);
    let mut generator = Generator { store, today, lists, used: HashMap::new() };
    for template in &demo.records {
        generator.generate(template, &Scope::new());
    }
}

struct Generator<'a> {
    store: &'a mut Store,
    /// The current day, as epoch days.
    today: i64,
    /// The elements of lists, and the records of models.
    lists: HashMap<String, Vec<Arc<Value>>>,
    /// The number of elements that were used.
    used: HashMap<String, usize>,
}

impl Generator<'_> {
    fn generate(&mut self, template: &Template, scope: &Scope) {
        let Some(table) = catalog().table(&template.model) else { return };
        let count = self.value(&template.repeat, &mut scope.clone()).and_then(|count| count.as_u64()).unwrap_or(0);
        for nth in 1..=count {
            let number = self.lists.get(&template.model).map_or(0, Vec::len) + 1;
            let mut scope = scope.clone();
            scope.insert("nth".to_owned(), Arc::new(nth.into()));
            scope.insert("#".to_owned(), Arc::new(number.into()));
            let record = self.fields(&template.fields, &mut scope);
            let now = Timestamp::from_millisecond(self.today * time::DAY).unwrap_or_default();
            let id = Writer { store: self.store, table, now }.insert(record);
            let Some(record) = self.store.by_id(table, &id) else { return };
            let record = Arc::new(Value::Object(Record::clone(record)));
            self.lists.entry(template.model.clone()).or_default().push(Arc::clone(&record));
            scope.insert(template.model.clone(), record);
            for below in &template.records {
                self.generate(below, &scope);
            }
        }
    }

    fn fields(&mut self, fields: &Record, scope: &mut Scope) -> Record {
        fields.iter().filter_map(|(name, value)| Some((name.clone(), self.value(value, scope)?))).collect()
    }

    fn value(&mut self, template: &Value, scope: &mut Scope) -> Option<Value> {
        Some(match template {
            Value::String(text) => return self.text(text, scope),
            Value::Array(elements) => elements.iter().filter_map(|element| self.value(element, scope)).collect(),
            Value::Object(fields) => self.fields(fields, scope).into(),
            other => other.clone(),
        })
    }

    fn text(&mut self, text: &str, scope: &mut Scope) -> Option<Value> {
        let mut parts = text.split('{');
        let mut filled = parts.next()?.to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}')?;
            let value = self.placeholder(name, scope)?;
            if text.len() == name.len() + 2 {
                return Some(value);
            }
            filled.push_str(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            filled.push_str(rest);
        }
        Some(match filled.split_once(' ') {
            Some(("today", terms)) => time::iso_millis(self.today * time::DAY + sum(terms, time::DAY)?)?,
            Some(("day", terms)) => (self.today + sum(terms, 1)?).into(),
            Some(("=", terms)) => sum(terms, 1)?.into(),
            _ => filled.into(),
        })
    }

    fn placeholder(&mut self, placeholder: &str, scope: &mut Scope) -> Option<Value> {
        let (name, path) = placeholder.split_once('.').unwrap_or((placeholder, ""));
        if !scope.contains_key(name) {
            let list = self.lists.get(name)?;
            let used = self.used.entry(name.to_owned()).or_default();
            scope.insert(name.to_owned(), Arc::clone(list.get(*used % list.len())?));
            *used += 1;
        }
        let value = scope.get(name)?;
        match path {
            "" => Some(Value::clone(value)),
            "lower" => Some(value.as_str()?.to_lowercase().into()),
            path => value_at(value.as_object()?, path).cloned(),
        }
    }
}

/// Adds and subtracts numbers, and multiplies the result by a unit.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the numbers are small")]
fn sum(terms: &str, unit: i64) -> Option<i64> {
    let (mut sum, mut sign) = (0.0, 1.0);
    for term in terms.split(' ') {
        match term {
            "+" => sign = 1.0,
            "-" => sign = -1.0,
            number => sum += sign * number.parse::<f64>().ok()?,
        }
    }
    Some((sum * unit as f64).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &Template, store: &Store) {
        let table = catalog().table(&template.model).unwrap_or_else(|| panic!("{}", template.model));
        for name in template.fields.keys() {
            assert!(table.field(name).is_some(), "{}.{name}", template.model);
        }
        assert!(store.count(table) > 0, "{}", template.model);
        template.records.iter().for_each(|template| check(template, store));
    }

    #[test]
    fn its_models_and_fields_are_in_the_schema() {
        let mut store = Store::default();
        fill(&mut store, 1, Timestamp::now());
        let demo: Demo = serde_json::from_str(DEMO).unwrap();
        demo.records.iter().for_each(|template| check(template, &store));
    }
}
