//! The ids that operations accept, as bounds for generic code.
//!
//! Planhat does not accept every id everywhere: a note is read by external id, but updated only by its Planhat id. The
//! methods of the handles say which ids they accept by one of these traits.

pub use crate::value::{AnyId, IdOrExternalId, IdOrSourceId, PlanhatId};
