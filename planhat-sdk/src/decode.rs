//! Reading records. The fast path is plain serde; where a problem lies is looked for only after one.

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use crate::error::{BadRecord, Effect, Error, ErrorKind};

/// What stands on a page.
#[derive(Debug)]
pub(crate) struct Records<T> {
    pub items: Vec<Result<T, Box<Unreadable>>>,
    /// How many came, whether they are kept or not.
    pub came: u64,
    /// What tells the first one from others; nothing if none came.
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
    /// The error for it, if so many records of the list come before the page.
    pub fn behind(self, offset: u64) -> Error {
        let index = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(self.index);
        let Self { path, problem, raw, .. } = self;
        let message = format!("record {index} cannot be read: {path}: {problem}");
        Error::new(ErrorKind::Decode, Effect::Applied, message).bad_record(BadRecord { index, path, raw })
    }
}

/// Reads a page of about so many records, and keeps those that belong to it. One bad record does not
/// lose the others, so each is read where it stands, and the array around them is read here.
///
/// # Errors
///
/// When the page itself is no JSON array.
pub(crate) fn page<T: DeserializeOwned>(
    body: &[u8],
    expected: usize,
    mut belongs: impl FnMut(&T, &str) -> bool,
) -> Result<Records<T>, String> {
    let mut records = Records { items: Vec::new(), came: 0, first: None };
    // Checked at once, which is faster than text by text.
    let page = std::str::from_utf8(body).map_err(no_array)?;
    let inside = page.trim_ascii_start().strip_prefix('[').ok_or_else(|| no_array("it does not begin with `[`"))?;
    let mut rest = inside.trim_ascii_start();
    if let Some(end) = rest.strip_prefix(']') {
        return if end.trim_ascii().is_empty() { Ok(records) } else { Err(no_array("something follows it")) };
    }
    let mut index = 0;
    loop {
        let (record, raw, behind) = record::<T>(rest, index)?;
        if index == 0 {
            records.first = Some(identity(raw).into());
            // Records are large, and moving them to where there is more room costs as much as reading them.
            records.items.reserve(expected.min(rest.len() / raw.len().max(1)));
        }
        if record.as_ref().map_or(true, |record| belongs(record, raw)) {
            records.items.push(record);
        }
        index += 1;
        let behind = behind.trim_ascii_start();
        match behind.strip_prefix(',') {
            Some(next) => rest = next.trim_ascii_start(),
            None if behind.trim_ascii_end() == "]" => break,
            None => return Err(no_array("it breaks off, or something follows it")),
        }
    }
    records.came = index as u64;
    Ok(records)
}

fn no_array(problem: impl std::fmt::Display) -> String {
    format!("expected a JSON array of records: {problem}")
}

/// Reads the record that a text begins with. Also tells its own text and the one behind it.
#[expect(clippy::type_complexity, reason = "used once")]
fn record<T: DeserializeOwned>(text: &str, index: usize) -> Result<(Result<T, Box<Unreadable>>, &str, &str), String> {
    let mut json = serde_json::Deserializer::from_str(text);
    if let Ok(record) = T::deserialize(&mut json) {
        let length = json.into_iter::<IgnoredAny>().byte_offset();
        let (raw, behind) = text.split_at_checked(length).unwrap_or((text, ""));
        return Ok((Ok(record), raw, behind));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let raw = <&RawValue>::deserialize(&mut json).map_err(no_array)?.get();
    let (path, problem) = locate::<T>(raw.as_bytes()).unwrap_or_else(|| (".".to_owned(), "unreadable".to_owned()));
    let unreadable = Unreadable { index, path, problem, raw: raw.to_owned() };
    Ok((Err(Box::new(unreadable)), raw, text.strip_prefix(raw).unwrap_or_default()))
}

/// What tells a record from others: its `_id`, or everything if it has none.
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn read(body: &str) -> Result<Records<Vec<u8>>, String> {
        page(body.as_bytes(), 10, |_, _| true)
    }

    #[test]
    fn a_page_is_read_however_it_is_laid_out() {
        for body in ["[]", " [ ] \n", "\r\n[\t]"] {
            let records = read(body).unwrap();
            assert_eq!((records.came, records.items.len(), records.first), (0, 0, None), "{body:?}");
        }
        for body in ["[[1],[2,3]]", " [ [1] ,\n[2,3]\t] "] {
            let records = read(body).unwrap();
            let items: Vec<_> = records.items.into_iter().map(Result::unwrap).collect();
            assert_eq!((records.came, items), (2, vec![vec![1], vec![2, 3]]), "{body:?}");
        }
    }

    #[test]
    fn what_is_no_array_is_an_error_wherever_it_breaks_off() {
        let whole = r#"[{"_id": "ä]"}, 7, [[]], "x\"", null]"#;
        let read = |body: &[u8]| page::<Value>(body, 10, |_, _| true);
        assert_eq!(read(whole.as_bytes()).unwrap().came, 5);
        for end in 0..whole.len() {
            assert!(read(&whole.as_bytes()[..end]).is_err(), "{end}");
        }
        for body in ["[1,]", "[,1]", "[1 2]", "[]]", "[1]]", "[1] x", "1", "{}", "null", "[1}", "[\u{a0}1]"] {
            assert!(read(body.as_bytes()).is_err(), "{body}");
        }
        assert!(read(b"[\"\xff\"]").is_err());
    }

    #[test]
    fn bad_records_of_any_form_cost_themselves_only() {
        let records = read(r#"[[1], 7, {"a": [1, "]"]}, -1.5e3, "text", [2], [999], null]"#).unwrap();
        assert_eq!(records.came, 8);
        let bad: Vec<_> = records.items.iter().filter_map(|item| item.as_ref().err()).collect();
        let raw: Vec<_> = bad.iter().map(|bad| (bad.index, bad.raw.as_str())).collect();
        let expected =
            [(1, "7"), (2, r#"{"a": [1, "]"]}"#), (3, "-1.5e3"), (4, r#""text""#), (6, "[999]"), (7, "null")];
        assert_eq!(raw, expected);
        assert_eq!(bad[4].path, "[0]");
        let good: Vec<_> = records.items.into_iter().flatten().collect();
        assert_eq!(good, [[1], [2]]);
    }

    #[test]
    fn a_record_is_known_by_its_id_or_else_by_all_of_it() {
        assert_eq!(identity(r#"{"name": "A", "_id": "1"}"#), r#""1""#);
        for raw in [r#"{"name": "A"}"#, r#"{"_id": null}"#, "7"] {
            assert_eq!(identity(raw), raw);
        }
    }
}
