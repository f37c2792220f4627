//! Macros that a file declares and calls itself, expanded as far as names go: what is repeated is left out, and every
//! variable stands for the name that the call is about.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{Attribute, Item, ItemMacro};

/// The items of a file without its tests, with those that its own macros make.
pub fn all(items: Vec<Item>) -> Vec<Item> {
    let macros: Vec<ItemMacro> = items.iter().filter_map(declared).cloned().collect();
    let mut all = Vec::new();
    for item in items.into_iter().filter(|item| !is_test(item)) {
        let made = match &item {
            Item::Macro(call) => macros.iter().find(|known| call.mac.path.get_ident() == known.ident.as_ref()),
            _ => None,
        };
        match (made, &item) {
            (Some(known), Item::Macro(call)) => all.extend(expanded(known, call)),
            _ => all.push(item),
        }
    }
    all
}

fn declared(item: &Item) -> Option<&ItemMacro> {
    match item {
        Item::Macro(item) if item.ident.is_some() => Some(item),
        _ => None,
    }
}

fn is_test(item: &Item) -> bool {
    let attributes: &[Attribute] = match item {
        Item::Mod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        _ => return false,
    };
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg") && quote::quote!(#attribute).to_string().contains("test"))
}

fn expanded(known: &ItemMacro, call: &ItemMacro) -> Vec<Item> {
    let name = call.mac.tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    let body = known.mac.tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    });
    let (Some(name), Some(body)) = (name, body.last()) else { return Vec::new() };
    syn::parse2::<syn::File>(named(body, &name)).map(|file| file.items).unwrap_or_default()
}

fn named(body: TokenStream, name: &Ident) -> TokenStream {
    let mut out = Vec::new();
    let mut tokens = body.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match tokens.next() {
                // A repetition ends with its sign, perhaps after a separator.
                Some(TokenTree::Group(_)) => {
                    while let Some(TokenTree::Punct(sign)) = tokens.next() {
                        if matches!(sign.as_char(), '*' | '+' | '?') {
                            break;
                        }
                    }
                }
                _ => out.push(TokenTree::Ident(name.clone())),
            },
            TokenTree::Group(group) => {
                out.push(TokenTree::Group(Group::new(group.delimiter(), named(group.stream(), name))));
            }
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}
