//! The values that records are made of: ids, keys, times, open enums, and how each is read and written.

mod body;
mod custom;
mod days;
mod entries;
mod id;
mod json;
mod key;
mod link;
mod one_of;
mod record;
mod reference;
mod timestamp;
mod unknown;
pub(crate) mod wire;

pub use body::{Body, FromBody, Patched};
pub use custom::CustomFields;
pub use days::EpochDays;
pub use id::{Id, Untyped};
pub use json::IntoJson;
pub use key::{ExternalId, SourceId};
pub use link::Link;
pub use one_of::OneOf;
pub use reference::{AnyId, IdOrExternalId, IdOrSourceId, PlanhatId, Ref};
pub use timestamp::{Timestamp, TimestampError};
pub use unknown::{RepairedField, UnknownFields, UnreadableField};

pub(crate) use entries::Entries;
pub(crate) use record::Record;

/// A JSON object of unknown shape.
pub type Object = serde_json::Map<String, serde_json::Value>;
