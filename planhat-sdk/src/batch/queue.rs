//! Chunks that are being filled. Each record is encoded once, into the buffer that is sent.

use std::collections::VecDeque;

use bytes::Bytes;

use super::chunk::{Chunk, KeyMap, Keys, Next, Row};
use crate::value::Body;

/// How large a request may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub items: usize,
    pub bytes: usize,
}

/// A queue of open chunks: the chunk of a record comes after all chunks with one of its keys.
pub(super) struct ChunkQueue {
    open: VecDeque<OpenChunk>,
    /// The maximum number of open chunks.
    max_open: usize,
    keys: usize,
    limits: Limits,
    /// The size of the last chunk, which is a good estimate for the next one.
    usual: usize,
}

struct OpenChunk {
    body: Vec<u8>,
    rows: Vec<Row>,
    by_key: Vec<KeyMap>,
}

/// The result of adding a record to a chunk.
enum Added {
    Yes,
    /// The record does not fit into this chunk.
    Overflows(Vec<u8>, Keys),
    /// The record does not fit into any chunk, for this reason.
    Never(String, Keys),
}

impl ChunkQueue {
    /// `keys`: by how many keys records are matched.
    pub fn new(keys: usize, max_open: usize, limits: Limits) -> Self {
        Self { open: VecDeque::new(), max_open, keys, limits, usual: 0 }
    }

    /// Adds a record, and moves chunks that are full then to `full`.
    pub fn add(&mut self, index: usize, record: &Body, keys: Keys, full: &mut VecDeque<Next>) {
        let place = self.place_of(&keys, full);
        let Some(open) = self.open.get_mut(place) else { return };
        match open.add(index, record, keys, self.limits) {
            Added::Yes => {}
            Added::Never(reason, keys) => return full.push_back(Next::Unsendable { index, keys, reason }),
            Added::Overflows(encoded, keys) => {
                // What stays open, if anything, has none of its keys.
                self.close_through(place, full);
                self.reopen(encoded.len(), full);
                if let Some(open) = self.open.front_mut() {
                    open.push(index, &encoded, keys);
                }
            }
        }
        let is_full = |open: &OpenChunk| open.rows.len() >= self.limits.items;
        if let Some(place) = self.open.iter().position(is_full) {
            self.close_through(place, full);
        }
    }

    pub fn close_all(&mut self, full: &mut VecDeque<Next>) {
        self.close_through(self.open.len(), full);
    }

    /// Returns the place of the chunk after the last one that has one of the keys.
    fn place_of(&mut self, keys: &Keys, full: &mut VecDeque<Next>) -> usize {
        let mut place = self.open.iter().rposition(|open| open.has_any(keys)).map_or(0, |last| last + 1);
        if place == self.max_open {
            self.close_through(0, full);
            place -= 1;
        }
        if place == self.open.len() {
            self.open.push_back(OpenChunk::new(self.keys, self.usual));
        }
        place
    }

    /// Makes sure that the first chunk has room for this number of bytes.
    fn reopen(&mut self, size: usize, full: &mut VecDeque<Next>) {
        if self.open.front().is_some_and(|open| !open.has_room(size, self.limits)) {
            self.close_all(full);
        }
        if self.open.is_empty() {
            self.open.push_back(OpenChunk::new(self.keys, self.usual));
        }
    }

    /// Closes the chunk at this place and those before it.
    fn close_through(&mut self, place: usize, full: &mut VecDeque<Next>) {
        let closing = self.open.len().min(place + 1);
        for chunk in self.open.drain(..closing).filter_map(|open| open.close(self.keys > 0)) {
            self.usual = chunk.body.len();
            full.push_back(Next::Chunk(chunk));
        }
    }
}

impl OpenChunk {
    fn new(keys: usize, size: usize) -> Self {
        // A little more, so that a chunk that gets somewhat larger than the one before is not copied.
        Self { body: Vec::with_capacity(size + size / 64), rows: Vec::new(), by_key: vec![KeyMap::new(); keys] }
    }

    fn add(&mut self, index: usize, record: &Body, keys: Keys, limits: Limits) -> Added {
        if let Some(problem) = record.invalid() {
            return Added::Never(problem, keys);
        }
        let before = self.body.len();
        self.separate();
        let start = self.body.len();
        if let Err(error) = serde_json::to_writer(&mut self.body, record) {
            self.body.truncate(before);
            return Added::Never(error.to_string(), keys);
        }
        let size = self.body.len() - start;
        // The brackets of an array around it.
        if size + 2 > limits.bytes {
            self.body.truncate(before);
            let problem = format!("the record has {size} bytes; a request has at most {}", limits.bytes);
            return Added::Never(problem, keys);
        }
        if self.body.len() + 1 > limits.bytes {
            let encoded = self.body.split_off(start);
            self.body.truncate(before);
            return Added::Overflows(encoded, keys);
        }
        self.enter(index, keys);
        Added::Yes
    }

    fn push(&mut self, index: usize, encoded: &[u8], keys: Keys) {
        self.separate();
        self.body.extend_from_slice(encoded);
        self.enter(index, keys);
    }

    fn separate(&mut self) {
        self.body.push(if self.rows.is_empty() { b'[' } else { b',' });
    }

    fn enter(&mut self, index: usize, keys: Keys) {
        let place = self.rows.len();
        for (key, text) in keys {
            if let Some(map) = self.by_key.get_mut(key) {
                map.insert(text, place);
            }
        }
        self.rows.push(Row { index, end: self.body.len() });
    }

    fn has_room(&self, size: usize, limits: Limits) -> bool {
        self.rows.len() < limits.items && self.body.len() + size + 2 <= limits.bytes
    }

    fn has_any(&self, keys: &Keys) -> bool {
        keys.iter().any(|(key, text)| self.by_key.get(*key).is_some_and(|map| map.contains_key(text)))
    }

    fn close(mut self, keyed: bool) -> Option<Chunk> {
        if self.rows.is_empty() {
            return None;
        }
        self.body.push(b']');
        Some(Chunk { body: Bytes::from(self.body), rows: self.rows, by_key: self.by_key, keyed })
    }
}
