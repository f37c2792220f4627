//! The type of a property, from its name and from what was seen of it.

use super::{
    seen::Seen,
    words::{is_short_word, looks_like_time},
};
use crate::{
    observe::text::{is_day, is_id, is_time},
    schema::{Schema, Shape, names, reserved::TYPES},
};

/// From how many texts on an enum is guessed.
const ENOUGH: usize = 6;

/// How many values an enum may have.
const FEW: usize = 6;

/// Whole numbers that can be days since 1970 in our time.
const DAYS: std::ops::Range<i64> = 10_000..60_000;

/// Whole numbers that can be milliseconds since 1970 in our time.
const MILLISECONDS: std::ops::Range<i64> = 500_000_000_000..10_000_000_000_000;

/// A type, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The type as the schema writes it.
    pub ty: String,
    /// What it was inferred from.
    pub why: String,
    /// The model that it points at.
    pub target: Option<String>,
    /// The shape that has to be declared for it.
    pub shape: Option<NewShape>,
}

/// A shape that a new model has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShape {
    /// Its name.
    pub name: String,
    /// The field that holds it.
    pub field: String,
    /// Its fields.
    pub fields: Vec<(String, Guess)>,
}

impl Guess {
    fn new(ty: impl Into<String>, why: impl Into<String>) -> Self {
        Self { ty: ty.into(), why: why.into(), target: None, shape: None }
    }
}

/// What guesses are made with.
#[derive(Clone, Copy)]
pub struct Guesser<'a> {
    /// The schema that the model is for.
    pub schema: &'a Schema,
    /// The model's name.
    pub model: &'a str,
}

impl<'a> Guesser<'a> {
    /// The type of a property of the model's records.
    pub fn field(self, name: &str, seen: &Seen<'_>) -> Guess {
        let mut guess = self.value(name, seen, true);
        guess.why = format!("{}; {}", guess.why, seen.how_often());
        guess
    }

    fn value(self, name: &str, seen: &Seen<'_>, shapes: bool) -> Guess {
        if seen.present() == 0 {
            return Guess::new("json", "no value was seen");
        }
        if let Some(guess) = own_key(name, seen).or_else(|| time(name, seen)) {
            return guess;
        }
        if seen.all_are(seen.texts.len()) {
            return self.text(name, seen, shapes);
        }
        if seen.all_are(seen.booleans) {
            return Guess::new("boolean", "true or false");
        }
        if seen.all_are(seen.integers.len()) {
            return Guess::new("integer", "whole numbers");
        }
        if seen.all_are(seen.integers.len() + seen.fractions) {
            return Guess::new("number", "numbers, of which not all are whole");
        }
        if seen.all_are(seen.lists) {
            return self.list(name, seen, shapes);
        }
        if seen.all_are(seen.objects) {
            return self.object(name, seen, shapes);
        }
        Guess::new("json", "values of several kinds")
    }

    fn text(self, name: &str, seen: &Seen<'_>, shapes: bool) -> Guess {
        if seen.texts.iter().all(|text| is_id(text)) {
            return self.id(name, shapes);
        }
        let mut values: Vec<&str> = Vec::new();
        for text in &seen.texts {
            if !values.contains(text) {
                values.push(text);
            }
        }
        let is_enum = seen.texts.len() >= ENOUGH && (2..=FEW).contains(&values.len());
        let repeated = values.len() * 3 <= seen.texts.len();
        let lower = name.to_lowercase();
        let is_free = ["name", "mail", "phone"].iter().any(|word| lower.contains(word));
        if is_enum && repeated && !is_free && values.iter().all(|value| is_short_word(value)) && apart(&values) {
            let why = format!("{} short texts that come again and again, in {} values", values.len(), seen.texts.len());
            return Guess::new(format!("enum({})", values.join(", ")), why);
        }
        Guess::new("string", "texts")
    }

    /// An id, of what its name says. The `_id` of an object inside a record is that of who knows what.
    fn id(self, name: &str, in_record: bool) -> Guess {
        if name == "_id" && in_record {
            return Guess::new(format!("id<{}>", self.model), "24 hexadecimal digits");
        }
        let Some((target, has_keys)) = self.target(name) else {
            return Guess::new("id", "24 hexadecimal digits, and nothing is called like it");
        };
        let form = if has_keys { "ref" } else { "id" };
        let why = "24 hexadecimal digits, and the name of what they point at";
        Guess { target: Some(target.clone()), ..Guess::new(format!("{form}<{target}>"), why) }
    }

    /// What a name of an id says that it points at, and whether that has keys of the customer's own.
    fn target(self, name: &str) -> Option<(String, bool)> {
        let stem = names::snake(name);
        let stem = stem.strip_suffix("_ids").or_else(|| stem.strip_suffix("_id")).unwrap_or(&stem);
        let wanted = [stem, stem.strip_suffix('s').unwrap_or(stem)].map(names::snake);
        let is_it = |name: &str| wanted.contains(&names::snake(name));
        if is_it(self.model) {
            return Some((self.model.to_owned(), false));
        }
        let models = self.schema.models.iter().map(|file| &file.model);
        let model = models
            .into_iter()
            .find(|model| is_it(&model.name) || model.record.as_deref().is_some_and(|record| is_it(record)));
        if let Some(model) = model {
            let keys = model.ids.as_ref().is_some_and(|ids| ids.external.is_some() || ids.source.is_some());
            return Some((model.name.value.clone(), keys));
        }
        self.schema
            .root
            .entities
            .iter()
            .find(|entity| is_it(&entity.name))
            .map(|entity| (entity.name.value.clone(), false))
    }

