//! Reading records. The fast path is plain serde; only after a failure is a record read field by field, and a body that
//! is not JSON repaired.

mod fields;
mod repair;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, cell::Cell, ops::Range};

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use self::repair::{Repaired, repair};
use crate::{
    credentials::Credentials,
    error::{Effect, Error, ErrorKind, RecordError},
    value::Record,
};

/// The records of a page.
#[derive(Debug)]
pub(crate) struct Records<T> {
    pub items: Vec<Result<T, Box<Unreadable>>>,
    /// The number of received records, kept or not.
    pub received: u64,
    /// The identity of the first one; `None` if none was received.
    pub first: Option<Box<str>>,
}

/// A record that cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// Its position on the page.
    index: usize,
    path: String,
    problem: String,
    raw: String,
}

impl Unreadable {
    /// Creates the error for it. `offset` is the number of records of the list before the page.
    pub fn into_error(self, offset: u64, credentials: &Credentials) -> Error {
        let index = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(self.index);
        // Before anything is made of them.
        let [path, problem, raw] =
            [&self.path, &self.problem, &self.raw].map(|text| credentials.redact(text).into_owned());
        let message = format!("record {index} cannot be read: {path}: {problem}");
        Error::new(ErrorKind::Decode, Effect::Applied, message).with_record(RecordError { index, path, raw })
    }
}

/// How a field that cannot be read is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Reading {
    /// It is kept unchanged, and the record is read without it.
    #[default]
    Forgiving,
    /// It is an error of the record.
    Strict,
}

/// Reads a page of about `expected` records, and keeps those that belong to it. One bad record does not lose the others,
/// so each is read where it stands, and the array around them is read here.
///
/// # Errors
///
/// If the page is not a JSON array.
pub(crate) fn page<T: Record>(
    body: &[u8],
    expected: usize,
    reading: Reading,
    mut belongs: impl FnMut(&T, &str) -> bool,
) -> Result<Records<T>, String> {
    let body = without_bom(body);
    let mut records = Records { items: Vec::new(), received: 0, first: None };
    let forgiven = Cell::new(0);
    // Checked at once, which is faster than text by text.
    let read = match std::str::from_utf8(body) {
        Ok(text) => {
            let source = Source { text, repaired: None, reading, forgiven: &forgiven };
            records.read(&source, expected, &mut belongs)
        }
        Err(error) => Err(Stuck { at: Some(0), problem: no_array(error) }),
    };
    if let Err(stuck) = read {
        // The records before it are read already.
        let rest = stuck.at.and_then(|at| body.get(at..)).unwrap_or_default();
        let repaired = repair(rest).ok_or(stuck.problem)?;
        let source = Source { text: &repaired.text, repaired: Some(&repaired), reading, forgiven: &forgiven };
        records.read(&source, expected, &mut belongs).map_err(|stuck| stuck.problem)?;
    }
    report(forgiven.get());
    Ok(records)
}

/// Reads a response that is a record.
///
/// # Errors
///
/// If it is not a JSON object, or a field cannot be read and the reading is strict; with the path.
pub(crate) fn record<T: Record>(body: &[u8], reading: Reading) -> Result<T, String> {
    let body = without_bom(body);
    let error = match serde_json::from_slice(body) {
        Ok(record) => return Ok(record),
        Err(error) => error,
    };
    let text = std::str::from_utf8(body).ok().filter(is_json);
    let repaired = if text.is_none() { repair(body) } else { None };
    let text = text.or_else(|| repaired.as_ref().map(|repaired| &*repaired.text).filter(is_json));
    let text = text.ok_or_else(|| error.to_string())?;
    let start = text.len() - text.trim_ascii_start().len();
    let forgiven = Cell::new(0);
    let source = Source { text, repaired: repaired.as_ref(), reading, forgiven: &forgiven };
    let record = source.forgiving(start..text.trim_ascii_end().len());
    record.map_err(|(path, problem)| format!("{path}: {problem}")).inspect(|_| report(forgiven.get()))
}

fn is_json(text: &&str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// Removes a byte order mark from the start of a text.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn report(forgiven: u64) {
    if forgiven > 0 {
        tracing::warn!(
            records = forgiven,
            "some fields could not be read as they were received; `unreadable()` and `repaired()` of the records list them"
        );
    }
}

fn no_array(problem: impl std::fmt::Display) -> String {
    format!("expected a JSON array of records: {problem}")
}

/// The reason why reading a page stopped.
struct Stuck {
    /// Where reading can continue after a repair; `None` if a repair would not help.
    at: Option<usize>,
    problem: String,
}

impl Stuck {
    fn for_good(problem: &str) -> Self {
        Self { at: None, problem: no_array(problem) }
    }
}

