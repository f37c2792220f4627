//! The published requests, each built by hand the way a user of the SDK would.

mod activities;
mod customers;
mod portfolio;
mod revenue;
mod time;
mod touchpoints;

use planhat_sdk::{Object, Timestamp};
use serde::Serialize;
use serde_json::Value;

/// Builds a body.
type Build = fn() -> Value;

/// The requests of some models.
type Rows = &'static [(&'static str, Build)];

const TABLES: [Rows; 6] =
    [activities::ROWS, customers::ROWS, portfolio::ROWS, revenue::ROWS, time::ROWS, touchpoints::ROWS];

pub fn rows() -> impl Iterator<Item = (&'static str, Build)> {
    TABLES.into_iter().flatten().copied()
}

/// What will be written.
fn json(body: impl Serialize) -> Value {
    serde_json::to_value(body).unwrap()
}

/// A time in the form that Planhat uses.
fn time(text: &str) -> Timestamp {
    let time: Timestamp = text.parse().unwrap();
    assert_eq!(time.to_string(), text);
    time
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is not an object"),
    }
}
