//! The tables that macros of the runtime make items of, a line a row.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ItemMacro;

use crate::write::rust::tokens;

/// The lines of a table; nothing for a macro that is none.
pub fn rows(table: &ItemMacro) -> Vec<String> {
    let name = table.mac.path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string());
    let mut parts = split(table.mac.tokens.clone(), ';').into_iter();
    let head = parts.next().unwrap_or_default();
    let owners: Vec<String> = split(head, ',').iter().map(tokens).collect();
    let first = owners.first().cloned().unwrap_or_default();
    match name.as_str() {
        "open_enum" => {
            let mut lines = vec![format!("enum {first}")];
            lines.extend(parts.map(|row| format!("{first}::{}", tokens(&row))));
            lines
        }
        "field_names" => {
            let mut lines = vec!["enum Field".to_owned()];
            lines.extend(parts.map(|row| format!("Field::{}", tokens(&row))));
            lines
        }
        "writable" => {
            let patch = owners.get(1).cloned().unwrap_or_default();
            let setters = if first == "_" { patch.clone() } else { format!("{first}, {patch}") };
            parts
                .filter_map(|row| setter(row).map(|(set, clear)| format!("{setters}: {set}, {patch}::{clear}")))
                .collect()
        }
        "sendable" | "shape" => parts.filter_map(|row| setter(row).map(|(set, _)| format!("{first}: {set}"))).collect(),
        _ => Vec::new(),
    }
}

/// A row `(name: Type = "wire", clear_name)` as the setter and the clearing method.
fn setter(row: TokenStream) -> Option<(String, String)> {
    let Some(TokenTree::Group(group)) = row.into_iter().next() else { return None };
    let (mut name, mut ty) = (String::new(), TokenStream::new());
    let mut clear = String::new();
    let mut part = 0;
    for token in group.stream() {
        match (&token, part) {
            (TokenTree::Punct(punct), 0) if punct.as_char() == ':' => part = 1,
            (TokenTree::Punct(punct), 1) if punct.as_char() == '=' => part = 2,
            (TokenTree::Ident(ident), 2) if clear.is_empty() => clear = ident.to_string(),
            (_, 0) => name.push_str(&token.to_string()),
            (_, 1) => ty.extend([token]),
            _ => {}
        }
    }
    (group.delimiter() == Delimiter::Parenthesis).then(|| (format!("{name}({})", tokens(&ty)), clear))
}

/// Tokens in parts, of which the last may be empty and then is left out.
fn split(stream: TokenStream, at: char) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in stream {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == at => parts.push(TokenStream::new()),
            _ => parts.last_mut().into_iter().for_each(|part| part.extend([token.clone()])),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
