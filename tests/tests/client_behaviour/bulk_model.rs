//! Bulk upserts to servers of which it is known what they do with each row, and whose responses are true but leave
//! parts out. No outcome may be false, whatever else goes wrong.
//!
//! `PLANHAT_LONG` multiplies the number of uploads.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use fastrand::Rng;
use planhat_sdk::{BulkReport, Company, CompanyPatch, ExternalId, NewCompany, Outcome};
use planhat_tests::wire::{Act, Seen, Server, answer, broken};
use serde_json::{Map, Value, json};

use crate::client;

const ROWS: usize = 80;

/// What the server does with a row.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    /// Creates it; the second time, it is as it should be.
    New,
    /// Updates it; the second time, it is as it should be.
    Old,
    /// It is as it should be.
    Same,
    /// Refuses to create it.
    BadNew,
    /// Refuses to update it.
    BadOld,
    /// Creates it, and refuses to update it.
    Once,
    /// Updates it once, and no more.
    OldOnce,
}

const KINDS: [Kind; 7] = [Kind::New, Kind::Old, Kind::Same, Kind::BadNew, Kind::BadOld, Kind::Once, Kind::OldOnce];

/// What the server has done so far with each row, by the name of the row.
struct World {
    rng: Rng,
    kinds: BTreeMap<String, Kind>,
    written: BTreeMap<String, usize>,
    /// How many percent of all parts of responses are there.
    share: u8,
    /// How many percent of the errors do not name their rows.
    vague: u8,
    /// How many percent of the requests break.
    faults: u8,
}

/// How a request ended for a row.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Created,
    Updated,
    Unchanged,
    Failed(&'static str),
}

impl World {
    fn any(seed: u64, is_keyed: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let usual = [rng.choice(KINDS).unwrap(), rng.choice(KINDS).unwrap()];
        let oddness = rng.choice([0, 2, 10, 100]).unwrap();
        let mut kind = || {
            let is_odd = rng.u8(..100) < oddness;
            let unkeyed = [Kind::New, Kind::New, Kind::BadNew];
            let of: &[Kind] = if !is_keyed {
                &unkeyed
            } else if is_odd {
                &KINDS
            } else {
                &usual
            };
            *rng.choice(of).unwrap()
        };
        let kinds = (0..ROWS).map(|row| (format!("e{row}"), kind())).collect();
        let share = rng.choice([100, 90, 70, 30]).unwrap();
        let vague = rng.choice([0, 20, 100]).unwrap();
        let faults = rng.choice([0, 0, 20]).unwrap();
        Self { rng, kinds, written: BTreeMap::new(), share, vague, faults }
    }

