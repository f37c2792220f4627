//! The types that are read: records and shapes.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{Types, doc, field_doc, first_sentence, ident};
use crate::ir::{Api, Enum, Field, Model, ModelNames, Shape, Type};

/// The read type of a model and what goes with it.
pub fn record(api: &Api, model: &Model, types: &mut Types<'_>) -> TokenStream {
    let name = ident(&model.names.record);
    let fields: Vec<_> = api[model.fields]
        .iter()
        .filter(|field| !field.write_only)
        .map(|field| if field.is_own_id { id_field(field, &name) } else { read_field(field, types) })
        .collect();
    let read_type = read_type(&name, &record_doc(model), &fields);
    let id = api.own_id(model).map(|_| {
        quote! {
            impl #name {
                /// Returns the Planhat id; empty if the response had none.
                #[must_use]
                pub fn id(&self) -> &Id<Self> {
                    &self.id
                }
            }
        }
    });
    let item = list_item(api, model, &name, id.is_some());
    let names = field_names(api, model);
    let places = places(&name, &api[model.fields]);
    quote! {
        #read_type
        #id
        #places
        #item
        #names
    }
}

/// The doc of a record, with links to the types that go with it.
fn record_doc(model: &Model) -> String {
    let ModelNames { new, patch, handle, .. } = &model.names;
    let mut links = vec![format!("[`Planhat::{handle}`] for its operations")];
    links.extend(model.create().map(|_| format!("[`{new}`] to create one")));
    links.extend(model.is_patched().then(|| format!("[`{patch}`] to change one")));
    format!("{}\n\nSee {}. The [module](self) has an example.", model.doc, links.join(", "))
}

pub fn shape(api: &Api, shape: &Shape, types: &mut Types<'_>) -> TokenStream {
    let name = ident(&shape.rust);
    let fields: Vec<_> = api[shape.fields].iter().map(|field| read_field(field, types)).collect();
    let read_type = read_type(&name, &shape.doc, &fields);
    let rows: Vec<_> = api[shape.fields]
        .iter()
        .map(|field| {
            let setter = ident(&field.ident);
            let ty = types.row(&as_read(&field.ty));
            let about = first_sentence(&field.doc);
            quote!((#setter: #ty = #about);)
        })
        .collect();
    let new = shape_new(api, shape, types);
    quote! {
        #read_type
        #new
        shape! { #name; #(#rows)* }
    }
}

/// What is read: the fields, and a place for everything else.
fn read_type(name: &proc_macro2::Ident, about: &str, fields: &[TokenStream]) -> TokenStream {
    let about = doc(about);
    quote! {
        #about
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            /// Fields that this version of the SDK does not know or could not read; kept and written back unchanged.
            #[serde(flatten)]
            pub extra: UnknownFields,
        }
    }
}

/// A shape holds what is read, also when it is written.
pub fn as_read(ty: &Type) -> Type {
    match ty {
        Type::Ref(target) => Type::Id(*target),
        other => other.clone(),
    }
}

fn shape_new(api: &Api, shape: &Shape, types: &mut Types<'_>) -> TokenStream {
    let name = ident(&shape.rust);
    let required: Vec<_> = api[shape.fields].iter().filter(|field| field.required).collect();
    let arguments: Vec<_> =
        required.iter().map(|field| types.argument(&ident(&field.ident), &as_read(&field.ty))).collect();
    let setters = required.iter().map(|field| {
        let setter = ident(&field.ident);
        quote!(.#setter(#setter))
    });
    let about =
        doc(if required.is_empty() { "Creates an empty value." } else { "Creates a value with the required fields." });
    quote! {
        impl #name {
            #about
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self::default()#(#setters)*
            }
        }
    }
}

pub fn enums(enums: &[Enum], owner: &str) -> TokenStream {
    let all = enums.iter().map(|known| {
        let name = ident(&known.rust);
        let about = format!("Values of `{}` of {owner}.", known.field);
        let rows = known.variants.iter().map(|variant| {
            let (rust, wire) = (ident(&variant.rust), &variant.wire);
            quote!(#rust = #wire;)
        });
        quote!(open_enum! { #name, #about; #(#rows)* })
    });
    quote!(#(#all)*)
}

fn id_field(field: &Field, record: &proc_macro2::Ident) -> TokenStream {
    let (about, wire) = (doc(&field_doc(field)), &field.wire);
    quote! {
        #about
        #[serde(rename = #wire, skip_serializing_if = "Id::is_empty")]
        pub id: Id<#record>
    }
}

fn read_field(field: &Field, types: &mut Types<'_>) -> TokenStream {
    let about = doc(&field_doc(field));
    let name = ident(&field.ident);
    let ty = types.read(&field.ty);
    let rename = (camel(&field.ident) != field.wire).then(|| {
        let wire = &field.wire;
        quote!(rename = #wire,)
    });
    if field.ty == Type::Custom {
        return quote! {
            #about
            #[serde(#rename skip_serializing_if = "CustomFields::is_absent")]
            pub #name: CustomFields
        };
    }
    quote! {
        #about
        #[serde(#rename with = "wire", skip_serializing_if = "Option::is_none")]
        pub #name: Option<#ty>
    }
}

/// The name that serde's `camelCase` makes of a field.
fn camel(ident: &str) -> String {
    let mut text = String::new();
    let mut upper = false;
    for character in ident.trim_start_matches("r#").chars() {
        if character == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) && !text.is_empty() {
            text.push(character.to_ascii_uppercase());
        } else {
            text.push(character);
        }
    }
    text
}

/// What lists need to know of the record.
fn list_item(api: &Api, model: &Model, name: &proc_macro2::Ident, has_id: bool) -> TokenStream {
    let belongs = api.discriminator(model).map(|part| {
        let field = &api[part.field];
        let (field_name, value) = (ident(&field.ident), &part.value);
        let text = if let Type::Enum(known) = field.ty {
            let known = ident(&api[known].rust);
            quote!(.as_ref().map(#known::as_str))
        } else {
            quote!(.as_deref())
        };
        quote! {
            fn belongs(&self) -> bool {
                self.#field_name #text.is_none_or(|value| value == #value)
            }
        }
    });
    let record_id = has_id.then(|| {
        quote! {
            fn record_id(&self) -> Option<&str> {
                Some(self.id.as_str())
            }
        }
    });
    quote!(impl ListItem for #name { #belongs #record_id })
}

/// Where a record keeps what cannot be read.
pub fn places(name: &proc_macro2::Ident, fields: &[Field]) -> TokenStream {
    let rows = fields.iter().filter(|field| field.ty == Type::Custom && !field.write_only).map(|field| {
        let (custom, wire) = (ident(&field.ident), &field.wire);
        quote!(#custom = #wire;)
    });
    quote!(record! { #name; #(#rows)* })
}

fn field_names(api: &Api, model: &Model) -> TokenStream {
    let name = ident(&model.names.record);
    let rows = api[model.fields].iter().filter(|field| !field.write_only).map(|field| {
        let (variant, wire) = (ident(&field.variant), &field.wire);
        quote!(#variant = #wire;)
    });
    quote!(field_names! { #name; #(#rows)* })
}
