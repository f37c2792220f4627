//! The tables of record types and of their enums, over which the tests of reading go.

use proc_macro2::TokenStream;
use quote::quote;

use super::{FOLDER, ident};
use crate::{
    ir::{Api, Item, Kind, Model, Type},
    write::rust::{EmitError, RustFile},
};

pub fn records(api: &Api) -> Result<(String, String), EmitError> {
    let models = || api.models.iter().filter(|model| model.has_record);
    let records = models().map(readable);
    let enums = models().flat_map(|model| {
        let (name, module, record) = (&model.name, ident(&model.names.module), ident(&model.names.record));
        model.fields.iter().map(|id| &api[id]).filter(|field| !field.write_only).filter_map(move |field| {
            let Type::Enum(id) = field.ty else { return None };
            let (wire, field, rust) = (&field.wire, ident(&field.ident), ident(&api[id].rust));
            let (get, unknown) = (quote!(|record: #record| record.#field), quote!(#module::#rust::Unknown));
            Some(quote!((#name, #wire, |text| is_unknown(text, #get, #unknown))))
        })
    });
    let mut file = RustFile::new(&format!("{FOLDER}/records.rs"), &api.file);
    file.module_doc("The types that records are read as, and the enums in them.");
    file.items(&quote! {
        use crate::prelude::*;
        use crate::records::{IsUnknown, Readable, got, is_unknown, listed, round_trip};
        /// How the records of each model are read.
        pub const RECORDS: &[Readable] = &[#(#records),*];
        /// The fields of them that are enums.
        pub const ENUMS: &[(&str, &str, IsUnknown)] = &[#(#enums),*];
    })?;
    Ok(file.finish())
}

fn readable(model: &Model) -> TokenStream {
    let (name, record, handle) = (&model.name, ident(&model.names.record), ident(&model.names.handle));
    let some = |reads: Option<TokenStream>| reads.map_or_else(|| quote!(None), |reads| quote!(Some(#reads)));
    let list = model
        .operations
        .iter()
        .find(|operation| matches!(&operation.kind, Kind::List(list) if list.item == Item::Record));
    let list = some(list.map(|operation| {
        let method = ident(&operation.name);
        quote!(|planhat| listed(planhat.#handle().#method(), #record::unreadable))
    }));
    let get = model.operations.iter().find(|operation| matches!(operation.kind, Kind::Get(_)));
    let get = some(get.map(|_| quote!(|planhat, id| got(planhat.#handle().get(Id::new(id)), #record::unreadable))));
    quote!(Readable { model: #name, round_trip: round_trip::<#record>, list: #list, get: #get })
}