    fn act(&mut self, request: &Seen) -> Act {
        let fault = if self.rng.u8(..100) < self.faults { self.rng.u8(1..6) } else { 0 };
        match fault {
            1 => return broken(),
            2 => return answer(413, "too large"),
            3 => return answer(400, r#"{"message": "the name is not allowed"}"#),
            _ => {}
        }
        let rows = request.json().unwrap();
        let rows: Vec<_> = rows.as_array().unwrap().iter().map(|row| row.as_object().unwrap().clone()).collect();
        let ends: Vec<_> = rows.iter().map(|row| self.write(row["name"].as_str().unwrap())).collect();
        match fault {
            4 => return broken(),
            5 => return answer(503, "out of order"),
            _ => {}
        }
        let body = self.response(&rows, &ends);
        let status = self.rng.choice([200, 206, 206, 400, 403]).unwrap();
        answer(status, &body.to_string())
    }

    fn write(&mut self, name: &str) -> End {
        let times = self.written.get(name).copied().unwrap_or_default();
        let end = match (self.kinds[name], times) {
            (Kind::New | Kind::Once, 0) => End::Created,
            (Kind::Old | Kind::OldOnce, 0) => End::Updated,
            (Kind::New | Kind::Old | Kind::Same, _) => End::Unchanged,
            (Kind::BadNew, _) => End::Failed("createdErrors"),
            (Kind::BadOld, _) => End::Failed("updatedErrors"),
            (Kind::Once | Kind::OldOnce, _) => {
                End::Failed(self.rng.choice(["updatedErrors", "permissionErrors", "validationErrors"]).unwrap())
            }
        };
        if matches!(end, End::Created | End::Updated) {
            self.written.insert(name.to_owned(), times + 1);
        }
        end
    }

    /// What is true of these rows, or a part of it.
    fn response(&mut self, rows: &[Map<String, Value>], ends: &[End]) -> Value {
        let mut body = json!({"modified": []});
        let count = |wanted: End| ends.iter().filter(|end| **end == wanted).count();
        for (name, end) in [("created", End::Created), ("updated", End::Updated), ("nonupdates", End::Unchanged)] {
            if self.is_there() {
                body[name] = json!(count(end));
            }
        }
        for (name, end) in [("insertsKeys", End::Created), ("updatesKeys", End::Updated)] {
            let rows = rows.iter().zip(ends).filter(|(_, of_row)| **of_row == end);
            let keys = rows.map(|(row, _)| {
                let mut keys = key(row);
                keys.insert("_id".to_owned(), format!("id-{}", row["name"].as_str().unwrap()).into());
                Value::from(keys)
            });
            let keys: Vec<_> = keys.collect();
            if self.is_there() {
                body[name] = keys.into_iter().filter(|_| self.is_there()).collect();
            }
        }
        let mut errors: BTreeMap<&str, Vec<Value>> = BTreeMap::from([("validationErrors", Vec::new())]);
        for (row, end) in rows.iter().zip(ends) {
            match end {
                End::Failed(list) if self.is_there() => errors.entry(list).or_default().push(self.error(row)),
                End::Failed(_) => {}
                _ if self.rng.u8(..100) < 3 => errors.entry("validationErrors").or_default().push(self.error(row)),
                _ => {}
            }
        }
        for (name, errors) in errors {
            if self.is_there() {
                body[name] = errors.into();
            }
        }
        body
    }

    fn is_there(&mut self) -> bool {
        self.rng.u8(..100) < self.share
    }

    fn error(&mut self, row: &Map<String, Value>) -> Value {
        let message = "the name is not allowed";
        if self.rng.u8(..100) < self.vague {
            return message.into();
        }
        let (mut error, other) = (key(row), json!({"externalId": "e0"}));
        match self.rng.u8(..6) {
            0 => json!({"message": message, "existing": other, "item": error}),
            1 => json!({"message": message, "existing": other}),
            _ => {
                error.insert("message".to_owned(), message.into());
                error.into()
            }
        }
    }
}

/// The key that a row was sent with, if it has one.
fn key(row: &Map<String, Value>) -> Map<String, Value> {
    row.iter().filter(|(name, _)| *name == "externalId").map(|(name, key)| (name.clone(), key.clone())).collect()
}

/// Holds each outcome against what the server did, and counts those that are unknown.
fn hold(seed: u64, report: &BulkReport<Company>, world: &World) -> usize {
    assert_eq!(report.outcomes().count(), ROWS);
    for (row, outcome) in report.outcomes() {
        let name = format!("e{row}");
        let (kind, written) = (world.kinds[&name], world.written.contains_key(&name));
        let is_new = matches!(kind, Kind::New | Kind::Once | Kind::BadNew);
        let is_true = match outcome {
            Outcome::Created(_) => written && is_new,
            // A row that had to be sent again may have been created the first time.
            Outcome::Updated(_) => written,
            Outcome::Unchanged => written || kind == Kind::Same,
            Outcome::Failed(_) => !written,
            _ => true,
        };
        assert!(is_true, "{name} is {kind:?}, written: {written}, and said to be {outcome:?}; seed {seed}");
        if let Outcome::Created(Some(id)) | Outcome::Updated(Some(id)) = outcome {
            assert_eq!(id.as_str(), format!("id-{name}"), "seed {seed}");
        }
    }
    report.totals().unknown
}

async fn upload(seed: u64, is_keyed: bool) {
    let world = World::any(seed, is_keyed);
    let decides_all = world.share == 100 && world.vague == 0 && world.faults == 0;
    let world = Arc::new(Mutex::new(world));
    let acting = Arc::clone(&world);
    let server = Server::start(move |_, request| acting.lock().unwrap().act(request)).await;
    let names = (0..ROWS).map(|row| format!("e{row}"));
    let companies = client(&server).companies();
    let report = if is_keyed {
        let rows = names.map(|name| CompanyPatch::new().external_id(ExternalId::new(name.clone())).name(name));
        companies.bulk_upsert(rows).chunk_items(30).concurrency(2).always_report().await
    } else {
        companies.bulk_upsert(names.map(NewCompany::new)).chunk_items(30).always_report().await
    };
    let world = world.lock().unwrap();
    assert!(world.written.values().all(|times| *times == 1), "a row was written twice; seed {seed}");
    let unknown = hold(seed, &report.unwrap(), &world);
    // An error may still not name its row, because it tells of the record that the row collides with.
    assert!(!decides_all || !is_keyed || unknown < ROWS / 4, "{unknown} rows are unknown; seed {seed}");
}

#[tokio::test]
async fn no_outcome_of_an_upload_is_false() {
    let factor = std::env::var("PLANHAT_LONG").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1);
    for seed in 0..120 * factor {
        upload(seed, seed % 4 != 0).await;
    }
}
