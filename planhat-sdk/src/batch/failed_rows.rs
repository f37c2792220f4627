//! What a report keeps of the rows that failed, so that they are found and sent again without counting.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::chunk::{Chunk, Keys};

/// A key of a row: its wire name and its text.
pub(crate) type RowKey = (&'static str, Box<str>);

/// The keys, and on request the JSON, of rows that were not written or whose outcome is unknown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FailedRows {
    rows: BTreeMap<usize, FailedRow>,
    keeps_json: bool,
    /// The last failed row of each key, by the key's place in matching order.
    last: Vec<HashMap<Box<str>, usize>>,
    /// Failed rows of whose key a later row was written.
    superseded: HashSet<usize>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct FailedRow {
    keys: Vec<RowKey>,
    json: Option<Arc<[u8]>>,
}

impl FailedRows {
    pub fn keep_json(&mut self) {
        self.keeps_json = true;
    }

    /// Enters a chunk whose rows have their outcomes. `failed`: the places of those that failed; `names`: of the keys,
    /// in matching order.
    pub fn enter(&mut self, chunk: &Chunk, failed: &[usize], names: &[&'static str]) {
        self.supersede(chunk, failed);
        let mut keys = if failed.is_empty() { HashMap::new() } else { chunk.keys_of(failed) };
        for place in failed {
            let Some(row) = chunk.rows.get(*place) else { continue };
            let json = self.keeps_json.then(|| Arc::from(chunk.json_of(*place)));
            self.insert(row.index, keys.remove(place).unwrap_or_default(), json, names);
        }
    }

    /// Enters a row that cannot be sent.
    pub fn enter_unsendable(&mut self, index: usize, keys: Keys, names: &[&'static str]) {
        self.insert(index, keys, None, names);
    }

    fn insert(&mut self, index: usize, keys: Keys, json: Option<Arc<[u8]>>, names: &[&'static str]) {
        if keys.is_empty() && json.is_none() {
            return;
        }
        self.last.resize_with(names.len(), HashMap::new);
        for (place, text) in &keys {
            if let Some(last) = self.last.get_mut(*place) {
                last.insert(text.clone(), index);
            }
        }
        let name = |(place, text): (usize, Box<str>)| Some((*names.get(place)?, text));
        self.rows.insert(index, FailedRow { keys: keys.into_iter().filter_map(name).collect(), json });
    }

    /// Sending an earlier row again would undo what a row of the chunk has written.
    fn supersede(&mut self, chunk: &Chunk, failed: &[usize]) {
        if self.rows.is_empty() || failed.len() == chunk.rows.len() {
            return;
        }
        for (last, rows) in self.last.iter().zip(&chunk.by_key) {
            for (text, place) in rows {
                let Some(earlier) = last.get(text) else { continue };
                let is_later = chunk.rows.get(*place).is_some_and(|row| row.index > *earlier);
                if is_later && failed.binary_search(place).is_err() {
                    self.superseded.insert(*earlier);
                }
            }
        }
    }

    pub fn keys(&self, index: usize) -> &[RowKey] {
        self.rows.get(&index).map(|row| &*row.keys).unwrap_or_default()
    }

    pub fn json(&self, index: usize) -> Option<&[u8]> {
        self.rows.get(&index)?.json.as_deref()
    }

    pub fn is_superseded(&self, index: usize) -> bool {
        self.superseded.contains(&index)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::batch::chunk_of;

    const KEYS: &[&str] = &["_id", "externalId"];

    fn rows(keys: &[&str], first: usize) -> Chunk {
        let rows: Vec<Value> = keys.iter().map(|key| json!({"externalId": key, "name": "x"})).collect();
        let mut chunk = chunk_of(KEYS, &rows);
        chunk.rows.iter_mut().for_each(|row| row.index += first);
        chunk
    }

    #[test]
    fn only_rows_that_failed_are_kept_and_their_json_only_if_asked_for() {
        let mut failed = FailedRows::default();
        failed.enter(&rows(&["a", "b", "c"], 0), &[1], KEYS);
        assert_eq!((failed.rows.len(), failed.keys(1), failed.json(1)), (1, &[("externalId", "b".into())][..], None));
        failed.keep_json();
        failed.enter(&rows(&["d", "e"], 3), &[0, 1], KEYS);
        assert_eq!(failed.json(4), Some(&br#"{"externalId":"e","name":"x"}"#[..]));
        assert_eq!((failed.keys(0), failed.json(0)), (&[][..], None));
    }

    #[test]
    fn keys_stand_in_matching_order() {
        let mut failed = FailedRows::default();
        failed.enter(&chunk_of(KEYS, &[json!({"externalId": 7, "_id": "i"})]), &[0], KEYS);
        assert_eq!(failed.keys(0), [("_id", "i".into()), ("externalId", "7".into())]);
    }

    #[test]
    fn a_row_is_superseded_only_by_a_later_row_of_its_key_that_was_written() {
        let mut failed = FailedRows::default();
        failed.enter(&rows(&["a", "b", "c"], 10), &[0, 1, 2], KEYS);
        failed.enter(&rows(&["a", "b"], 20), &[1], KEYS);
        failed.enter(&rows(&["c", "d"], 0), &[1], KEYS);
        let superseded: Vec<usize> = (0..30).filter(|index| failed.is_superseded(*index)).collect();
        assert_eq!(superseded, [10]);
    }
}
