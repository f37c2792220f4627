//! The bodies of the fuzz targets: each takes any bytes and panics if something is not as it should be. A few thousand
//! inputs of each are part of the tests (`tests/tests/fuzz_targets.rs`). For more, in the root of the repository:
//!
//! ```sh
//! cargo install cargo-fuzz --locked
//! mkdir -p fuzz/corpus/records
//! cargo +nightly fuzz run records fuzz/corpus/records fuzz/seeds/records -- -max_total_time=600
//! ```
//!
//! A stable compiler will do with `RUSTC_BOOTSTRAP=1` and `-s none`.

mod bulk_responses;
mod list_pages;
mod records;
mod requests;
mod schema;
mod server;
mod timestamps;

pub use self::{
    bulk_responses::bulk_responses, list_pages::list_pages, records::records, requests::sandbox, schema::schema,
    timestamps::timestamps,
};