    fn list(self, name: &str, seen: &Seen<'_>, shapes: bool) -> Guess {
        match &seen.items {
            Some(items) if items.present() > 0 => {
                let inner = self.value(name, items, shapes);
                // Lists of keys that a write may give in another form have not been seen.
                let item = match inner.ty.strip_prefix("ref<") {
                    Some(target) => format!("id<{target}"),
                    None => inner.ty,
                };
                Guess { ty: format!("list<{item}>"), why: format!("lists of {}", inner.why), ..inner }
            }
            _ => Guess::new("list<json>", "lists that were always empty"),
        }
    }

    fn object(self, name: &str, seen: &Seen<'_>, shapes: bool) -> Guess {
        let keys: Vec<&str> = seen.properties.iter().map(|(key, _)| *key).collect();
        if name == "custom" {
            return Guess::new("custom", "the name of the custom fields");
        }
        if keys.is_empty() {
            return Guess::new("object", "objects that were always empty");
        }
        if let Some(shape) = self.known_shape(&keys) {
            return Guess::new(shape.name.value.clone(), "objects with the fields of that shape");
        }
        let never_twice = seen.objects > 1 && seen.properties.iter().all(|(_, seen)| seen.present() == 1);
        let are_names =
            keys.iter().all(|key| names::is_rust(key) && !key.starts_with(|first: char| first.is_numeric()));
        if never_twice || !are_names || !apart(&keys) {
            return self.map(seen);
        }
        if !shapes {
            return Guess::new("object", "objects");
        }
        let fields = seen.properties.iter().map(|(key, seen)| {
            let mut guess = self.value(key, seen, false);
            // A shape has no custom fields of its own.
            if guess.ty == "custom" {
                "object".clone_into(&mut guess.ty);
            }
            guess.why = format!("{}; {}", guess.why, seen.how_often());
            ((*key).to_owned(), guess)
        });
        let shape = NewShape { name: self.shape_name(name), field: name.to_owned(), fields: fields.collect() };
        Guess { shape: Some(shape.clone()), ..Guess::new(shape.name, "objects with the same few properties") }
    }

    /// An object whose keys are no names of properties.
    fn map(self, seen: &Seen<'_>) -> Guess {
        let mut types = seen.properties.iter().map(|(key, seen)| self.value(key, seen, false).ty);
        let first = types.next().unwrap_or_default();
        let is_plain = ["string", "integer", "number", "boolean"].contains(&first.as_str());
        if is_plain && types.all(|other| other == first) {
            return Guess::new(format!("map<{first}>"), "objects with keys that differ and values of one kind");
        }
        Guess::new("object", "objects with keys that differ")
    }

    /// The one shared shape that has these fields, with the fewest others.
    fn known_shape(self, keys: &[&str]) -> Option<&'a Shape> {
        let has_all =
            |shape: &&Shape| keys.iter().all(|key| shape.fields.value.iter().any(|field| field.name.value == *key));
        let few_others = |shape: &&Shape| shape.fields.value.len() <= keys.len() * 2;
        let shapes = self.schema.root.shapes.iter();
        shapes.filter(has_all).filter(few_others).min_by_key(|shape| shape.fields.value.len())
    }

    /// A name for a shape that nothing else has.
    fn shape_name(self, field: &str) -> String {
        let words = names::snake(field);
        let words = words.strip_suffix('s').filter(|word| !word.ends_with('s')).unwrap_or(&words);
        let name = words.split('_').map(names::pascal).collect::<Vec<_>>().join(" ");
        let is = |other: &str| names::pascal(other) == names::pascal(&name);
        let schema = self.schema;
        let taken = TYPES.iter().any(|taken| is(taken))
            || is(self.model)
            || schema
                .models
                .iter()
                .any(|file| names::model(file).record == names::pascal(&name) || is(&file.model.name))
            || schema.root.entities.iter().any(|entity| is(&entity.name))
            || schema.root.shapes.iter().any(|shape| is(&shape.name));
        if taken { format!("{} {name}", self.model) } else { name }
    }
}

/// Whether names are different in Rust, too.
fn apart(names: &[&str]) -> bool {
    let mut rust: Vec<String> = names.iter().map(|name| names::variant(name)).collect();
    rust.sort_unstable();
    rust.windows(2).all(|pair| pair.first() != pair.last()) && names.iter().all(|name| names::is_rust(name))
}

/// A key of the customer's own or of the source system, by its name.
fn own_key(name: &str, seen: &Seen<'_>) -> Option<Guess> {
    let snake = names::snake(name);
    let is_key = seen.all_are(seen.texts.len() + seen.integers.len());
    let ty =
        [("external_id", "external_id"), ("source_id", "source_id")].iter().find(|(ending, _)| snake.ends_with(ending));
    ty.filter(|_| is_key).map(|(_, ty)| Guess::new(*ty, "its name"))
}

/// A point in time, by its form or by its name and size.
fn time(name: &str, seen: &Seen<'_>) -> Option<Guess> {
    let iso = !seen.texts.is_empty() && seen.texts.iter().all(|text| is_day(text) || is_time(text));
    if iso && seen.all_are(seen.texts.len()) {
        return Some(Guess::new("timestamp", "texts in the form of ISO 8601"));
    }
    let within = |range: std::ops::Range<i64>| seen.integers.iter().all(|number| range.contains(number));
    if seen.integers.is_empty() || !looks_like_time(name) {
        return None;
    }
    if within(MILLISECONDS) && (seen.texts.is_empty() || iso) && seen.all_are(seen.integers.len() + seen.texts.len()) {
        return Some(Guess::new("instant", "its name, and numbers as large as milliseconds since 1970"));
    }
    if within(DAYS) && seen.all_are(seen.integers.len()) {
        return Some(Guess::new("epoch_days", "its name, and numbers as large as days since 1970"));
    }
    None
}
