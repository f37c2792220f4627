//! Many records: split into chunks, sent in order or concurrently, each with an outcome.
//!
//! Nothing here depends on what the records are or what the responses mean; that is up to the [`Sender`].

mod causes;
mod chunk;
mod chunker;
mod failed_rows;
mod failure;
mod queue;
mod run;
mod source;
mod summary;
mod watch;

#[cfg(test)]
pub(crate) use self::chunk::chunk_of;
pub(crate) use self::{
    chunk::{Chunk, text_of},
    failed_rows::{FailedRows, RowKey},
    queue::Limits,
    run::{Channel, Report, Sender, Settings, run},
    source::Source,
    summary::{Summary, not_kept},
};
pub use self::{failure::Failure, run::Progress, watch::Watch};
