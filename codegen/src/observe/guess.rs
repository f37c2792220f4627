//! A guess at the type of a property, from its name and its values.

use super::{
    evidence::Evidence,
    text::{is_value, looks_like_time},
};
use crate::{
    ir::{Api, Shape},
    schema::{names, reserved::TYPES},
};

/// From how many texts on an enum is guessed.
const ENOUGH: usize = 6;

/// How many values an enum may have.
const FEW: usize = 6;

/// A type, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The type as the schema writes it.
    pub ty: String,
    pub why: String,
    /// The model that it points at.
    pub target: Option<String>,
    /// The shape that has to be declared for it.
    pub shape: Option<NewShape>,
}

/// A shape that a new model has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShape {
    pub name: String,
    pub field: String,
    pub fields: Vec<(String, Guess)>,
}

impl Guess {
    fn new(ty: impl Into<String>, why: impl Into<String>) -> Self {
        Self { ty: ty.into(), why: why.into(), target: None, shape: None }
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Guesser<'a> {
    /// The API that the property belongs to.
    pub api: &'a Api,
    /// The name of the model that is new, if one is. Shapes are declared for such a model only.
    pub model: Option<&'a str>,
}

impl<'a> Guesser<'a> {
    /// The type of a property of records.
    pub fn field(self, name: &str, evidence: &Evidence) -> Guess {
        self.value(name, evidence, self.model.is_some())
    }

    /// The type. Where the values have little in common it is `json`, which is always right.
    fn value(self, name: &str, seen: &Evidence, in_record: bool) -> Guess {
        if seen.present == 0 {
            return Guess::new("json", "no value was seen");
        }
        if let Some(ty) = own_key(name).filter(|_| seen.all_are(seen.texts + seen.ids + seen.whole)) {
            return Guess::new(ty, "its name");
        }
        if seen.all_are(seen.times) {
            return Guess::new("timestamp", "texts in the form of ISO 8601");
        }
        if seen.all_are(seen.milliseconds + seen.times) {
            return Guess::new("instant", "numbers as large as milliseconds since 1970");
        }
        if seen.all_are(seen.days) && looks_like_time(name) {
            return Guess::new("epoch_days", "its name, and numbers as large as days since 1970");
        }
        if seen.all_are(seen.ids) {
            return self.id(name, in_record);
        }
        if seen.all_are(seen.all_texts()) {
            return text(name, seen);
        }
        if seen.all_are(seen.booleans) {
            return Guess::new("boolean", "true or false");
        }
        if seen.all_are(seen.whole + seen.milliseconds) {
            return Guess::new("integer", "whole numbers");
        }
        if seen.all_are(seen.all_numbers()) {
            return Guess::new("number", "numbers, not all of them whole");
        }
        if seen.all_are(seen.lists) {
            return self.list(name, seen, in_record);
        }
        if seen.all_are(seen.objects) {
            return self.object(name, seen, in_record);
        }
        if seen.ids > 0 && seen.all_are(seen.ids + seen.objects) {
            return Guess::new("one_of<id, object>", "ids, and the records that they are of");
        }
        Guess::new("json", "values of several kinds")
    }

