use std::fmt;

use crate::error::{Error, shortened};

/// The maximum number of failures that are shown.
const SHOWN: usize = 5;

/// A report in a few lines, however many rows it has.
pub(crate) struct Summary {
    totals: String,
    calls: usize,
    warnings: usize,
    /// The first failures.
    failures: Vec<String>,
    /// How many there are.
    count: usize,
}

impl Summary {
    pub fn new(totals: impl fmt::Display, calls: usize, warnings: usize) -> Self {
        Self { totals: totals.to_string(), calls, warnings, failures: Vec::new(), count: 0 }
    }

    pub fn add(&mut self, failure: impl FnOnce() -> String) {
        self.count += 1;
        if self.count <= SHOWN {
            let line = failure().split_whitespace().collect::<Vec<_>>().join(" ");
            self.failures.push(shortened(line));
        }
    }

    pub fn debug(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("totals", &format_args!("{}", self.totals))
            .field("calls", &self.calls)
            .field("warnings", &self.warnings)
            .field("first_failures", &self.failures)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.totals, counted(self.calls, "call"))?;
        if self.warnings > 0 {
            write!(f, ", {}", counted(self.warnings, "warning"))?;
        }
        for failure in &self.failures {
            write!(f, "\n  {failure}")?;
        }
        match self.count - self.failures.len() {
            0 => Ok(()),
            more => write!(f, "\n  and {}", counted(more, "more failure")),
        }
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns the message of an upload of which no row is known to be written. `noun` is the word for a row.
pub(crate) fn none_written(failed: usize, unknown: usize, noun: &str) -> String {
    match (failed, unknown) {
        (failed, 0) => format!("not written: {}", counted(failed, noun)),
        (0, unknown) => format!("of unknown outcome: {}", counted(unknown, noun)),
        (failed, unknown) => format!("not written: {}, of unknown outcome: {unknown}", counted(failed, noun)),
    }
}

/// Creates the error for rows that were requested and not kept.
pub(crate) fn not_kept() -> Error {
    Error::invalid("the failed rows were not kept; ask for it with `keep_failed_rows()`")
}
