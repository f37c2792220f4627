//! What a response decides, by trying every end of every row. It shares no code with what it is held against.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    honest::Honest,
    world::{ENDS, End, KEYS, World},
};

/// What a response says, in the form of questions to a world.
struct Facts {
    counts: [Option<usize>; 3],
    /// The rows that a list names as created or updated.
    listed: Vec<[bool; 2]>,
    /// At least this number of rows was created or updated.
    least: [usize; 2],
    /// The rows that an error says were not written; the first is of creations.
    refused: Vec<[bool; 2]>,
}

/// What the report must say of each row: an end, or nothing if the response does not decide it.
pub fn decided(world: &World, response: &Honest) -> Vec<Option<&'static str>> {
    let facts = Facts::of(world, &response.body);
    let rows = world.rows.len();
    let mut possible = vec![BTreeSet::new(); rows];
    let mut ends = Vec::with_capacity(rows);
    try_all(rows, &facts, &mut ends, &mut possible);
    let says_nothing_of_failures = response.status == 200 && !has_errors(&response.body);
    let words = possible.into_iter().map(|ends| match ends.into_iter().collect::<Vec<_>>()[..] {
        [] => panic!("the true world is impossible: {world:?} {response:?}"),
        [0] => Some("created"),
        [1] => Some("updated"),
        [2] => Some("unchanged"),
        [3 | 4] | [3, 4] if says_nothing_of_failures => None,
        [3] => Some("failed"),
        [4] | [3, 4] if !world.after_unknown => Some("failed"),
        _ => None,
    });
    words.collect()
}

fn try_all(rows: usize, facts: &Facts, ends: &mut Vec<usize>, possible: &mut [BTreeSet<usize>]) {
    let row = ends.len();
    if row == rows {
        if facts.hold_of_all(ends) {
            for (possible, end) in possible.iter_mut().zip(ends) {
                possible.insert(*end);
            }
        }
        return;
    }
    for (number, end) in ENDS.into_iter().enumerate() {
        if facts.hold_of_row(row, end) {
            ends.push(number);
            try_all(rows, facts, ends, possible);
            ends.pop();
        }
    }
}

impl Facts {
    fn of(world: &World, body: &Value) -> Self {
        let rows = world.rows.len();
        let mut facts = Self {
            counts: ["created", "updated", "nonupdates"].map(|name| count(&body[name])),
            listed: vec![[false; 2]; rows],
            least: [0; 2],
            refused: vec![[false; 2]; rows],
        };
        for (kind, name) in ["insertsKeys", "updatesKeys"].into_iter().enumerate() {
            let elements = elements(&body[name]);
            let elements: Vec<_> = elements.iter().filter(|element| !keys(element).is_empty()).collect();
            let ids: BTreeSet<_> = elements.iter().filter_map(|element| text(&element["_id"])).collect();
            facts.least[kind] = ids.len().max(usize::from(!elements.is_empty()));
            for element in elements {
                if let [row] = matching(world, &keys(element))[..] {
                    facts.listed[row][kind] = true;
                }
            }
        }
        for name in ["createdErrors", "updatedErrors", "permissionErrors"] {
            let kind = usize::from(name != "createdErrors");
            for error in elements(&body[name]).iter().filter(|error| !is_nothing(error)) {
                if let Some(row) = named(world, error, body[name].is_array()) {
                    facts.refused[row][kind] = true;
                }
            }
        }
        facts
    }

    fn hold_of_row(&self, row: usize, end: End) -> bool {
        match self.listed[row] {
            [true, false] => end == End::Created,
            [false, true] => end == End::Updated,
            [true, true] => false,
            _ if self.refused[row][0] => end == End::Absent,
            _ if self.refused[row][1] => !end.is_written(),
            _ => true,
        }
    }

    fn hold_of_all(&self, ends: &[usize]) -> bool {
        let sum = |wanted: usize| ends.iter().filter(|end| **end == wanted).count();
        let counts = self.counts.iter().enumerate().all(|(end, count)| count.is_none_or(|count| sum(end) == count));
        let listed = self.least.iter().enumerate().all(|(end, least)| sum(end) >= *least);
        counts && listed
    }
}

fn count(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().trim_end_matches(".0").parse().ok(),
        _ => None,
    }
}

fn elements(list: &Value) -> Vec<Value> {
    match list {
        Value::Array(elements) => elements.clone(),
        other => vec![other.clone()],
    }
}

fn is_nothing(value: &Value) -> bool {
    [Value::Null, false.into(), "".into(), serde_json::json!([]), serde_json::json!({})].contains(value)
}

fn has_errors(body: &Value) -> bool {
    let names = ["createdErrors", "updatedErrors", "permissionErrors", "validationErrors"];
    names.iter().any(|name| elements(&body[*name]).iter().any(|error| !is_nothing(error)))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn keys(element: &Value) -> Vec<(&'static str, String)> {
    KEYS.iter().filter_map(|name| Some((*name, text(element.get(*name)?)?))).collect()
}

/// The rows that have one of these keys. A lone row needs none.
fn matching(world: &World, keys: &[(&str, String)]) -> Vec<usize> {
    let rows = world.rows.iter().enumerate();
    let has_one = |row: &super::world::Row| keys.iter().any(|(name, key)| row.keys.get(*name) == Some(&key[..].into()));
    rows.filter(|(_, row)| world.rows.len() == 1 || has_one(row)).map(|(place, _)| place).collect()
}

/// The row that an error is about, if it names no other, and its keys are those of what was sent.
fn named(world: &World, error: &Value, is_listed: bool) -> Option<usize> {
    if world.rows.len() == 1 && is_listed {
        return Some(0);
    }
    let (mut sent, mut all) = (BTreeSet::new(), BTreeSet::new());
    mentioned(world, error, true, &mut sent, &mut all);
    let only = all.first().copied();
    only.filter(|_| all.len() == 1 && !sent.is_empty())
}

fn mentioned(world: &World, value: &Value, is_sent: bool, sent: &mut BTreeSet<usize>, all: &mut BTreeSet<usize>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| mentioned(world, value, is_sent, sent, all)),
        Value::Object(map) => {
            let keys = keys(value);
            let rows = if keys.is_empty() { Vec::new() } else { matching(world, &keys) };
            all.extend(rows.iter());
            sent.extend(rows.iter().filter(|_| is_sent));
            for (name, value) in map {
                let words = ["item", "row", "input", "payload", "body", "data", "keys", "op"];
                mentioned(world, value, is_sent && words.contains(&&name[..]), sent, all);
            }
        }
        _ => {}
    }
}
