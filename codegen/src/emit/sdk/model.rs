//! The file of one model.

use quote::{format_ident, quote};

use super::{
    FOLDER, forms, handle, record,
    types::{Scope, Types, doc, ident, with_article},
};
use crate::{
    ir::{Api, Item, Kind, Model, Operation},
    write::rust::{EmitError, RustFile},
};

pub fn emit(api: &Api, model: &Model) -> Result<(String, String), EmitError> {
    let types = &mut Types::new(api, Some(model));
    let record = model.has_record.then(|| record::record(api, model, types));
    let forms = forms::write_types(api, model, types);
    let bodies: Vec<_> = model.bodies.iter().map(|body| forms::body(model, body, types)).collect();
    let enums = record::enums(&model.enums, &with_article(&model.names.noun));
    let shapes: Vec<_> = model
        .shapes
        .iter()
        .map(|shape| {
            let scope = Scope::of_shape(shape, &model.shapes);
            let own = record::shape(shape, types, scope);
            let item = listing(model, shape).map(|_| {
                let name = ident(&shape.rust);
                let places = record::places(&name, &shape.fields);
                quote!(#places impl ListItem for #name {})
            });
            let enums = record::enums(&shape.enums, &format!("a [`{}`]", shape.rust));
            quote!(#own #item #enums)
        })
        .collect();
    let part = part_of(api, model, types);
    let handle = handle::emit(api, model, types);
    let imports = types.imports();

    let mut file = RustFile::new(&format!("{FOLDER}/{}.rs", model.names.stem()), &model.file);
    file.module_doc(&model.doc);
    file.items(&quote! {
        use crate::prelude::*;
        #imports
        #record
        #forms
        #part
        #(#bodies)*
        #enums
        #(#shapes)*
        #handle
    })?;
    Ok(file.finish())
}

/// The list that answers with a shape, if there is one.
pub fn listing<'a>(model: &'a Model, shape: &crate::ir::Shape) -> Option<&'a Operation> {
    let listed = |operation: &Operation| match &operation.kind {
        Kind::List(list) => match list.item {
            Item::Shape(index) => model.shapes.get(index).is_some_and(|known| known.rust == shape.rust),
            Item::Record => false,
        },
        _ => false,
    };
    model.operations.iter().find(|operation| listed(operation))
}

/// A record of this model is one of the other model, so its id is one of that model too. A conversion by
/// `From` would leave the compiler guessing wherever an id of the other model is made.
fn part_of(api: &Api, model: &Model, types: &mut Types<'_>) -> Option<proc_macro2::TokenStream> {
    let part = model.part_of.as_ref().filter(|_| model.has_record)?;
    let (this, whole) = (ident(&model.names.record), types.record_of(part.model));
    let other = api.models.get(part.model)?;
    let (method, noun) = (format_ident!("{}_id", other.names.module), with_article(&other.names.noun));
    let about = doc(&format!("Returns the id of the same record as {noun}."));
    Some(quote! {
        impl #this {
            #about
            #[must_use]
            pub fn #method(&self) -> Id<#whole> {
                self.id.cast()
            }
        }
    })
}
