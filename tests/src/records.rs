//! Reading records from text and writing them back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail, also in its helpers")]

use std::collections::BTreeMap;

use planhat_sdk::{Call, Error, List, ListItem, Planhat, UnreadableField};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// How the records of a model are read.
pub struct Readable {
    pub model: &'static str,
    pub round_trip: RoundTrip,
    /// Reads the first page of a list.
    pub list: Option<fn(&Planhat) -> Vec<Read>>,
    /// Reads the record with an id.
    pub get: Option<fn(&Planhat, &str) -> Read>,
}

/// A record that was read.
pub struct Read {
    /// What is written back.
    pub text: String,
    /// The path and JSON of what could not be read.
    pub unreadable: BTreeMap<String, String>,
}

impl Read {
    fn new<T: Serialize>(record: &T, unreadable: &[&UnreadableField]) -> Self {
        let unreadable = unreadable.iter().map(|field| (field.path().into_owned(), field.raw().to_owned()));
        Self { text: serde_json::to_string(record).unwrap(), unreadable: unreadable.collect() }
    }
}

/// The result of a call, from a test that is not asynchronous.
pub fn wait<T>(call: impl IntoFuture<Output = Result<T, Error>>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(call.into_future()).unwrap_or_else(|error| panic!("{error}"))
}

pub fn listed<T: ListItem + Serialize>(list: List<T>, unreadable: fn(&T) -> Vec<&UnreadableField>) -> Vec<Read> {
    let records = wait(list.prefetch(0).max_pages(1).collect());
    records.iter().map(|record| Read::new(record, &unreadable(record))).collect()
}

pub fn got<T: Serialize + 'static>(call: Call<T>, unreadable: fn(&T) -> Vec<&UnreadableField>) -> Read {
    let record = wait(call);
    Read::new(&record, &unreadable(&record))
}

/// Reads a body and writes it back, or says what cannot be read and where.
pub type RoundTrip = fn(&str) -> Result<Value, String>;

/// Reads a record whose enum has the value [`UNKNOWN`], and says whether the enum holds it.
pub type IsUnknown = fn(&str) -> bool;

/// A value that no enum knows.
pub const UNKNOWN: &str = "value of a later version";

/// Reads a text as a record and writes the record.
pub fn round_trip<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, String> {
    let record: T = read(text)?;
    serde_json::to_value(record).map_err(|error| error.to_string())
}

/// Reads a text, or says what cannot be read and where.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut json).map_err(|error| format!("$.{}: {}", error.path(), error.inner()))
}

/// Whether a field of a record holds [`UNKNOWN`] as an unknown value of its enum.
pub fn is_unknown<T: DeserializeOwned, E: PartialEq>(
    text: &str,
    field: fn(T) -> Option<E>,
    unknown: fn(Box<str>) -> E,
) -> bool {
    field(read(text).unwrap()) == Some(unknown(UNKNOWN.into()))
}
