//! Changes to a text at places in it: everything else stays as it is, byte for byte.

use std::ops::Range;

use crate::source::{Source, SourceMap, Span};

/// A text in place of what stands at a span; an empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

impl Edit {
    /// Puts a text before a byte of the file that a place is in.
    pub fn insert(place: Span, at: usize, text: String) -> Self {
        Self { span: Span { start: at, end: at, ..place }, text }
    }
}

/// The files with the edits made, those only that change. Edits of the same place are made in their order; one that
/// overlaps with an earlier one is left out.
pub fn changed(sources: &SourceMap, edits: &[Edit]) -> Vec<Source> {
    let mut files = Vec::new();
    for (file, source) in sources.iter() {
        let mut own: Vec<&Edit> = edits.iter().filter(|edit| edit.span.file == file).collect();
        own.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let text = rewritten(&source.text, own.into_iter().map(|edit| (edit.span.range(), edit.text.as_str())));
        if text != source.text {
            files.push(Source::new(source.path.clone(), text));
        }
    }
    files
}

fn rewritten<'e>(text: &str, edits: impl Iterator<Item = (Range<usize>, &'e str)>) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for (place, new) in edits {
        let Some(before) = text.get(done..place.start) else { continue };
        out.push_str(before);
        out.push_str(new);
        done = place.end.max(place.start);
    }
    out + text.get(done..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_keep_everything_else() {
        let edits = [(1..1, "x"), (1..1, "y"), (2..4, "Z"), (3..5, "overlaps"), (6..6, "end")];
        assert_eq!(rewritten("abcdef", edits.into_iter()), "axybZefend");
        assert_eq!(rewritten("", std::iter::empty()), "");
    }
}
