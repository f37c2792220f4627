//! The models: one module per model, with the types of its records, requests and operations.
//!
//! For example, [`company`] has [`Company`], [`NewCompany`],
//! [`CompanyPatch`], the handle [`CompaniesApi`] with its operations, and
//! the names of its [fields](company::Field). All types named after a model are also exported at the root of the crate.

#[doc(inline)]
pub use crate::generated::*;
