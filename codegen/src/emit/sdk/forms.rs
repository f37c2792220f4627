//! The types that are written: create types, patch types and the bodies of special endpoints.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::types::{Scope, Types, clear, doc, field_doc, first_sentence, ident, with_article};
use crate::ir::{Api, Body, Field, Kind, Model, Target, Type};

/// The create type and the patch type, as far as the model has them.
pub fn write_types(api: &Api, model: &Model, types: &mut Types<'_>) -> TokenStream {
    let create = model.operations.iter().find_map(|operation| match &operation.kind {
        Kind::Create { any_of } => Some(any_of.as_slice()),
        _ => None,
    });
    let patched =
        model.operations.iter().any(|operation| matches!(operation.kind, Kind::Update(_) | Kind::BulkUpsert { .. }));
    if create.is_none() && !patched {
        return TokenStream::new();
    }
    let new = create.map(|any_of| create_type(api, model, any_of, types));
    let patch = patch_type(api, model, create.is_some());
    let (patch_name, record) = (ident(&model.names.patch), ident(&model.names.record));
    let scope = Scope::of_model(model);
    let writable = model.fields.iter().filter(|field| !field.computed && !is_own_id(field));
    let rows: Vec<_> = writable.map(|field| row(field, types, scope, field.write_only)).collect();
    let first = create.map_or_else(|| quote!(_), |_| ident(&model.names.new).into_token_stream());
    quote! {
        #new
        #patch
        writable! { #first, #patch_name, #record; #(#rows)* }
    }
}

/// Whether it is the id that a bulk upsert names a record by.
pub fn is_own_id(field: &Field) -> bool {
    field.wire == "_id" && matches!(field.ty, Type::Id(Target::Model(_)))
}

/// The row of a setter. What is only sent has its whole doc here, since it is not a field of the record.
fn row(field: &Field, types: &mut Types<'_>, scope: Scope<'_>, marked: bool) -> TokenStream {
    let (name, wire, clear) = (ident(&field.ident), &field.wire, clear(field));
    let ty = types.row(&field.ty, scope);
    let about = if field.write_only { field_doc(field) } else { first_sentence(&field.doc).to_owned() };
    let mark = marked.then(|| quote!(, write_only));
    quote!((#name: #ty = #wire, #clear, #about #mark);)
}

fn create_type(api: &Api, model: &Model, any_of: &[usize], types: &mut Types<'_>) -> TokenStream {
    let name = ident(&model.names.new);
    let required: Vec<_> = model.fields.iter().filter(|field| field.required).collect();
    let choices: Vec<_> = any_of.iter().filter_map(|index| model.fields.get(*index)).collect();
    let seed = seed(api, model);
    let constructors = constructors(&required, &choices, types, Scope::of_model(model), &seed);
    let about = doc(&format!(
        "The fields of {} to create. The constructor takes the required fields, setters the others.",
        with_article(&model.names.noun)
    ));
    let default = (required.is_empty() && choices.is_empty()).then(|| quote!(Default,));
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
    let part = api.discriminator(model).and_then(|part| {
        let field = model.fields.iter().find(|field| field.wire == part.field)?;
        let (setter, value) = (ident(&field.ident), &part.value);
        Some(quote!(.#setter(#value)))
    });
    quote!(Self(Body::default())#part)
}

fn constructors(
    required: &[&Field],
    choices: &[&Field],
    types: &mut Types<'_>,
    scope: Scope<'_>,
    seed: &TokenStream,
) -> TokenStream {
    if choices.is_empty() {
        let about = if required.is_empty() {
            "Creates an empty value; no field is required."
        } else {
            "Creates a value with the required fields."
        };
        return constructor(&format_ident!("new"), about, required, types, scope, seed);
    }
    let all = choices.iter().map(|choice| {
        let name = format_ident!("with_{}", choice.ident.trim_start_matches("r#"));
        let names: Vec<_> = choices.iter().map(|field| format!("`{}`", field.wire)).collect();
        let about = format!("Creates a value with `{}`; one of {} is required.", choice.wire, names.join(", "));
        // A field can be required and a choice at once.
        let others = required.iter().copied().filter(|field| field.wire != choice.wire);
        let fields: Vec<_> = std::iter::once(*choice).chain(others).collect();
        constructor(&name, &about, &fields, types, scope, seed)
    });
    let all: Vec<_> = all.collect();
    quote!(#(#all)*)
}

fn constructor(
    name: &Ident,
    about: &str,
    fields: &[&Field],
    types: &mut Types<'_>,
    scope: Scope<'_>,
    seed: &TokenStream,
) -> TokenStream {
    let about = doc(about);
    let (mut arguments, mut setters) = (Vec::new(), Vec::new());
    for field in fields {
        // Custom fields are set one by one.
        if field.ty == Type::Custom {
            continue;
        }
        let argument = ident(&field.ident);
        arguments.push(types.argument(&argument, &field.ty, scope));
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
    let bulk = model.operations.iter().any(|operation| matches!(operation.kind, Kind::BulkUpsert { .. }));
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

/// A write form of a special endpoint.
pub fn body(model: &Model, body: &Body, types: &mut Types<'_>) -> TokenStream {
    let name = ident(&body.rust);
    let about = doc(&body.doc);
    let scope = Scope::of_model(model);
    let pick =
        |indices: &[usize]| -> Vec<&Field> { indices.iter().filter_map(|index| model.fields.get(*index)).collect() };
    let constructors =
        constructors(&pick(&body.required), &pick(&body.any_of), types, scope, &quote!(Self(Body::default())));
    let rows: Vec<_> = pick(&body.fields).into_iter().map(|field| row(field, types, scope, false)).collect();
    let default = (body.required.is_empty() && body.any_of.is_empty()).then(|| quote!(Default,));
    quote! {
        #about
        #[derive(#default Debug, Clone, PartialEq)]
        pub struct #name(Body);
        impl #name {
            #constructors
        }
        sendable! { #name; #(#rows)* }
    }
}
