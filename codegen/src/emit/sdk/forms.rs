//! The types that are written: create types, patch types and the bodies of special endpoints.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::types::{Types, clear, doc, field_doc, first_sentence, ident, with_article};
use crate::ir::{Api, Body, Field, FieldId, Model, Needs, Type};

/// The create type and the patch type, as far as the model has them.
pub fn write_types(api: &Api, model: &Model, types: &mut Types<'_>) -> TokenStream {
    let create = model.create();
    if create.is_none() && !model.is_patched() {
        return TokenStream::new();
    }
    let new = create.map(|needs| create_type(api, model, needs, types));
    let patch = patch_type(api, model, create.is_some());
    let (patch_name, record) = (ident(&model.names.patch), ident(&model.names.record));
    let writable = api[model.fields].iter().filter(|field| field.is_writable());
    let rows: Vec<_> = writable.map(|field| row(field, types, field.write_only)).collect();
    let first = create.map_or_else(|| quote!(_), |_| ident(&model.names.new).into_token_stream());
    quote! {
        #new
        #patch
        writable! { #first, #patch_name, #record; #(#rows)* }
    }
}

/// The row of a setter. What is only sent has its whole doc here, since it is not a field of the record.
fn row(field: &Field, types: &mut Types<'_>, marked: bool) -> TokenStream {
    let (name, wire, clear) = (ident(&field.ident), &field.wire, clear(field));
    let ty = types.row(&field.ty);
    let about = if field.write_only { field_doc(field) } else { first_sentence(&field.doc).to_owned() };
    let mark = marked.then(|| quote!(, write_only));
    quote!((#name: #ty = #wire, #clear, #about #mark);)
}

fn create_type(api: &Api, model: &Model, needs: &Needs, types: &mut Types<'_>) -> TokenStream {
    let about = format!(
        "The fields of {} to create. The constructor takes the required fields, setters the others.",
        with_article(&model.names.noun)
    );
    constructed(&model.names.new, &about, needs.is_empty(), &constructors(api, needs, types, &seed(api, model)))
}

/// A type around a body, with its constructors.
fn constructed(name: &str, about: &str, is_default: bool, constructors: &TokenStream) -> TokenStream {
    let (name, about) = (ident(name), doc(about));
    let default = is_default.then(|| quote!(Default,));
    quote! {
        #about
        #[derive(#default Debug, Clone, PartialEq)]
        pub struct #name(Body);
        impl #name {
            #constructors
        }
    }
}

/// The body that a new record starts from: records of another model say that they are such.
fn seed(api: &Api, model: &Model) -> TokenStream {
    let part = api.discriminator(model).map(|part| {
        let (setter, value) = (ident(&api[part.field].ident), &part.value);
        quote!(.#setter(#value))
    });
    quote!(Self(Body::default())#part)
}

fn constructors(api: &Api, needs: &Needs, types: &mut Types<'_>, seed: &TokenStream) -> TokenStream {
    let pick = |fields: &[FieldId]| fields.iter().map(|field| &api[*field]).collect::<Vec<_>>();
    let (required, choices) = (pick(&needs.required), pick(&needs.any_of));
    if choices.is_empty() {
        let about = if required.is_empty() {
            "Creates an empty value; no field is required."
        } else {
            "Creates a value with the required fields."
        };
        return constructor(&format_ident!("new"), about, &required, types, seed);
    }
    let all = choices.iter().map(|choice| {
        let name = format_ident!("with_{}", choice.ident.trim_start_matches("r#"));
        let names: Vec<_> = choices.iter().map(|field| format!("`{}`", field.wire)).collect();
        let about = format!("Creates a value with `{}`; one of {} is required.", choice.wire, names.join(", "));
        // A field can be required and a choice at once.
        let others = required.iter().copied().filter(|field| field.id != choice.id);
        let fields: Vec<_> = std::iter::once(*choice).chain(others).collect();
        constructor(&name, &about, &fields, types, seed)
    });
    let all: Vec<_> = all.collect();
    quote!(#(#all)*)
}

fn constructor(name: &Ident, about: &str, fields: &[&Field], types: &mut Types<'_>, seed: &TokenStream) -> TokenStream {
    let about = doc(about);
    let (mut arguments, mut setters) = (Vec::new(), Vec::new());
    for field in fields {
        // Custom fields are set one by one.
        if field.ty == Type::Custom {
            continue;
        }
        let argument = ident(&field.ident);
        arguments.push(types.argument(&argument, &field.ty));
        setters.push(quote!(.#argument(#argument)));
    }
    quote! {
        #about
        #[must_use]
        pub fn #name(#(#arguments),*) -> Self {
            #seed #(#setters)*
        }
    }
}

fn patch_type(api: &Api, model: &Model, has_new: bool) -> TokenStream {
    let name = ident(&model.names.patch);
    let record = ident(&model.names.record);
    let bulk = model.bulk_upsert().is_some();
    let about = doc(&format!(
        "A partial update of {}. Fields that are set are written, cleared fields become `null`, all others keep their values.",
        with_article(&model.names.noun)
    ));
    let id = bulk.then(|| {
        quote! {
            /// Sets the id of the record to change in a bulk upsert. An update takes the id as an argument instead.
            #[must_use]
            pub fn id(mut self, id: impl Into<Id<#record>>) -> Self {
                self.0.set("_id", id.into());
                self
            }
        }
    });
    let from_new = has_new.then(|| {
        let new = ident(&model.names.new);
        quote! {
            impl From<#new> for #name {
                fn from(new: #new) -> Self {
                    Self(new.0)
                }
            }
        }
    });
    let seed = if bulk && !has_new { seed(api, model) } else { quote!(Self::default()) };
    quote! {
        #about
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct #name(Body);
        impl #name {
            /// Creates an empty patch.
            #[must_use]
            pub fn new() -> Self {
                #seed
            }
            #id
        }
        #from_new
    }
}

pub fn body(api: &Api, body: &Body, types: &mut Types<'_>) -> TokenStream {
    let name = ident(&body.rust);
    let constructors = constructors(api, &body.needs, types, &quote!(Self(Body::default())));
    let ty = constructed(&body.rust, &body.doc, body.needs.is_empty(), &constructors);
    let rows: Vec<_> = body.fields.iter().map(|field| row(&api[*field], types, false)).collect();
    quote! {
        #ty
        sendable! { #name; #(#rows)* }
    }
}
