//! Schema types as Rust types, and the imports that they need.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::ir::{Api, Evidence, Field, Model, Target, Type};

/// Turns types into tokens and remembers what has to be imported.
pub struct Types<'a> {
    api: &'a Api,
    /// The module that the types are used in: a model's, or the shared shapes'.
    home: Option<&'a Model>,
    /// Paths below `generated`.
    imports: BTreeSet<String>,
}

impl<'a> Types<'a> {
    pub fn new(api: &'a Api, home: Option<&'a Model>) -> Self {
        Self { api, home, imports: BTreeSet::new() }
    }

    /// The type as it is read, without the `Option` around it.
    pub fn read(&mut self, ty: &Type) -> TokenStream {
        self.with_refs(ty, "Id")
    }

    /// The type as it is written.
    pub fn written(&mut self, ty: &Type) -> TokenStream {
        self.with_refs(ty, "Ref")
    }

    /// The type as a setter's row has it: `[T]` is a list, `{T}` a map.
    pub fn row(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::List(item) => {
                let item = self.written(item);
                quote!([#item])
            }
            Type::Map(value) => {
                let value = self.written(value);
                quote!({#value})
            }
            other => self.written(other),
        }
    }

    /// An argument that a setter of the type takes.
    pub fn argument(&mut self, name: &Ident, ty: &Type) -> TokenStream {
        match ty {
            Type::List(item) => {
                let item = self.written(item);
                quote!(#name: impl IntoIterator<Item = impl Into<#item>>)
            }
            Type::Map(value) => {
                let value = self.written(value);
                quote!(#name: impl IntoIterator<Item = (impl Into<String>, impl Into<#value>)>)
            }
            other => {
                let ty = self.written(other);
                quote!(#name: impl Into<#ty>)
            }
        }
    }

    /// The type, in which a reference has the wrapper that is given.
    fn with_refs(&mut self, ty: &Type, reference: &str) -> TokenStream {
        let name = match ty {
            Type::Ref(target) => return self.of_target(reference, *target),
            Type::List(item) => {
                let item = self.with_refs(item, reference);
                return quote!(Vec<#item>);
            }
            Type::Map(value) => {
                let value = self.with_refs(value, reference);
                return quote!(BTreeMap<String, #value>);
            }
            Type::Id(target) => return self.of_target("Id", *target),
            Type::Link(target) => return self.of_target("Link", *target),
            Type::OneOf(a, b) => {
                let (a, b) = (self.read(a), self.read(b));
                return quote!(OneOf<#a, #b>);
            }
            Type::Enum(known) => &self.api[*known].rust,
            Type::Shape(shape) => {
                let shape = &self.api[*shape];
                if shape.owner.is_none() && self.home.is_some() {
                    self.imports.insert(format!("shapes::{}", shape.rust));
                }
                &shape.rust
            }
            Type::Integer => "i64",
            Type::Number => "f64",
            Type::Boolean => "bool",
            Type::Timestamp | Type::Instant => "Timestamp",
            Type::EpochDays => "EpochDays",
            Type::ExternalId => "ExternalId",
            Type::SourceId => "SourceId",
            Type::Object => "Object",
            Type::Json => "Value",
            Type::Custom => "CustomFields",
            Type::String => "String",
        };
        let name = ident(name);
        quote!(#name)
    }

    fn of_target(&mut self, wrapper: &str, target: Target) -> TokenStream {
        let wrapper = ident(wrapper);
        let of = self.target(target);
        quote!(#wrapper<#of>)
    }

    /// The label of an id.
    pub fn target(&mut self, target: Target) -> Ident {
        match target {
            Target::Model(model) if self.api[model].has_record => {
                let names = &self.api[model].names;
                if self.home.is_none_or(|home| home.id != model) {
                    self.imports.insert(format!("{}::{}", names.module, names.record));
                }
                ident(&names.record)
            }
            Target::Entity(entity) => {
                let entity = &self.api[entity].rust;
                if self.home.is_some() {
                    self.imports.insert(format!("shapes::{entity}"));
                }
                ident(entity)
            }
            Target::Model(_) | Target::Anything => ident("Untyped"),
        }
    }

    /// One `use` for all that was named from elsewhere.
    pub fn imports(&self) -> TokenStream {
        let paths: Vec<TokenStream> = self
            .imports
            .iter()
            .map(|import| {
                let parts = import.split("::").map(ident);
                quote!(#(#parts)::*)
            })
            .collect();
        match paths.as_slice() {
            [] => TokenStream::new(),
            [one] => quote!(use super::#one;),
            _ => quote!(use super::{#(#paths),*};),
        }
    }
}

/// A Rust name, raw or not.
pub fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, proc_macro2::Span::call_site()),
        None => format_ident!("{name}"),
    }
}

pub fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// The doc of a field, followed by its evidence where that is weak.
pub fn field_doc(field: &Field) -> String {
    with_evidence(&field.doc, field.evidence)
}

/// A doc, followed by its evidence where that is weak.
pub fn with_evidence(doc: &str, evidence: Evidence) -> String {
    match evidence {
        Evidence::Docs | Evidence::DocsTableCopy => doc.to_owned(),
        Evidence::Example => format!("{doc} Not documented; seen in published examples."),
        Evidence::Peer => format!("{doc} Not documented; seen in other clients only."),
    }
}

pub fn first_sentence(doc: &str) -> &str {
    doc.find(". ").map_or(doc, |end| &doc[..=end])
}

pub fn clear(field: &Field) -> Ident {
    format_ident!("clear_{}", field.ident.trim_start_matches("r#"))
}

/// A number with separators, as people write it.
pub fn literal(number: u32) -> proc_macro2::Literal {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push('_');
        }
        text.push(digit);
    }
    text.parse().unwrap_or_else(|_| proc_macro2::Literal::u32_unsuffixed(number))
}

/// `a company`, `an asset`, `a user`, `an NPS`.
pub fn with_article(noun: &str) -> String {
    let is_acronym = noun.chars().take_while(|character| character.is_alphabetic()).all(char::is_uppercase);
    let vowels = if is_acronym { "AEFHILMNORSX" } else { "aeio" };
    let article = if noun.starts_with(|first| vowels.contains(first)) { "an" } else { "a" };
    format!("{article} {noun}")
}
