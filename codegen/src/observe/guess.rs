//! A guess at the type of a field from its values.

use serde_json::Value;

use super::looks::is_whole;
use crate::observe::text::{is_day, is_id, is_time};

/// Whole numbers in between are taken for epoch milliseconds: the years 2001 to 2065.
const MILLIS: std::ops::Range<f64> = 1.0e12..3.0e12;

/// The type that fits some values, in the schema's language.
pub fn guess<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let mut guess = Guess::default();
    for value in values {
        guess.add(value);
    }
    guess.ty()
}

/// What the values of a field have been so far. It grows with their kinds, not with their number.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of value that occurs or not")]
pub struct Guess {
    booleans: bool,
    whole: bool,
    fractions: bool,
    millis: bool,
    ids: bool,
    times: bool,
    texts: bool,
    objects: bool,
    lists: Option<Box<Self>>,
}

impl Guess {
    /// Takes one more value into account. `null` and the empty text say nothing.
    pub fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(_) => self.booleans = true,
            Value::Number(number) if is_whole(value) => {
                let millis = number.as_f64().is_some_and(|number| MILLIS.contains(&number));
                *(if millis { &mut self.millis } else { &mut self.whole }) = true;
            }
            Value::Number(_) => self.fractions = true,
            Value::String(text) if text.is_empty() => {}
            Value::String(text) if is_id(text) => self.ids = true,
            Value::String(text) if is_time(text) || is_day(text) => self.times = true,
            Value::String(_) => self.texts = true,
            Value::Array(items) => {
                let inner = self.lists.get_or_insert_default();
                for item in items {
                    inner.add(item);
                }
            }
            Value::Object(_) => self.objects = true,
        }
    }

    /// Takes the values of another guess into account.
    pub fn merge(&mut self, other: &Self) {
        self.booleans |= other.booleans;
        self.whole |= other.whole;
        self.fractions |= other.fractions;
        self.millis |= other.millis;
        self.ids |= other.ids;
        self.times |= other.times;
        self.texts |= other.texts;
        self.objects |= other.objects;
        if let Some(lists) = &other.lists {
            self.lists.get_or_insert_default().merge(lists);
        }
    }

    /// The type. Where the values have little in common it is `json`, which is always right.
    pub fn ty(&self) -> String {
        let kinds: Vec<String> =
            [self.scalar(), self.list(), self.objects.then(|| "object".to_owned())].into_iter().flatten().collect();
        match kinds.as_slice() {
            [kind] => kind.clone(),
            // An id is at times sent as the record that it is of.
            [first, second] if first == "id" && second == "object" => "one_of<id, object>".to_owned(),
            _ => "json".to_owned(),
        }
    }

    fn list(&self) -> Option<String> {
        self.lists.as_ref().map(|inner| format!("list<{}>", inner.ty()))
    }

    /// The type of the values that are neither lists nor objects.
    fn scalar(&self) -> Option<String> {
        let numbers = self.whole || self.fractions || self.millis;
        let texts = self.ids || self.times || self.texts;
        let ty = match (self.booleans, numbers, texts) {
            (false, false, false) => return None,
            (true, false, false) => "boolean",
            (false, true, false) if self.fractions => "number",
            (false, true, false) if self.whole => "integer",
            (false, true, false) => "instant",
            (false, false, true) if !self.texts && !self.times => "id",
            (false, false, true) if !self.texts && !self.ids => "timestamp",
            (false, false, true) => "string",
            (false, true, true)
                if self.millis && self.times && !(self.whole || self.fractions || self.ids || self.texts) =>
            {
                "instant"
            }
            _ => "json",
        };
        Some(ty.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
            assert_eq!(guess(values.as_array().unwrap()), expected, "{values}");
        }
    }
}