impl<T: Record> Records<T> {
    /// Reads an array, or continues with a record in it if there were others before.
    fn read(
        &mut self,
        source: &Source<'_>,
        expected: usize,
        belongs: &mut impl FnMut(&T, &str) -> bool,
    ) -> Result<(), Stuck> {
        let mut rest = source.text;
        if self.received == 0 {
            let inside = rest.trim_ascii_start().strip_prefix('[');
            rest = inside.ok_or_else(|| Stuck::for_good("it does not begin with `[`"))?.trim_ascii_start();
            if let Some(end) = rest.strip_prefix(']') {
                return if end.trim_ascii().is_empty() { Ok(()) } else { Err(Stuck::for_good("something follows it")) };
            }
        }
        loop {
            let at = source.text.len() - rest.len();
            // Before the first one there is nothing that would be read twice.
            let resume = if self.received == 0 { 0 } else { at };
            let stuck = |problem| Stuck { at: Some(resume), problem };
            let (record, raw, behind) = source.next(at, self.received).map_err(stuck)?;
            if self.received == 0 {
                self.first = Some(identity(raw).into());
                // Records are large, and moving them to where there is more room costs as much as reading them.
                self.items.reserve(expected.min(rest.len() / raw.len().max(1)));
            }
            if record.as_ref().map_or(true, |record| belongs(record, raw)) {
                self.items.push(record);
            }
            self.received += 1;
            let behind = behind.trim_ascii_start();
            match behind.strip_prefix(',') {
                Some(next) => rest = next.trim_ascii_start(),
                None if behind.trim_ascii_end() == "]" => return Ok(()),
                None => return Err(Stuck::for_good("it breaks off, or something follows it")),
            }
        }
    }
}

/// A text to read records from.
struct Source<'a> {
    text: &'a str,
    /// The repair that made it, if the body was not valid JSON.
    repaired: Option<&'a Repaired<'a>>,
    reading: Reading,
    /// The number of records with fields that could not be read or had to be repaired.
    forgiven: &'a Cell<u64>,
}

/// A record or what is wrong with it, its own text, and the one behind it.
type Next<'a, T> = (Result<T, Box<Unreadable>>, &'a str, &'a str);

impl<'a> Source<'a> {
    /// Reads the record that begins here, if it is JSON.
    fn next<T: Record>(&self, at: usize, index: u64) -> Result<Next<'a, T>, String> {
        let text = self.text.get(at..).unwrap_or_default();
        let mut json = serde_json::Deserializer::from_str(text);
        if let Ok(record) = T::deserialize(&mut json) {
            let length = json.into_iter::<IgnoredAny>().byte_offset();
            if self.problem(&(at..at + length)).is_none() {
                let (raw, behind) = text.split_at_checked(length).unwrap_or((text, ""));
                return Ok((Ok(record), raw, behind));
            }
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let raw = <&RawValue>::deserialize(&mut json).map_err(no_array)?.get();
        let part = at..at + raw.len();
        let record = self.forgiving(part.clone()).map_err(|(path, problem)| {
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            Box::new(Unreadable { index, path, problem, raw: self.raw(&part).into_owned() })
        });
        Ok((record, raw, text.strip_prefix(raw).unwrap_or_default()))
    }

    /// Reads a record that is JSON and could not be read as a whole, or returns the path of a problem and the problem.
    fn forgiving<T: Record>(&self, part: Range<usize>) -> Result<T, (String, String)> {
        let raw = self.text.get(part.clone()).unwrap_or_default();
        let unreadable = || locate::<T>(raw.as_bytes()).unwrap_or_else(|| (".".to_owned(), "unreadable".to_owned()));
        let repaired = self.repaired.map(|source| fields::repaired(&part, source)).unwrap_or_default();
        if self.reading == Reading::Strict {
            let first = repaired.first().map(|field| (field.path().to_owned(), field.problem().to_owned()));
            return Err(first.unwrap_or_else(unreadable));
        }
        let mut record = match serde_json::from_str(raw) {
            Ok(record) => record,
            Err(_) => fields::read::<T>(raw).ok_or_else(unreadable)?,
        };
        record.unknown_fields().note(repaired);
        self.forgiven.set(self.forgiven.get() + 1);
        Ok(record)
    }

    /// Returns what was repaired in a part of the text.
    fn problem(&self, part: &Range<usize>) -> Option<&'static str> {
        self.repaired?.problem(part)
    }

    /// Returns a part of the text as it was received.
    fn raw(&self, part: &Range<usize>) -> Cow<'a, str> {
        match self.repaired {
            Some(source) => String::from_utf8_lossy(source.raw(part)),
            None => Cow::Borrowed(self.text.get(part.clone()).unwrap_or_default()),
        }
    }
}

/// Returns what distinguishes a record from others: its `_id`, or all of it if it has none.
pub(crate) fn identity(raw: &str) -> &str {
    #[derive(Deserialize)]
    struct Identified<'a> {
        #[serde(borrow, rename = "_id")]
        id: Option<&'a RawValue>,
    }

    match serde_json::from_str(raw) {
        Ok(Identified { id: Some(id) }) => id.get(),
        _ => raw,
    }
}

fn locate<T: DeserializeOwned>(body: &[u8]) -> Option<(String, String)> {
    let mut json = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => json.end().err().map(|error| (".".to_owned(), error.to_string())),
        Err(error) => Some((error.path().to_string(), error.inner().to_string())),
    }
}