    /// An id, of what its name says. What the `_id` of an object inside a record is the id of is unknown.
    fn id(self, name: &str, in_record: bool) -> Guess {
        if let Some(model) = self.model.filter(|_| name == "_id" && in_record) {
            return Guess::new(format!("id<{model}>"), "24 hexadecimal digits");
        }
        let Some((target, has_keys)) = self.target(name) else {
            return Guess::new("id", "24 hexadecimal digits, and nothing has that name");
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
        if let Some(model) = self.model.filter(|model| is_it(model)) {
            return Some((model.to_owned(), false));
        }
        let model = self.api.models.iter().find(|model| is_it(&model.name) || is_it(&model.names.noun));
        let entity = || self.api.entities.iter().find(|entity| is_it(&entity.name));
        model
            .map(|model| (model.name.clone(), model.keys().next().is_some()))
            .or_else(|| entity().map(|entity| (entity.name.clone(), false)))
    }

    fn list(self, name: &str, seen: &Evidence, in_record: bool) -> Guess {
        let Some(items) = seen.items.as_ref().filter(|items| items.present > 0) else {
            return Guess::new("list<json>", "lists that were always empty");
        };
        let inner = self.value(name, items, in_record);
        // Lists of keys that a write may give in another form have not been seen.
        let item = inner.ty.strip_prefix("ref<").map_or(inner.ty.clone(), |target| format!("id<{target}"));
        Guess { ty: format!("list<{item}>"), why: format!("lists of {}", inner.why), ..inner }
    }

    fn object(self, name: &str, seen: &Evidence, in_record: bool) -> Guess {
        let keys: Vec<&str> = seen.properties.keys().map(String::as_str).collect();
        if name == "custom" {
            return Guess::new("custom", "the name of the custom fields");
        }
        if keys.is_empty() {
            return Guess::new("object", "objects that were always empty");
        }
        if let Some(shape) = self.known_shape(&keys) {
            return Guess::new(&shape.name, "objects with the fields of that shape");
        }
        let never_twice = seen.objects > 1 && seen.properties.values().all(|seen| seen.present == 1);
        let are_names =
            keys.iter().all(|key| names::is_rust(key) && !key.starts_with(|first: char| first.is_numeric()));
        if never_twice || !are_names || !apart(&keys) {
            return self.map(seen);
        }
        if !in_record {
            return Guess::new("object", "objects");
        }
        let fields = seen.properties.iter().map(|(key, property)| {
            let mut guess = self.value(key, property, false);
            // A shape has no custom fields of its own.
            if guess.ty == "custom" {
                "object".clone_into(&mut guess.ty);
            }
            guess.why = format!("{}; {}", guess.why, property.how_often(seen.objects));
            (key.clone(), guess)
        });
        let shape = NewShape { name: self.shape_name(name), field: name.to_owned(), fields: fields.collect() };
        Guess { shape: Some(shape.clone()), ..Guess::new(shape.name, "objects with the same few properties") }
    }

    /// An object whose keys are not names of properties.
    fn map(self, seen: &Evidence) -> Guess {
        let mut types = seen.properties.iter().map(|(key, seen)| self.value(key, seen, false).ty);
        let first = types.next().unwrap_or_default();
        let is_plain = ["string", "integer", "number", "boolean"].contains(&first.as_str());
        if is_plain && types.all(|other| other == first) {
            return Guess::new(format!("map<{first}>"), "objects with keys that differ and values of one kind");
        }
        Guess::new("object", "objects with keys that differ")
    }

    /// The shared shape that has these fields, with the fewest others.
    fn known_shape(self, keys: &[&str]) -> Option<&'a Shape> {
        let fields = |shape: &Shape| &self.api[shape.fields];
        let has_all = |shape: &&Shape| keys.iter().all(|key| fields(shape).iter().any(|field| field.wire == **key));
        let few_others = |shape: &&Shape| shape.fields.len() <= keys.len() * 2;
        self.api[self.api.shared].iter().filter(has_all).filter(few_others).min_by_key(|shape| shape.fields.len())
    }

