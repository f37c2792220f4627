//! Cuts records into requests, by number and by bytes. Each record is encoded once.

use std::{collections::HashMap, ops::ControlFlow};

use bytes::Bytes;
use serde_json::Value;

use crate::value::Body;

/// Records that go into one request.
#[derive(Debug)]
pub struct Chunk {
    pub body: Bytes,
    pub rows: Vec<Row>,
    /// The row that has a key, by the key's place in the matching order and its text.
    pub by_key: HashMap<(usize, Box<str>), usize>,
    /// Whether all of them have a key, or none.
    pub keyed: bool,
}

/// A record in a chunk.
#[derive(Debug)]
pub struct Row {
    /// Its position in the input.
    pub index: usize,
}

pub enum Next {
    Chunk(Chunk),
    /// A record that fits in no request.
    Unsendable {
        index: usize,
        reason: String,
    },
}

pub struct Chunker {
    records: std::iter::Enumerate<Box<dyn Iterator<Item = Body> + Send>>,
    keys: &'static [&'static str],
    items: usize,
    bytes: usize,
    keyed: Open,
    unkeyed: Open,
    /// The encoded record that did not fit into the chunk before.
    buffer: Vec<u8>,
}

/// A chunk that is being filled.
#[derive(Default)]
struct Open {
    body: Vec<u8>,
    rows: Vec<Row>,
    by_key: HashMap<(usize, Box<str>), usize>,
}

type Keys = Vec<(usize, Box<str>)>;

impl Chunker {
    pub fn new(
        records: Box<dyn Iterator<Item = Body> + Send>,
        keys: &'static [&'static str],
        items: usize,
        bytes: usize,
    ) -> Self {
        let records = records.enumerate();
        Self { records, keys, items, bytes, keyed: Open::default(), unkeyed: Open::default(), buffer: Vec::new() }
    }

    pub fn next(&mut self) -> Option<Next> {
        while let Some((index, record)) = self.records.next() {
            if let ControlFlow::Break(next) = self.add(index, &record) {
                return Some(next);
            }
        }
        let (open, keyed) =
            if self.keyed.rows.is_empty() { (&mut self.unkeyed, false) } else { (&mut self.keyed, true) };
        open.close(keyed).map(Next::Chunk)
    }

    /// The positions of all records that are in no chunk yet.
    pub fn drain(&mut self) -> Vec<usize> {
        let open = [&mut self.keyed, &mut self.unkeyed].map(std::mem::take);
        let waiting = open.into_iter().flat_map(|open| open.rows).map(|row| row.index);
        let rest = self.records.by_ref().map(|(index, _)| index);
        waiting.chain(rest).collect()
    }

    /// Puts a record into the chunk where it belongs, and gives the chunk away if it was full.
    fn add(&mut self, index: usize, record: &Body) -> ControlFlow<Next> {
        self.buffer.clear();
        let problem = match record.invalid() {
            Some(problem) => Some(problem),
            None => serde_json::to_writer(&mut self.buffer, record).err().map(|error| error.to_string()),
        };
        if let Some(reason) = problem {
            return ControlFlow::Break(Next::Unsendable { index, reason });
        }
        // The brackets of an array around it.
        if self.buffer.len() + 2 > self.bytes {
            let reason = format!("the record has {} bytes; a request has at most {}", self.buffer.len(), self.bytes);
            return ControlFlow::Break(Next::Unsendable { index, reason });
        }
        let keys = keys_of(record, self.keys);
        let keyed = !keys.is_empty();
        let open = if keyed { &mut self.keyed } else { &mut self.unkeyed };
        let is_full = open.rows.len() >= self.items || open.body.len() + self.buffer.len() + 2 > self.bytes;
        // Two records of one key in one request would race each other.
        let full =
            if is_full || keys.iter().any(|key| open.by_key.contains_key(key)) { open.close(keyed) } else { None };
        open.push(index, &self.buffer, keys);
        match full {
            Some(chunk) => ControlFlow::Break(Next::Chunk(chunk)),
            None => ControlFlow::Continue(()),
        }
    }
}

impl Open {
    fn push(&mut self, index: usize, encoded: &[u8], keys: Keys) {
        self.body.push(if self.rows.is_empty() { b'[' } else { b',' });
        self.body.extend_from_slice(encoded);
        let place = self.rows.len();
        self.by_key.extend(keys.into_iter().map(|key| (key, place)));
        self.rows.push(Row { index });
    }

