//! Makes valid JSON of text that is nearly that.

use std::ops::Range;

const INVALID_UTF8: &str = "invalid UTF-8, replaced by U+FFFD";
const CONTROL: &str = "a raw control character, escaped";
const NOT_FINITE: &str = "a number that is not finite, replaced by null";

/// What JavaScript and Python write for numbers that JSON does not have.
const NUMBERS: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// A body after its repair.
#[derive(Debug)]
pub struct Repaired<'a> {
    pub text: String,
    body: &'a [u8],
    /// In the order of the text.
    marks: Vec<Mark>,
}

/// A place where the text differs from the body.
#[derive(Debug)]
struct Mark {
    /// The range in the text.
    now: Range<usize>,
    /// The range in the body.
    then: Range<usize>,
    problem: &'static str,
}

/// Repairs a body; returns `None` if there is nothing to repair.
pub fn repair(body: &[u8]) -> Option<Repaired<'_>> {
    let repaired = Repaired { text: String::with_capacity(body.len()), body, marks: Vec::new() };
    let mut scan = Scan { repaired, at: 0, within: Within::Structure };
    for chunk in body.utf8_chunks() {
        scan.valid(chunk.valid());
        if !chunk.invalid().is_empty() {
            scan.replace(chunk.invalid().len(), "\u{fffd}", INVALID_UTF8);
        }
    }
    (!scan.repaired.marks.is_empty()).then_some(scan.repaired)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Within {
    Structure,
    Text,
    Escape,
}

struct Scan<'a> {
    repaired: Repaired<'a>,
    /// The number of bytes of the body that are done.
    at: usize,
    within: Within,
}

impl Scan<'_> {
    fn valid(&mut self, mut rest: &str) {
        while let Some(next) = rest.chars().next() {
            let length = self.next(next, rest);
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    /// Reads the next character, or all that is replaced with it. Returns the length of that.
    fn next(&mut self, next: char, rest: &str) -> usize {
        if self.within == Within::Structure {
            if let Some(number) = NUMBERS.iter().find(|number| rest.starts_with(**number)) {
                self.replace(number.len(), "null", NOT_FINITE);
                return number.len();
            }
        } else if next < ' ' {
            self.replace(1, &format!("\\u{:04x}", u32::from(next)), CONTROL);
            return 1;
        }
        self.repaired.text.push(next);
        self.at += next.len_utf8();
        self.within = match (self.within, next) {
            (Within::Structure, '"') | (Within::Escape, _) => Within::Text,
            (Within::Text, '"') => Within::Structure,
            (Within::Text, '\\') => Within::Escape,
            (within, _) => within,
        };
        next.len_utf8()
    }

    fn replace(&mut self, length: usize, by: &str, problem: &'static str) {
        let text = &mut self.repaired.text;
        let start = text.len();
        if self.within == Within::Escape {
            // The backslash before it begins no escape.
            text.push('\\');
            self.within = Within::Text;
        }
        text.push_str(by);
        self.repaired.marks.push(Mark { now: start..text.len(), then: self.at..self.at + length, problem });
        self.at += length;
    }
}

impl Repaired<'_> {
    /// Returns what was wrong within a part of the text, if anything was.
    pub fn problem(&self, part: &Range<usize>) -> Option<&'static str> {
        let first = self.marks.partition_point(|mark| mark.now.end <= part.start);
        self.marks.get(first).filter(|mark| mark.now.start < part.end).map(|mark| mark.problem)
    }

    /// Returns a part of the text as it was received.
    pub fn raw(&self, part: &Range<usize>) -> &[u8] {
        self.body.get(self.then(part.start)..self.then(part.end)).unwrap_or_default()
    }

    /// Returns where a place in the text, which is in no mark, was in the body.
    fn then(&self, now: usize) -> usize {
        let before = self.marks.partition_point(|mark| mark.now.end <= now);
        match before.checked_sub(1).and_then(|last| self.marks.get(last)) {
            Some(mark) => mark.then.end + (now - mark.now.end),
            None => now,
        }
    }
}
