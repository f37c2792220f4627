//! Reading records. The fast path is plain serde; where a problem lies is looked for only after one.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::{BadRecord, Effect, Error, ErrorKind};

/// Reads a page so that one bad record does not lose the others.
///
/// # Errors
///
/// When the page itself is no JSON array.
pub(crate) fn page(body: &[u8]) -> Result<Vec<&RawValue>, String> {
    serde_json::from_slice(body).map_err(|error| format!("expected a JSON array of records: {error}"))
}

/// Reads one record of a page.
pub(crate) fn record<T: DeserializeOwned>(raw: &RawValue, index: usize) -> Result<T, Error> {
    serde_json::from_str(raw.get()).map_err(|_| bad_record::<T>(raw.get(), index))
}

fn bad_record<T: DeserializeOwned>(raw: &str, index: usize) -> Error {
    let (path, problem) = locate::<T>(raw.as_bytes()).unwrap_or_else(|| (".".to_owned(), "unreadable".to_owned()));
    let message = format!("record {index} cannot be read: {path}: {problem}");
    Error::new(ErrorKind::Decode, Effect::Applied, message).bad_record(BadRecord { index, path, raw: raw.to_owned() })
}

/// What is wrong with a record and where, in one line.
pub(crate) fn explain<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    locate::<T>(body).map(|(path, problem)| format!("{path}: {problem}"))
}

fn locate<T: DeserializeOwned>(body: &[u8]) -> Option<(String, String)> {
    let mut json = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => json.end().err().map(|error| (".".to_owned(), error.to_string())),
        Err(error) => Some((error.path().to_string(), error.inner().to_string())),
    }
}