    /// A name for a shape that nothing else has.
    fn shape_name(self, field: &str) -> String {
        let words = names::snake(field);
        let words = words.strip_suffix('s').filter(|word| !word.ends_with('s')).unwrap_or(&words);
        let name = words.split('_').map(names::pascal).collect::<Vec<_>>().join(" ");
        let (api, model) = (self.api, self.model.unwrap_or_default());
        let taken = TYPES.iter().copied().chain([model]);
        let taken = taken.chain(api.models.iter().flat_map(|model| [model.names.record.as_str(), &model.name]));
        let taken = taken.chain(api.entities.iter().map(|entity| entity.name.as_str()));
        let mut taken = taken.chain(api[api.shared].iter().map(|shape| shape.name.as_str()));
        let is_taken = taken.any(|other| names::pascal(other) == names::pascal(&name));
        if is_taken { format!("{model} {name}") } else { name }
    }
}

fn text(name: &str, seen: &Evidence) -> Guess {
    let values: Vec<&str> = seen.different.iter().map(String::as_str).collect();
    let count = seen.all_texts();
    let repeated = count >= ENOUGH && (2..=FEW).contains(&values.len()) && values.len() * 3 <= count;
    let lower = name.to_lowercase();
    let is_free = ["name", "mail", "phone"].iter().any(|word| lower.contains(word));
    if repeated && !is_free && values.iter().all(|value| is_value(value)) && apart(&values) {
        let why = format!("{} short texts, repeated in {count} values", values.len());
        return Guess::new(format!("enum({})", values.join(", ")), why);
    }
    Guess::new("string", "texts")
}

/// Whether names are different in Rust, too.
fn apart(names: &[&str]) -> bool {
    let mut rust: Vec<String> = names.iter().map(|name| names::variant(name)).collect();
    rust.sort_unstable();
    rust.windows(2).all(|pair| pair.first() != pair.last()) && names.iter().all(|name| names::is_rust(name))
}

/// The type of a key of the customer's own or of the source system, by the name of the property.
fn own_key(name: &str) -> Option<&'static str> {
    let snake = names::snake(name);
    ["external_id", "source_id"].into_iter().find(|ending| snake.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{schema::load::parse, source::bundled};

    const SCHEMA: &str = "\
# file: schema/planhat.yaml
name: Test
doc: A test.
hosts: [{name: api, url: \"https://api.test\", doc: The host., auth: bearer}]
limits: {bulk_items: 1, body_bytes: 1}
";

    fn guess(name: &str, values: &Value) -> String {
        let api = parse(bundled(SCHEMA)).unwrap();
        let mut evidence = Evidence::default();
        values.as_array().unwrap().iter().for_each(|value| evidence.add(value));
        Guesser { api: &api, model: None }.field(name, &evidence).ty
    }

    #[test]
    fn a_guess_fits_all_values() {
        let hex = "5e2704aabf07307b89e48d6a";
        for (values, expected) in [
            (json!([true, null, false]), "boolean"),
            (json!([1, 2.0, null]), "integer"),
            (json!([1, 2.5]), "number"),
            (json!([1_580_229_961_944_i64]), "instant"),
            (json!([1_580_229_961_944_i64, "2021-07-28T10:00:00Z"]), "instant"),
            (json!([1_580_229_961_944_i64, 3]), "integer"),
            (json!(["2021-07-28", "2021-07-28T10:00:00Z", ""]), "timestamp"),
            (json!([hex, hex]), "id"),
            (json!([hex, "other"]), "string"),
            (json!(["a", 1]), "json"),
            (json!([true, 1]), "json"),
            (json!([[hex], []]), "list<id>"),
            (json!([[]]), "list<json>"),
            (json!([[{"a": 1}], null]), "list<object>"),
            (json!([[["a"]]]), "list<list<string>>"),
            (json!([{"a": 1}]), "object"),
            (json!([{"a": 1}, hex]), "one_of<id, object>"),
            (json!([{"a": 1}, []]), "json"),
            (json!([null, ""]), "json"),
            (json!([]), "json"),
        ] {
            assert_eq!(guess("field", &values), expected, "{values}");
        }
    }

    #[test]
    fn a_name_says_what_values_do_not() {
        assert_eq!(guess("renewalDay", &json!([19_000])), "epoch_days");
        assert_eq!(guess("seats", &json!([19_000])), "integer");
        assert_eq!(guess("externalId", &json!(["a", 1])), "external_id");
        assert_eq!(guess("kind", &json!(["a", "b", "a", "b", "a", "b"])), "enum(a, b)");
        assert_eq!(guess("nickname", &json!(["a", "b", "a", "b", "a", "b"])), "string");
    }
}
