//! Honest responses to a world: what they say is true, but they may leave out any part of it, and say more.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::world::{End, Row, World};

/// A response to a world.
#[derive(Debug)]
pub struct Honest {
    pub status: u16,
    pub body: Value,
}

impl Honest {
    pub fn any(rng: &mut Rng, world: &World) -> Self {
        let mut parts = Vec::new();
        for (count, list, end) in [("created", "insertsKeys", End::Created), ("updated", "updatesKeys", End::Updated)] {
            parts.push((count, Some(counted(rng, world, end))));
            parts.push((list, named(rng, world, end)));
        }
        parts.push(("nonupdates", Some(counted(rng, world, End::Unchanged))));
        for (name, errors) in errors(rng, world) {
            // It may say what the token may not do, whether or not a row needed it.
            let is_general = name == "permissionErrors" && errors.is_empty() && rng.u8(..20) == 0;
            parts.push((name, if is_general { Some(json!({"update": "no"})) } else { list(rng, errors) }));
        }
        // From responses that say all to such that say next to nothing.
        let share = rng.choice([100, 100, 90, 60, 20]).unwrap_or(100);
        let parts = parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), part?)));
        let mut body: Map<_, _> = parts.filter(|_| rng.u8(..100) < share).collect();
        // It is a bulk response even if all of its parts are left out.
        body.insert("modified".to_owned(), json!([]));
        Self { status: rng.choice([200, 206, 206, 400, 403]).unwrap_or(200), body: body.into() }
    }

    /// All that is documented, with an error that names each row that was not written.
    pub fn whole(world: &World) -> Self {
        let rows = |end: End| world.rows.iter().filter(move |row| row.end == end);
        let keys = |end: End| -> Vec<_> {
            let with_id = |row: &Row| {
                let mut keys = row.keys.clone();
                keys.insert("_id".to_owned(), row.record.as_str().into());
                keys
            };
            rows(end).map(with_id).collect()
        };
        let errors = |end: End| -> Vec<_> { rows(end).map(|row| row.keys.clone()).collect() };
        let ids = |end: End| -> Vec<_> { rows(end).map(|row| row.record.clone()).collect() };
        let body = json!({
            "created": rows(End::Created).count(), "insertsKeys": keys(End::Created), "upsertedIds": ids(End::Created),
            "updated": rows(End::Updated).count(), "updatesKeys": keys(End::Updated), "modified": ids(End::Updated),
            "nonupdates": rows(End::Unchanged).count(), "createdErrors": errors(End::Absent),
            "updatedErrors": errors(End::Refused), "permissionErrors": [], "validationErrors": [],
        });
        Self { status: if world.rows.iter().all(|row| row.end.is_written()) { 200 } else { 206 }, body }
    }
}

fn counted(rng: &mut Rng, world: &World, end: End) -> Value {
    let count = world.rows.iter().filter(|row| row.end == end).count();
    match rng.u8(..20) {
        0 => json!(count.to_string()),
        1 => format!("{count}.0").parse().unwrap_or_default(),
        2 => Value::Null,
        3 => json!("many"),
        _ => json!(count),
    }
}

/// The elements that name the rows with this end, or some of them.
fn named(rng: &mut Rng, world: &World, end: End) -> Option<Value> {
    let share = rng.choice([100, 100, 80, 30]).unwrap_or(100);
    let rows = world.rows.iter().filter(|row| row.end == end);
    let mut elements: Vec<Value> = Vec::new();
    for row in rows {
        if rng.u8(..100) < share {
            // Another row may have this id as its key; then only all keys tell the two apart.
            let share = if row.shares_its_record { 100 } else { share };
            let mut element = some_keys(rng, row, share);
            if share == 100 || rng.u8(..10) != 0 {
                element.insert("_id".to_owned(), row.record.as_str().into());
            }
            elements.push(element.into());
        }
    }
    rng.shuffle(&mut elements);
    if rng.u8(..10) == 0 {
        let noise = [json!({}), Value::Null, json!("?"), json!(7), json!({"externalId": ""}), json!([])];
        elements.extend(rng.choice(noise));
    }
    list(rng, elements)
}

