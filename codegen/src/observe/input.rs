//! Reads files with recorded responses: JSON, JSON lines, HAR.

use std::{ffi::OsStr, io::BufRead, path::Path};

use serde_json::Value;

use super::{
    Invalid, Observer, call, named,
    tally::{At, Place},
};
use crate::ir::{Direction, ModelId, Owner};

/// What is known of a file before it is read.
#[derive(Debug, Clone, Copy)]
struct File<'f> {
    name: &'f str,
    number: usize,
    /// The model whose records are in it, and which way they went, where no call says so.
    model: Option<(ModelId, Direction)>,
}

impl Observer<'_> {
    /// Looks at all that a file holds. Findings show its name, which may also say what is in the file.
    pub fn file(&mut self, name: &str, mut content: impl BufRead) -> Result<(), Invalid> {
        let ending = Path::new(name).extension().map(OsStr::to_ascii_lowercase);
        if ending.is_some_and(|ending| ending == "jsonl" || ending == "ndjson") {
            return self.lines(name, content);
        }
        let file = self.open(name);
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes).map_err(|source| unreadable(name, source))?;
        let value = json(name, &bytes, None)?;
        match value.get("log").and_then(|log| log.get("entries")).and_then(Value::as_array) {
            Some(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    let call = call::of_har(entry);
                    self.call(&call, Place { file: file.number, at: At::Entry(index + 1) });
                }
                Ok(())
            }
            None => self.value(file, &value, At::Whole),
        }
    }

    /// What the name of a file says of it.
    fn open<'f>(&mut self, name: &'f str) -> File<'f> {
        let (named, direction) = named::by_file(self.api, name);
        let model = self.only.or(named).map(|model| (model, direction));
        self.files.push(name.to_owned());
        File { name, number: self.files.len() - 1, model }
    }

    /// Looks at a file with a value on each line: one line at a time, so that a long recording takes no more memory
    /// than a short one.
    pub fn lines(&mut self, name: &str, mut content: impl BufRead) -> Result<(), Invalid> {
        let file = self.open(name);
        let (mut line, mut number) = (Vec::new(), 0);
        loop {
            line.clear();
            if content.read_until(b'\n', &mut line).map_err(|source| unreadable(file.name, source))? == 0 {
                return Ok(());
            }
            number += 1;
            if !line.trim_ascii().is_empty() {
                self.value(file, &json(file.name, &line, Some(number))?, At::Line(number))?;
            }
        }
    }

    /// A record, an array of them, an envelope around them, or a recorded call.
    fn value(&mut self, file: File<'_>, value: &Value, at: At) -> Result<(), Invalid> {
        if let Value::Array(items) = value {
            for (index, item) in items.iter().enumerate() {
                let at = if at == At::Whole { At::Record(index + 1) } else { at };
                self.single(file, item, at)?;
            }
            return Ok(());
        }
        self.single(file, value, at)
    }

    fn single(&mut self, file: File<'_>, value: &Value, at: At) -> Result<(), Invalid> {
        let place = Place { file: file.number, at };
        if let Some(call) = call::recorded(value) {
            self.call(&call, place);
            return Ok(());
        }
        let Some((model, direction)) = file.model else {
            let line = if let At::Line(line) = at { Some(line) } else { None };
            return Err(Invalid::NoModel { file: file.name.to_owned(), line });
        };
        self.owned(&[Owner::Model(model)], direction, value, place);
        Ok(())
    }
}

fn unreadable(name: &str, source: std::io::Error) -> Invalid {
    Invalid::Io { file: name.to_owned(), source }
}

/// Parses JSON. The place of an error is that in the file.
fn json(name: &str, bytes: &[u8], line: Option<usize>) -> Result<Value, Invalid> {
    let broken = |line: usize, column: usize, why: String| Invalid::NoJson { file: name.to_owned(), line, column, why };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let own = before.split(|byte| *byte == b'\n').count();
        broken(line.unwrap_or(own), before.len() - start + 1, "not UTF-8".to_owned())
    })?;
    // This function of the crate is not generic, so that it is compiled with the crate and its optimisations.
    text.parse().map_err(|error: serde_json::Error| {
        let message = error.to_string();
        let suffix = format!(" at line {} column {}", error.line(), error.column());
        let mut why = message.strip_suffix(&suffix).unwrap_or(&message).to_owned();
        if why == "trailing characters" && line.is_none() {
            why.push_str("; a file with a value on each line is to be named `….jsonl`");
        }
        let (own, column) = place(text, error.line(), error.column());
        broken(line.unwrap_or(own), column, why)
    })
}

/// A place as editors count it: what the parser finds in a line break is at the end of the line before.
fn place(text: &str, line: usize, column: usize) -> (usize, usize) {
    if column > 0 || line < 2 {
        return (line, column.max(1));
    }
    let before = text.lines().nth(line - 2).unwrap_or_default();
    (line - 1, before.chars().count() + 1)
}
