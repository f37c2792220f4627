//! Many records: cut into requests, sent in order or several at once, each accounted for.
//!
//! Nothing here knows what the records are or what the answers mean; that is the [`Sender`]'s to know.

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
    causes::Causes,
    chunk::{Chunk, text_of},
    failed_rows::{FailedRows, RowKey},
    queue::Limits,
    run::{Report, Sender, Settings, run},
    source::Source,
    summary::{Summary, none_written, not_kept},
};
pub use self::{failure::Failure, run::Progress, watch::Watch};
