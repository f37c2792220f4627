//! What holds the models together: hosts, limits, registry, and what they share.

use proc_macro2::Literal;
use quote::quote;

use super::{
    FOLDER, handle, record,
    types::{Types, doc, ident, literal},
};
use crate::{
    ir::{Api, Model},
    write::rust::{EmitError, RustFile},
};

pub fn emit(api: &Api) -> Result<(String, String), EmitError> {
    let modules = api.models.iter().map(|model| {
        let name = ident(&model.names.module);
        quote!(pub mod #name;)
    });
    let exports = api.models.iter().map(|model| {
        let (module, names) = (ident(&model.names.module), exported(api, model).into_iter().map(|name| ident(&name)));
        quote!(#[doc(hidden)] pub use #module::{#(#names),*};)
    });
    let hosts = api.hosts.iter().enumerate().map(|(index, host)| {
        let constant = handle::host_constant(host);
        let (index, name, url) = (Literal::usize_unsuffixed(index), &host.name, &host.url);
        let regional = host.regional.as_ref().map(|template| quote!(.regional(#template)));
        let quota = host.quota.map(|quota| {
            let numbers = [quota.per_minute, quota.per_second, quota.in_flight].map(Literal::u32_unsuffixed);
            quote!(.quota(#(#numbers),*))
        });
        let about = doc(&host.doc);
        quote! {
            #about
            pub static #constant: Host = Host::new(#index, #name, #url) #regional #quota;
        }
    });
    let all_hosts = api.hosts.iter().map(handle::host_constant);
    let count = Literal::usize_unsuffixed(api.hosts.len());
    let items = literal(api.limits.bulk_items);
    let bytes = literal(api.limits.body_bytes);
    let infos = api.models.iter().map(|model| {
        let module = ident(&model.names.module);
        quote!(&#module::MODEL)
    });
    let mut file = RustFile::new(&format!("{FOLDER}/mod.rs"), &api.file);
    file.module_doc(&api.doc);
    file.items(&quote! {
        use crate::operation::{Host, ModelInfo};
        #(#modules)*
        pub mod shapes;
        #(#exports)*
        #(#hosts)*
        /// The hosts; the first is the default.
        pub(crate) static HOSTS: [&Host; #count] = [#(&#all_hosts),*];
        /// The maximum number of records in a bulk upsert.
        pub const BULK_ITEMS: usize = #items;
        /// The maximum size of a request body, in bytes.
        pub const BODY_BYTES: usize = #bytes;
        /// All models.
        pub static MODELS: &[&ModelInfo] = &[#(#infos),*];
    })?;
    Ok(file.finish())
}

/// The names that stand at the top of the crate.
fn exported(api: &Api, model: &Model) -> Vec<String> {
    let mut names = vec![model.names.api.clone()];
    if model.has_record {
        names.push(model.names.record.clone());
    }
    if model.create().is_some() {
        names.push(model.names.new.clone());
    }
    if model.is_patched() {
        names.push(model.names.patch.clone());
    }
    names.extend(api[model.bodies].iter().map(|body| body.rust.clone()));
    names.sort();
    names
}

pub fn emit_shapes(api: &Api) -> Result<(String, String), EmitError> {
    let types = &mut Types::new(api, None);
    let entities = api.entities.iter().map(|entity| {
        let (name, about) = (ident(&entity.rust), doc(&entity.doc));
        quote! {
            #about
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum #name {}
        }
    });
    let shapes: Vec<_> = api[api.shared]
        .iter()
        .map(|shape| {
            let own = record::shape(api, shape, types);
            let enums = record::enums(&api[shape.enums], &format!("a [`{}`]", shape.rust));
            quote!(#own #enums)
        })
        .collect();
    let imports = types.imports();
    let mut file = RustFile::new(&format!("{FOLDER}/shapes.rs"), &api.file);
    file.module_doc(
        "Objects embedded in the records of several models, and the types of ids of objects without an endpoint.",
    );
    file.items(&quote! {
        use crate::prelude::*;
        #imports
        #(#entities)*
        #(#shapes)*
    })?;
    Ok(file.finish())
}
