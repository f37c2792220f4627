//! Typed ids of what the API holds. Each kind of thing has an arena in [`Api`], which an id indexes.

use std::{marker::PhantomData, ops::Index};

use super::{Api, Body, Entity, Enum, Field, Host, Model, Shape};

/// The place of a thing in its arena.
pub trait Id: Copy + PartialOrd {
    /// What it is the id of.
    type Item;

    fn new(index: usize) -> Self;

    fn index(self) -> usize;

    fn arena(api: &Api) -> &[Self::Item];
}

macro_rules! ids {
    ($($id:ident: $item:ident in $arena:ident;)*) => {
        $(
            #[doc = concat!("The id of a [`", stringify!($item), "`], an index in [`Api::", stringify!($arena), "`].")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $id(usize);

            impl Id for $id {
                type Item = $item;

                fn new(index: usize) -> Self {
                    Self(index)
                }

                fn index(self) -> usize {
                    self.0
                }

                fn arena(api: &Api) -> &[$item] {
                    &api.$arena
                }
            }
        )*
    };
}

ids! {
    HostId: Host in hosts;
    EntityId: Entity in entities;
    ModelId: Model in models;
    ShapeId: Shape in shapes;
    FieldId: Field in fields;
    EnumId: Enum in enums;
    BodyId: Body in bodies;
}

/// Things that stand one after the other in their arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ids<I> {
    first: usize,
    len: usize,
    of: PhantomData<I>,
}

impl<I: Id> Ids<I> {
    pub fn new(first: usize, len: usize) -> Self {
        Self { first, len, of: PhantomData }
    }

    pub fn iter(self) -> impl Iterator<Item = I> {
        (self.first..self.first + self.len).map(I::new)
    }

    pub fn first(self) -> usize {
        self.first
    }

    pub fn len(self) -> usize {
        self.len
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

impl<I: Id> Index<I> for Api {
    type Output = I::Item;

    #[expect(clippy::indexing_slicing, reason = "an id is used with the API that it was made for")]
    fn index(&self, id: I) -> &I::Item {
        &I::arena(self)[id.index()]
    }
}

impl<I: Id> Index<Ids<I>> for Api {
    type Output = [I::Item];

    #[expect(clippy::indexing_slicing, reason = "ids are used with the API that they were made for")]
    fn index(&self, ids: Ids<I>) -> &[I::Item] {
        &I::arena(self)[ids.first..ids.first + ids.len]
    }
}
