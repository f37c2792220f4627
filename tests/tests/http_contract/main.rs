//! Planhat's HTTP API from a table written by hand, held against the sandbox and against what the SDK sends.
//! Both are generated from one schema; the table is not, so that they cannot share a mistake unseen.

#![cfg(test)]

mod crud;
mod drive;
mod drive_specials;
mod plain;
mod recorder;
mod sandbox_access;
mod sandbox_lists;
mod sandbox_records;
mod sdk;
mod table;
