//! Many records: cut into requests, sent in order or several at once, each accounted for.
//!
//! Nothing here knows what the records are or what the answers mean; that is the [`Work`]'s to know.

mod chunk;
mod failure;
mod lane;
mod packer;
mod run;
mod source;
mod watch;

#[cfg(test)]
pub(crate) use self::chunk::chunk_of;
pub(crate) use self::{
    chunk::{Chunk, text_of},
    lane::Limits,
    run::{Ledger, Settings, Work, run},
    source::Source,
};
pub use self::{failure::Failure, run::Progress, watch::Watch};
