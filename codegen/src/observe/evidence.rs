//! What the values of a property have been.

use std::collections::BTreeMap;

use serde_json::Value;

use super::text::{is_day, is_id, is_time, is_whole};

/// Whole numbers in between are taken for epoch milliseconds: the years 2001 to 2065.
const MILLISECONDS: std::ops::Range<f64> = 1.0e12..3.0e12;

/// Whole numbers in between can be days since 1970 in our time.
const DAYS: std::ops::Range<f64> = 1.0e4..6.0e4;

/// How many different texts are kept: more than an enum may have.
const TEXTS: usize = 7;

/// How many properties of an object are kept, and how deep objects in objects go.
const PROPERTIES: usize = 100;
const DEEPEST: usize = 4;

/// What the values of a property have been so far. It grows with their kinds, not with their number.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// How often there was a value. The empty text says nothing, so it is none.
    pub present: usize,
    pub nulls: usize,
    pub booleans: usize,
    /// How often it was a whole number, epoch milliseconds aside.
    pub whole: usize,
    /// How many of them can be days since 1970.
    pub days: usize,
    /// How often it was a number that can be epoch milliseconds.
    pub milliseconds: usize,
    /// How often it was a number that is not whole.
    pub fractions: usize,
    /// How often it was a text like an id.
    pub ids: usize,
    /// How often it was a text like a day or a time.
    pub times: usize,
    /// How often it was any other text.
    pub texts: usize,
    /// Some of the different texts.
    pub different: Vec<String>,
    pub lists: usize,
    pub items: Option<Box<Self>>,
    pub objects: usize,
    pub properties: BTreeMap<String, Self>,
}

impl Evidence {
    pub fn add(&mut self, value: &Value) {
        self.add_within(value, 0);
    }

    fn add_within(&mut self, value: &Value, depth: usize) {
        let text = |text: &String| text.is_empty();
        self.present += usize::from(!(value.is_null() || matches!(value, Value::String(empty) if text(empty))));
        match value {
            Value::Null => self.nulls += 1,
            Value::Bool(_) => self.booleans += 1,
            Value::Number(number) => self.add_number(number.as_f64().unwrap_or(f64::INFINITY), is_whole(value)),
            Value::String(text) => self.add_text(text),
            Value::Array(items) => {
                self.lists += 1;
                let inner = self.items.get_or_insert_default();
                for item in items {
                    inner.add_within(item, depth + 1);
                }
            }
            Value::Object(object) => {
                self.objects += 1;
                for (name, value) in object.iter().filter(|_| depth < DEEPEST) {
                    if self.properties.len() < PROPERTIES || self.properties.contains_key(name) {
                        self.properties.entry(name.clone()).or_default().add_within(value, depth + 1);
                    }
                }
            }
        }
    }

    fn add_number(&mut self, number: f64, is_whole: bool) {
        if !is_whole {
            self.fractions += 1;
        } else if MILLISECONDS.contains(&number) {
            self.milliseconds += 1;
        } else {
            self.whole += 1;
            self.days += usize::from(DAYS.contains(&number));
        }
    }

    fn add_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        } else if is_id(text) {
            self.ids += 1;
        } else if is_time(text) || is_day(text) {
            self.times += 1;
        } else {
            self.texts += 1;
        }
        self.keep(text);
    }

    fn keep(&mut self, text: &str) {
        if self.different.len() < TEXTS && !self.different.iter().any(|known| known == text) {
            self.different.push(text.to_owned());
        }
    }

    /// Takes the values of other evidence into account.
    pub fn merge(&mut self, other: &Self) {
        self.present += other.present;
        self.nulls += other.nulls;
        self.booleans += other.booleans;
        self.whole += other.whole;
        self.days += other.days;
        self.milliseconds += other.milliseconds;
        self.fractions += other.fractions;
        self.ids += other.ids;
        self.times += other.times;
        self.texts += other.texts;
        other.different.iter().for_each(|text| self.keep(text));
        self.lists += other.lists;
        if let Some(items) = &other.items {
            self.items.get_or_insert_default().merge(items);
        }
        self.objects += other.objects;
        for (name, evidence) in &other.properties {
            self.properties.entry(name.clone()).or_default().merge(evidence);
        }
    }

    pub fn all_texts(&self) -> usize {
        self.ids + self.times + self.texts
    }

    pub fn all_numbers(&self) -> usize {
        self.whole + self.milliseconds + self.fractions
    }

    /// Whether there were values, all of one kind: the one that is counted here.
    pub fn all_are(&self, count: usize) -> bool {
        count > 0 && count == self.present
    }

    /// In how many of some objects it was, in words.
    pub fn how_often(&self, objects: usize) -> String {
        let missing = objects.saturating_sub(self.present + self.nulls);
        let others = [(self.nulls, "null"), (missing, "missing")].into_iter().filter(|(count, _)| *count > 0);
        let there = format!("in {} of {objects}", self.present);
        others.fold(there, |words, (count, what)| format!("{words}, {what} in {count}"))
    }
}