    fn close(&mut self, keyed: bool) -> Option<Chunk> {
        if self.rows.is_empty() {
            return None;
        }
        let mut open = std::mem::take(self);
        open.body.push(b']');
        Some(Chunk { body: open.body.into(), rows: open.rows, by_key: open.by_key, keyed })
    }
}

/// The keys that a record carries, as text.
fn keys_of(record: &Body, keys: &[&str]) -> Keys {
    let key = |(place, name): (usize, &&str)| Some((place, text_of(record.get(name)?)?));
    keys.iter().enumerate().filter_map(key).collect()
}

/// A key as text. An empty one is none.
pub fn text_of(value: &Value) -> Option<Box<str>> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[&str] = &["_id", "externalId"];

    fn record(key: Option<&'static str>, text: &str) -> Body {
        let mut body = Body::default();
        if let Some(key) = key {
            body.set("externalId", key.to_owned());
        }
        body.set("name", text.to_owned());
        body
    }

    fn chunks(records: Vec<Body>, items: usize, bytes: usize) -> Vec<(Vec<usize>, bool, usize)> {
        let mut chunker = Chunker::new(Box::new(records.into_iter()), KEYS, items, bytes);
        std::iter::from_fn(|| chunker.next())
            .map(|next| match next {
                Next::Chunk(chunk) => {
                    let sent: Vec<Value> = serde_json::from_slice(&chunk.body).unwrap();
                    assert_eq!(sent.len(), chunk.rows.len());
                    (chunk.rows.iter().map(|row| row.index).collect(), chunk.keyed, chunk.body.len())
                }
                Next::Unsendable { index, .. } => (vec![index], false, 0),
            })
            .collect()
    }

    #[test]
    fn chunks_hold_as_many_records_as_allowed() {
        let records = ["a", "b", "c", "d", "e"].map(|key| record(Some(key), "")).to_vec();
        let rows: Vec<_> = chunks(records, 2, 1_000).into_iter().map(|(rows, ..)| rows).collect();
        assert_eq!(rows, [vec![0, 1], vec![2, 3], vec![4]]);
    }

    #[test]
    fn chunks_are_filled_to_the_true_size_and_never_beyond() {
        let records: Vec<_> = (0..10).map(|_| record(None, "0123456789")).collect();
        let one = serde_json::to_vec(&records[0]).unwrap().len();
        // Three records, two commas, two brackets.
        let limit = 3 * one + 4;
        for (rows, _, size) in chunks(records.clone(), 100, limit).iter().take(3) {
            assert_eq!((rows.len(), *size), (3, limit));
        }
        assert!(chunks(records, 100, limit - 1).iter().all(|(rows, _, size)| rows.len() <= 2 && *size < limit));
    }

    #[test]
    fn a_record_that_fits_nowhere_fails_alone() {
        let records = vec![record(Some("a"), ""), record(Some("b"), &"x".repeat(500)), record(Some("c"), "")];
        assert_eq!(
            chunks(records, 10, 200).iter().map(|(rows, ..)| rows.clone()).collect::<Vec<_>>(),
            [vec![1], vec![0, 2]]
        );
    }

    #[test]
    fn keyed_and_unkeyed_records_are_never_sent_together() {
        let records = vec![record(Some("a"), ""), record(None, ""), record(Some(""), ""), record(Some("b"), "")];
        let sent: Vec<_> = chunks(records, 10, 1_000).into_iter().map(|(rows, keyed, _)| (rows, keyed)).collect();
        assert_eq!(sent, [(vec![0, 3], true), (vec![1, 2], false)]);
    }

    #[test]
    fn two_records_of_one_key_go_into_different_requests_in_order() {
        let records = ["a", "b", "a", "c"].map(|key| record(Some(key), "")).to_vec();
        let rows: Vec<_> = chunks(records, 10, 1_000).into_iter().map(|(rows, ..)| rows).collect();
        assert_eq!(rows, [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn what_is_left_when_giving_up_is_complete() {
        let records = ["a", "b", "c"].map(|key| record(Some(key), "")).into_iter().chain([record(None, "")]);
        let mut chunker = Chunker::new(Box::new(records.collect::<Vec<_>>().into_iter()), KEYS, 1, 1_000);
        assert!(matches!(chunker.next(), Some(Next::Chunk(chunk)) if chunk.rows[0].index == 0));
        let mut left = chunker.drain();
        left.sort_unstable();
        assert_eq!(left, [1, 2, 3]);
    }
}
