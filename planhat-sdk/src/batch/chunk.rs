//! The records of one request, encoded.

use std::collections::HashMap;

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

use crate::value::Body;

/// Records that go into one request, as the JSON array that is sent.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub body: Bytes,
    pub rows: Vec<Row>,
    /// The row that has a key: a map for each key, in matching order.
    pub by_key: Vec<KeyMap>,
    /// Whether all of them have a key, or none.
    pub keyed: bool,
}

pub(crate) type KeyMap = HashMap<Box<str>, usize>;

/// A record in a chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Its position in the input.
    pub index: usize,
    /// Where its text ends in the body; the next one begins behind the comma.
    pub end: usize,
}

/// The keys that a record carries: the key's place in the matching order, and its text.
pub(crate) type Keys = Vec<(usize, Box<str>)>;

impl Chunk {
    /// Returns the positions of its records in the input.
    pub fn positions(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().map(|row| row.index)
    }

    /// Returns the JSON of the record at this place.
    pub fn json_of(&self, place: usize) -> &[u8] {
        let start = place.checked_sub(1).and_then(|before| self.rows.get(before)).map_or(1, |row| row.end + 1);
        let json = self.rows.get(place).and_then(|row| self.body.get(start..row.end));
        json.unwrap_or_default()
    }

    /// The keys of the records at some places, in matching order. Looks at each key of the chunk once.
    pub fn keys_of(&self, places: &[usize]) -> HashMap<usize, Keys> {
        let mut keys: HashMap<usize, Keys> = places.iter().map(|place| (*place, Keys::new())).collect();
        for (key, rows) in self.by_key.iter().enumerate() {
            for (text, place) in rows {
                if let Some(keys) = keys.get_mut(place) {
                    keys.push((key, text.clone()));
                }
            }
        }
        keys
    }

    /// Returns whether the two chunks have a record with the same key.
    pub fn shares_a_key_with(&self, other: &Self) -> bool {
        let pairs = self.by_key.iter().zip(&other.by_key);
        pairs.into_iter().any(|(one, other)| {
            let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
            few.keys().any(|key| many.contains_key(key))
        })
    }

    /// Returns a chunk of some of its rows, whose places must be in order. Nothing is encoded again.
    pub fn sub_chunk(&self, places: &[usize]) -> Self {
        let mut body = BytesMut::new();
        let mut rows = Vec::with_capacity(places.len());
        let mut renumbered = HashMap::with_capacity(places.len());
        for place in places {
            let Some(row) = self.rows.get(*place) else { continue };
            body.put_u8(if rows.is_empty() { b'[' } else { b',' });
            body.extend_from_slice(self.json_of(*place));
            renumbered.insert(*place, rows.len());
            rows.push(Row { index: row.index, end: body.len() });
        }
        body.put_u8(b']');
        let keys_of_part = |keys: &KeyMap| {
            keys.iter().filter_map(|(key, place)| Some((key.clone(), *renumbered.get(place)?))).collect()
        };
        Self { body: body.freeze(), rows, by_key: self.by_key.iter().map(keys_of_part).collect(), keyed: self.keyed }
    }
}

pub(super) enum Next {
    Chunk(Chunk),
    /// A record that cannot be sent.
    Unsendable {
        index: usize,
        keys: Keys,
        reason: String,
    },
}

/// The keys that a record carries, as text.
pub(super) fn keys_of(record: &Body, keys: &[&str]) -> Keys {
    let key = |(place, name): (usize, &&str)| Some((place, text_of(record.get(name)?)?));
    keys.iter().enumerate().filter_map(key).collect()
}

/// Returns a key as text. An empty text is not a key.
pub(crate) fn text_of(value: &Value) -> Option<Box<str>> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// A chunk of these rows, for tests of what becomes of it.
#[cfg(test)]
pub(crate) fn chunk_of(keys: &[&str], rows: &[Value]) -> Chunk {
    let mut by_key = vec![KeyMap::new(); keys.len()];
    for (place, row) in rows.iter().enumerate() {
        for (map, name) in by_key.iter_mut().zip(keys) {
            map.extend(row.get(*name).and_then(text_of).map(|text| (text, place)));
        }
    }
    let keyed = by_key.iter().any(|map| !map.is_empty());
    let mut end = 0;
    let row = |(index, row): (usize, &Value)| {
        end += 1 + row.to_string().len();
        Row { index, end }
    };
    let places = rows.iter().enumerate().map(row).collect();
    Chunk { body: Bytes::from(Value::from(rows.to_vec()).to_string()), rows: places, by_key, keyed }
}
