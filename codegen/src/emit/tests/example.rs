//! The examples of the reference and of the SDK's documentation: the calls of a model as somebody would write them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Script, ident};
use crate::{
    ir::{Api, Batch, Kind, Model, Operation},
    write::rust::{EmitError, RustFile},
};

/// The statements that call the operations of a model, formatted.
pub fn example(api: &Api, model: &Model) -> Result<String, EmitError> {
    let script = Script { api, model };
    let handle = ident(&model.names.handle);
    let steps = model.operations.iter().map(|operation| script.shown(operation, &handle));
    let mut file = RustFile::new("the example", &model.file);
    file.items(&quote! {
        async fn example() {
            let #handle = planhat.#handle();
            #(#steps)*
        }
    })?;
    let lines = file.latest().lines().skip(1).take_while(|line| *line != "}");
    Ok(lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).collect::<Vec<_>>().join("\n"))
}

impl<'a> Script<'a> {
    /// A call as somebody would write it.
    fn shown(self, operation: &'a Operation, handle: &Ident) -> TokenStream {
        let (method, patch) = (ident(&operation.name), ident(&self.model.names.patch));
        let id = quote!(Id::new("5eed00000000000000000001"));
        let change = self.change("changed").map(|(setter, ..)| setter);
        match &operation.kind {
            Kind::Create(needs) => {
                let new = self.new_record(needs);
                quote!(#handle.create(#new).await?;)
            }
            Kind::Get(_) => quote!(let record = #handle.get(#id).await?; println!("{record:?}");),
            Kind::Update(_) => quote!(#handle.update(#id, #patch::new()#change).await?;),
            Kind::Delete(_) => quote!(#handle.delete(#id).await?;),
            Kind::List(_) => quote! {
                let mut items = #handle.#method().items();
                while let Some(item) = items.try_next().await? {
                    println!("{item:?}");
                }
            },
            Kind::BulkUpsert(_) => quote! {
                let report = #handle.bulk_upsert([#patch::new().id(#id)#change]).await?;
                println!("{report:?}");
            },
            Kind::Copy { .. } => quote!(#handle.#method([#id]).await?;),
            Kind::Ingest(ingest) => {
                let item = self.body(&self.api[ingest.body]);
                if ingest.batch == Batch::One {
                    quote!(#handle.#method(#item).await?;)
                } else {
                    quote!(let report = #handle.#method([#item]).await?; println!("{report}");)
                }
            }
        }
    }
}
