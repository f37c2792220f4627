//! The file of one model.

use quote::{format_ident, quote};

use super::{
    FOLDER, forms, handle, record,
    types::{Types, doc, ident, with_article},
};
use crate::{
    emit::tests::example,
    ir::{Api, Item, Model, Operation, Shape, Target},
    write::rust::{EmitError, RustFile},
};

pub fn emit(api: &Api, model: &Model) -> Result<(String, String), EmitError> {
    let types = &mut Types::new(api, Some(model));
    let record = model.has_record.then(|| record::record(api, model, types));
    let forms = forms::write_types(api, model, types);
    let bodies: Vec<_> = api[model.bodies].iter().map(|body| forms::body(api, body, types)).collect();
    let enums = record::enums(&api[model.enums], &with_article(&model.names.noun));
    let shapes: Vec<_> = api[model.shapes]
        .iter()
        .map(|shape| {
            let own = record::shape(api, shape, types);
            let item = listing(model, shape).map(|_| {
                let name = ident(&shape.rust);
                let places = record::places(&name, &api[shape.fields]);
                quote!(#places impl ListItem for #name {})
            });
            let enums = record::enums(&api[shape.enums], &format!("a [`{}`]", shape.rust));
            quote!(#own #item #enums)
        })
        .collect();
    let part = part_of(api, model, types);
    let handle = handle::emit(api, model, types);
    let imports = types.imports();

    let mut file = RustFile::new(&format!("{FOLDER}/{}.rs", model.names.stem()), &model.file);
    file.module_doc(&format!(
        "{}\n\n# Examples\n\n```no_run\n# use planhat_sdk::*;\n\
         # async fn example(planhat: Planhat) -> planhat_sdk::Result<()> {{\n{}\n# Ok(())\n# }}\n```",
        model.doc,
        example(api, model)?
    ));
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

/// The list that returns a shape, if there is one.
pub fn listing<'a>(model: &'a Model, shape: &Shape) -> Option<&'a Operation> {
    model.lists().find(|(_, list)| list.item == Item::Shape(shape.id)).map(|(operation, _)| operation)
}

/// A record of this model is one of the other model, so its id is one of that model too. A conversion by
/// `From` would leave the compiler guessing wherever an id of the other model is made.
fn part_of(api: &Api, model: &Model, types: &mut Types<'_>) -> Option<proc_macro2::TokenStream> {
    let part = model.part_of.as_ref().filter(|_| model.has_record)?;
    let (this, whole) = (ident(&model.names.record), types.target(Target::Model(part.model)));
    let other = &api[part.model];
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
