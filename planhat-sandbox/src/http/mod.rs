//! The HTTP server: connections, authorization, quota, faults and logging around the operations.

pub(crate) mod auth;
pub(crate) mod connection;
pub(crate) mod handler;
mod hosts;
mod inject;
mod listener;
pub(crate) mod quota;
pub(crate) mod request_record;
mod routes;
pub(crate) mod server;
pub(crate) mod thread;
