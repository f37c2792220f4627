//! A walk along the text of one scalar, for the small languages inside the YAML.

use crate::source::{Span, Spanned, Text};

#[derive(Debug)]
pub struct Cursor<'a> {
    text: &'a Text,
    whole: Span,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at the beginning. `whole` is where the text stands.
    pub fn new(text: &'a Text, whole: Span) -> Self {
        Self { text, whole, at: 0 }
    }

    /// What is still to come.
    fn rest(&self) -> &'a str {
        self.text.text.get(self.at..).unwrap_or_default()
    }

    /// Where the text stands from an offset up to here.
    pub fn since(&self, start: usize) -> Span {
        self.text.locate(self.whole, start..self.at.max(start))
    }

    /// The next character that is not a space, and its place; at the end of the text that is the empty rest.
    pub fn next_place(&mut self) -> Span {
        let start = self.start();
        let width = self.rest().chars().next().map_or(0, char::len_utf8);
        self.text.locate(self.whole, start..start + width)
    }

    /// Skips spaces; the offset of what follows.
    pub fn start(&mut self) -> usize {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    /// Takes a character, after spaces, if it comes next.
    pub fn eat(&mut self, char: char) -> bool {
        self.start();
        let found = self.rest().starts_with(char);
        self.at += if found { char.len_utf8() } else { 0 };
        found
    }

    /// Whether nothing but spaces is left.
    pub fn at_end(&mut self) -> bool {
        self.start();
        self.rest().is_empty()
    }

    /// Takes the text up to one of some characters, without the spaces around it. It may be empty.
    pub fn word(&mut self, ends: &[char]) -> Spanned<String> {
        let start = self.start();
        let rest = self.rest();
        let taken = rest.find(ends).unwrap_or(rest.len());
        self.trimmed(start, taken)
    }

    /// Takes the text up to a comma or the closing parenthesis, where parentheses inside come in pairs.
    pub fn item(&mut self) -> Spanned<String> {
        let start = self.start();
        let mut depth = 0_usize;
        let end = self.rest().find(|char| match char {
            '(' => {
                depth += 1;
                false
            }
            ')' if depth > 0 => {
                depth -= 1;
                false
            }
            ',' | ')' => depth == 0,
            _ => false,
        });
        self.trimmed(start, end.unwrap_or(self.rest().len()))
    }

    fn trimmed(&mut self, start: usize, length: usize) -> Spanned<String> {
        let text = self.rest().get(..length).unwrap_or_default().trim_end();
        let span = self.text.locate(self.whole, start..start + text.len());
        self.at += length;
        Spanned { value: text.to_owned(), span }
    }
}
