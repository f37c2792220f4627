//! Requests come in over connections, are admitted and counted, and are answered by the operations.

pub(crate) mod auth;
pub(crate) mod connection;
pub(crate) mod hosts;
mod inject;
mod listener;
pub(crate) mod quota;
pub(crate) mod request_record;
pub(crate) mod server;
pub(crate) mod thread;
