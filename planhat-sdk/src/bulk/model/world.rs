//! What truly happened to the rows of a chunk.

use fastrand::Rng;
use serde_json::{Map, Value};

/// The keys of the rows, in matching order.
pub const KEYS: &[&str] = &["_id", "sourceId", "externalId"];

/// How a row truly ended in the request that the response is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Created,
    Updated,
    Unchanged,
    /// Not written, and no record matches it.
    Absent,
    /// Not written, although a record matches it.
    Refused,
}

pub const ENDS: [End; 5] = [End::Created, End::Updated, End::Unchanged, End::Absent, End::Refused];

impl End {
    pub fn is_written(self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Unchanged)
    }
}

#[derive(Debug, Clone)]
pub struct Row {
    /// The keys that the row was sent with.
    pub keys: Map<String, Value>,
    /// The `_id` of its record.
    pub record: String,
    pub end: End,
    /// Whether the id of its record is a key of another row.
    pub shares_its_record: bool,
    /// Whether an earlier attempt wrote it.
    pub was_written_before: bool,
}

#[derive(Debug, Clone)]
pub struct World {
    pub rows: Vec<Row>,
    /// Whether an earlier attempt may have written rows.
    pub after_unknown: bool,
}

impl World {
    pub fn any(rng: &mut Rng, rows: usize) -> Self {
        let after_unknown = rng.u8(..5) == 0;
        let is_keyed = rng.u8(..6) != 0;
        let usual = [rng.choice(ENDS).unwrap_or(End::Created), rng.choice(ENDS).unwrap_or(End::Created)];
        // Chunks in which nearly all rows end in the same way tell the most.
        let oddness = rng.choice([0, 5, 30, 100]).unwrap_or(0);
        let mut world = Self { rows: Vec::with_capacity(rows), after_unknown };
        for place in 0..rows {
            let end = if rng.u8(..100) < oddness { rng.choice(ENDS) } else { rng.choice(usual) };
            let end = end.unwrap_or(End::Created);
            // What matched no record was not written before.
            let was_written_before = after_unknown && end != End::Absent && rng.bool();
            let keys = if is_keyed { keys(rng, place) } else { Map::new() };
            let record = keys.get("_id").and_then(Value::as_str).map_or_else(|| format!("made{place}"), str::to_owned);
            world.rows.push(Row { keys, record, end, shares_its_record: false, was_written_before });
        }
        world.share_a_record(rng);
        world
    }

    /// Gives each row a key, and a record of its own.
    pub fn make_distinct(&mut self) {
        for (place, row) in self.rows.iter_mut().enumerate() {
            row.keys.insert("externalId".to_owned(), (place * 3).to_string().into());
            if row.shares_its_record {
                (row.record, row.shares_its_record) = (format!("made{place}"), false);
            }
        }
    }

    /// Two rows may be about one record: one has its id, the other one another key of it.
    fn share_a_record(&mut self, rng: &mut Rng) {
        let (one, other) = (rng.usize(..self.rows.len()), rng.usize(..self.rows.len()));
        let record = self.rows[one].record.clone();
        let is_key = self.rows[one].keys.contains_key("_id");
        let row = &mut self.rows[other];
        let can_match = matches!(row.end, End::Updated | End::Unchanged | End::Refused);
        if rng.u8(..4) == 0 && can_match && !row.keys.is_empty() && !row.keys.contains_key("_id") {
            (row.record, row.shares_its_record) = (record, is_key);
        }
    }
}

fn keys(rng: &mut Rng, place: usize) -> Map<String, Value> {
    let which = rng.usize(1..8);
    let named = KEYS.iter().enumerate().filter(|(bit, _)| which >> bit & 1 == 1);
    let text = |kind: usize| match kind {
        0 => format!("id{place}"),
        // Keys of different kinds may be the same text, and may be numbers.
        _ => (place * 3).to_string(),
    };
    named.map(|(kind, name)| ((*name).to_owned(), text(kind).into())).collect()
}
