//! The objects inside records: what their properties are.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Tables;
use crate::ir::{Field, Shape, ShapeId, Type};

impl Tables<'_> {
    /// The shapes that the model's records hold, its own and shared ones.
    pub fn shapes(self) -> TokenStream {
        let mut found = Vec::new();
        self.held(&self.api[self.model.fields], &mut found);
        let shapes = found.into_iter().map(|shape| {
            let name = constant(&self.api[shape]);
            let properties = self.api[self.api[shape].fields].iter().map(|field| {
                let (name, ty) = (&field.wire, self.ty(&field.ty));
                quote!((#name, #ty))
            });
            // A static, and not a constant, since a shape may hold a list of itself.
            quote!(static #name: Shape = Shape { properties: &[#(#properties),*] };)
        });
        quote!(#(#shapes)*)
    }

    /// Adds the shapes in some fields, each before those that it holds itself.
    fn held(self, fields: &[Field], found: &mut Vec<ShapeId>) {
        for field in fields {
            self.held_by(&field.ty, found);
        }
    }

    fn held_by(self, ty: &Type, found: &mut Vec<ShapeId>) {
        match ty {
            Type::Shape(shape) if !found.contains(shape) => {
                found.push(*shape);
                self.held(&self.api[self.api[*shape].fields], found);
            }
            other => other.parts().into_iter().for_each(|part| self.held_by(part, found)),
        }
    }
}

/// The name of the static that holds a shape.
pub fn constant(shape: &Shape) -> Ident {
    format_ident!("{}_SHAPE", shape.rust.to_shouty_snake_case())
}
