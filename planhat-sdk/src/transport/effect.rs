//! What a status says of the effect of a call.

use crate::{
    error::Effect,
    operation::{Kind, Operation},
};

/// Returns what is known of the effect of a call from a status that is not a success.
///
/// A redirect is the usual reply to a write that was carried out, except for 307 and 308, which ask for the same
/// request at another URL. A 408 may come from a proxy that waited for the server. A server that says 425 has not
/// processed the request (RFC 8470).
pub(super) fn effect_of(status: u16, operation: &Operation) -> Effect {
    match status {
        307 | 308 => Effect::Refused,
        ..400 if !operation.only_reads() => Effect::Unknown,
        408 | 500.. => Effect::Unknown,
        _ => Effect::Refused,
    }
}

/// The effect of a call whose response had begun and was not read to its end.
pub(super) fn effect_once_answered(status: u16, operation: &Operation) -> Effect {
    match status {
        200..=299 => Effect::Applied,
        _ if may_hold_outcomes(operation.kind, status) => Effect::Unknown,
        _ => effect_of(status, operation),
    }
}

/// Whether a status that is not a success may tell of records that were written all the same.
pub(super) fn may_hold_outcomes(operation: Kind, status: u16) -> bool {
    operation == Kind::BulkUpsert && matches!(status, 400 | 403)
}
