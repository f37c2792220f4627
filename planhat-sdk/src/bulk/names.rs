//! Which rows of a chunk the parts of a bulk response name. A response has no positions, only keys.

use serde_json::Value;

use super::response::{NamedKeys, ParsedResponse, RowError};
use crate::batch::{Chunk, text_of};

/// The parts of an error in which the keys are those of the row that was sent. Everywhere else they may be those of
/// a record that the row collides with or refers to.
const SENT: [&str; 8] = ["item", "row", "input", "payload", "body", "data", "keys", "op"];

/// The rows of a chunk, found by their keys.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    keys: &'a [&'a str],
    chunk: &'a Chunk,
}

/// The rows that the parts of a response name.
pub(super) struct NamedRows {
    /// For each element of `insertsKeys`, the row that it names.
    pub inserts: Vec<Option<usize>>,
    /// For each element of `updatesKeys`, the row that it names.
    pub updates: Vec<Option<usize>>,
    pub errors: Vec<Mention>,
}

/// The rows that an error mentions.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mention {
    /// The rows with a key that stands anywhere in the error, each once.
    pub rows: Vec<usize>,
    /// The row that the error is about.
    pub about: Option<usize>,
}

impl<'a> Rows<'a> {
    pub fn new(keys: &'a [&'a str], chunk: &'a Chunk) -> Self {
        Self { keys, chunk }
    }

    pub fn count(self) -> usize {
        self.chunk.rows.len()
    }

    pub fn named_in(self, response: &ParsedResponse<'_>) -> NamedRows {
        let named = |elements: &[NamedKeys<'_>]| elements.iter().map(|element| self.named(element)).collect();
        NamedRows {
            inserts: named(&response.inserts),
            updates: named(&response.updates),
            errors: response.errors.iter().map(|error| self.mentioned(error)).collect(),
        }
    }

    /// Returns whether there is a single row, which everything in the response is about.
    fn is_lone(self) -> bool {
        self.count() == 1
    }

    /// Returns the row that an element of a list of keys names: the only row that has one of its keys. An element with the
    /// key of one row and the id of another is an element of either.
    fn named(self, element: &NamedKeys<'_>) -> Option<usize> {
        if self.is_lone() {
            return Some(0);
        }
        let mut rows = element.keys.iter().filter_map(|(key, text)| self.find(*key, text));
        let first = rows.next()?;
        rows.all(|row| row == first).then_some(first)
    }

    fn find(self, key: usize, text: &str) -> Option<usize> {
        self.chunk.by_key.get(key)?.get(text).copied()
    }

    /// Returns the rows that an error mentions by key. Its form is not documented: the keys may stand at any depth. Words
    /// are not looked at, since they may be the values of another row.
    fn mentioned(self, error: &RowError) -> Mention {
        let (mut all, mut sent) = (Vec::new(), Vec::new());
        self.collect(&error.raw, true, &mut all, &mut sent);
        all.sort_unstable();
        all.dedup();
        let about = match all[..] {
            _ if self.is_lone() && error.is_listed => Some(0),
            [row] if !sent.is_empty() => Some(row),
            _ => None,
        };
        Mention { rows: all, about }
    }

    fn collect(self, value: &Value, is_sent: bool, all: &mut Vec<usize>, sent: &mut Vec<usize>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.collect(value, is_sent, all, sent)),
            Value::Object(map) => {
                for (key, name) in self.keys.iter().enumerate() {
                    let row = map.get(*name).and_then(text_of).and_then(|text| self.find(key, &text));
                    all.extend(row);
                    sent.extend(row.filter(|_| is_sent));
                }
                for (name, inner) in map {
                    self.collect(inner, is_sent && SENT.contains(&&**name), all, sent);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{batch::chunk_of, bulk::response::ErrorKind};

    const KEYS: &[&str] = &["_id", "externalId"];

    fn mention(error: Value) -> Mention {
        let rows = [json!({"externalId": "a"}), json!({"externalId": "b", "_id": "1"}), json!({"_id": 2})];
        let error = RowError { raw: error, kind: ErrorKind::Update, is_listed: true };
        Rows::new(KEYS, &chunk_of(KEYS, &rows)).mentioned(&error)
    }

    fn about(error: Value) -> Option<usize> {
        mention(error).about
    }

    #[test]
    fn an_error_is_about_the_row_whose_keys_it_has() {
        assert_eq!(about(json!({"externalId": "a", "message": "no"})), Some(0));
        assert_eq!(about(json!({"externalId": "b", "_id": "1"})), Some(1));
        assert_eq!(about(json!({"_id": 2})), Some(2));
        assert_eq!(about(json!([{"item": [{"keys": {"externalId": "a"}}]}])), Some(0));
    }

    #[test]
    fn an_error_that_names_several_rows_is_about_none_of_them_for_certain() {
        let both = json!({"existing": {"externalId": "a"}, "item": {"externalId": "b"}});
        assert_eq!(mention(both), Mention { rows: vec![0, 1], about: None });
        assert_eq!(about(json!({"externalId": "a", "_id": "2"})), None);
        assert_eq!(about(json!({"externalId": "a", "company": {"externalId": "b"}})), None);
    }

    #[test]
    fn the_keys_of_another_record_and_words_name_no_row() {
        assert_eq!(mention(json!({"existing": {"externalId": "a"}})), Mention { rows: vec![0], about: None });
        assert_eq!(about(json!({"company": {"item": {"externalId": "a"}}})), None);
        assert_eq!(mention(json!("a")), Mention::default());
        assert_eq!(
            mention(json!({"message": "a", "name": "b", "externalId": "c", "sourceId": "a"})),
            Mention::default()
        );
    }

    #[test]
    fn an_element_with_keys_of_two_rows_names_neither() {
        let rows = [json!({"externalId": "a"}), json!({"_id": "1"})];
        let chunk = chunk_of(KEYS, &rows);
        let body = br#"{"updatesKeys": [{"_id": "1", "externalId": "a"}, {"_id": "1"}, {"_id": "9", "externalId": "a"}, {"_id": "9"}]}"#;
        let response = ParsedResponse::parse(body, KEYS).unwrap();
        let named = Rows::new(KEYS, &chunk).named_in(&response);
        assert_eq!(named.updates, [None, Some(1), Some(0), None]);
        assert!(named.inserts.is_empty() && named.errors.is_empty());
    }

    #[test]
    fn whatever_is_listed_is_about_a_lone_row() {
        let chunk = chunk_of(KEYS, &[json!({"name": "no key"})]);
        let body = br#"{"insertsKeys": [{"_id": "9"}], "createdErrors": ["no"], "updatedErrors": {"message": "no"}}"#;
        let response = ParsedResponse::parse(body, KEYS).unwrap();
        let named = Rows::new(KEYS, &chunk).named_in(&response);
        assert_eq!(named.inserts, [Some(0)]);
        let about: Vec<_> = named.errors.iter().map(|error| error.about).collect();
        assert_eq!(about, [Some(0), None], "what stands where a list should be may say something in general");
    }
}
