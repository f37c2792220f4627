//! What was seen of a property over all records.

use super::sample::Record;
use crate::write::json::Json;

/// What was seen of a property.
#[derive(Debug, Default)]
pub struct Seen<'a> {
    /// In how many objects it could have been.
    pub objects_around: usize,
    /// In how many it was `null`.
    pub nulls: usize,
    /// How often it was true or false.
    pub booleans: usize,
    /// The texts.
    pub texts: Vec<&'a str>,
    /// The whole numbers.
    pub integers: Vec<i64>,
    /// How many numbers were not whole.
    pub fractions: usize,
    /// The elements of the lists, and how many lists there were.
    pub lists: usize,
    /// Their elements.
    pub items: Option<Box<Seen<'a>>>,
    /// How many objects there were.
    pub objects: usize,
    /// The properties of the objects, in the order in which they first came.
    pub properties: Vec<(&'a str, Seen<'a>)>,
}

impl<'a> Seen<'a> {
    /// What was seen of records.
    pub fn of(records: &'a [Record]) -> Self {
        let mut seen = Self::default();
        for record in records {
            seen.add_object(record);
        }
        seen.count_around();
        seen
    }

    fn add(&mut self, value: &'a Json) {
        match value {
            Json::Null => self.nulls += 1,
            Json::Boolean(_) => self.booleans += 1,
            Json::Integer(number) => self.integers.push(*number),
            Json::Number(_) => self.fractions += 1,
            Json::Text(text) => self.texts.push(text),
            Json::Array(items) => {
                self.lists += 1;
                let seen = self.items.get_or_insert_default();
                for item in items {
                    seen.add(item);
                }
            }
            Json::Object(properties) => self.add_object(properties),
        }
    }

    fn add_object(&mut self, properties: &'a Record) {
        self.objects += 1;
        for (name, value) in properties {
            if let Some((_, seen)) = self.properties.iter_mut().find(|(known, _)| known == name) {
                seen.add(value);
            } else {
                let mut seen = Self::default();
                seen.add(value);
                self.properties.push((name, seen));
            }
        }
    }

    /// A property can be first seen late, so this is known only at the end.
    fn count_around(&mut self) {
        for (_, seen) in &mut self.properties {
            seen.objects_around = self.objects;
            seen.count_around();
        }
        if let Some(items) = &mut self.items {
            items.count_around();
        }
    }

    /// How often there was a value.
    pub fn present(&self) -> usize {
        self.booleans + self.texts.len() + self.integers.len() + self.fractions + self.lists + self.objects
    }

    /// Whether there were values, all of one kind: the one that is counted here.
    pub fn all_are(&self, count: usize) -> bool {
        count > 0 && count == self.present()
    }

    /// How often it was there, in words.
    pub fn how_often(&self) -> String {
        let missing = self.objects_around.saturating_sub(self.present() + self.nulls);
        let there = format!("in {} of {}", self.present(), self.objects_around);
        let others = [(self.nulls, "null"), (missing, "missing")].into_iter().filter(|(count, _)| *count > 0);
        others.fold(there, |words, (count, what)| format!("{words}, {what} in {count}"))
    }
}