/// A list, in one of the forms that lists come in.
fn list(rng: &mut Rng, mut elements: Vec<Value>) -> Option<Value> {
    match (elements.len(), rng.u8(..8)) {
        (0, 0) => rng.choice([json!({}), json!(""), json!(false), Value::Null]),
        (0, 1) => None,
        (1, 0) => elements.pop(),
        _ => Some(elements.into()),
    }
}

/// The row's keys, or some of them; a number may come as one.
fn some_keys(rng: &mut Rng, row: &Row, share: u8) -> Map<String, Value> {
    let mut keys = Map::new();
    for (name, key) in &row.keys {
        if rng.u8(..100) >= share {
            continue;
        }
        let number = key.as_str().and_then(|text| text.parse::<u64>().ok()).filter(|_| rng.u8(..4) == 0);
        keys.insert(name.clone(), number.map_or_else(|| key.clone(), Value::from));
    }
    keys
}

type Errors = Vec<(&'static str, Vec<Value>)>;

/// What is called an error: of rows that were not written, and remarks on others.
fn errors(rng: &mut Rng, world: &World) -> Errors {
    let names = ["createdErrors", "updatedErrors", "permissionErrors", "validationErrors"];
    let mut errors: Errors = names.map(|name| (name, Vec::new())).into();
    let (mentioned, remarked) = (rng.choice([100, 100, 90, 50]).unwrap_or(100), rng.choice([0, 0, 5, 40]).unwrap_or(0));
    let vague = rng.choice([0, 10, 100]).unwrap_or(0);
    for row in &world.rows {
        while !row.end.is_written() && rng.u8(..100) < mentioned {
            let kinds: [usize; 4] = if row.end == End::Absent { [0, 0, 2, 3] } else { [1, 1, 2, 3] };
            let kind = rng.choice(kinds).unwrap_or(3);
            errors[kind].1.push(error(rng, world, row, vague));
            if rng.u8(..8) != 0 {
                break;
            }
        }
        if rng.u8(..100) < remarked {
            errors[3].1.push(error(rng, world, row, vague));
        }
        if rng.u8(..200) < remarked && world.rows.len() > 1 {
            errors[rng.usize(..4)].1.push(json!("an owner was not found"));
        }
    }
    if rng.u8(..20) == 0 {
        errors[rng.usize(..4)].1.extend(rng.choice([json!({}), Value::Null, json!(""), json!(false)]));
    }
    for (_, errors) in &mut errors {
        rng.shuffle(errors);
    }
    errors
}

/// An error about a row, in one of the forms that errors may come in.
fn error(rng: &mut Rng, world: &World, row: &Row, vague: u8) -> Value {
    let message = "custom.Tier ignored";
    if rng.u8(..100) < vague {
        return if rng.bool() { json!(message) } else { json!({ "message": message }) };
    }
    let other = || Value::from(world.rows[0].keys.clone());
    let mut keys = if rng.u8(..10) == 0 { some_keys(rng, row, 50) } else { row.keys.clone() };
    if row.end == End::Refused && keys.len() == row.keys.len() && !keys.is_empty() && rng.u8(..6) == 0 {
        keys.insert("_id".to_owned(), row.record.as_str().into());
    }
    match rng.u8(..12) {
        0 => json!({"message": message, "existing": other(), "item": keys}),
        1 => json!({"message": message, "existing": other()}),
        2 => json!({"message": message, "item": keys}),
        3 => json!({"message": message, "context": [{"company": other()}], "row": {"keys": keys}}),
        4 => json!({"message": message, "company": other()}),
        5 => json!({"message": message, "items": [keys, other()]}),
        _ => {
            let mut error = keys;
            error.insert("message".to_owned(), message.into());
            error.into()
        }
    }
}
