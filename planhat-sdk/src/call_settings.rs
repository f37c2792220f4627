//! The settings that a single call, a list and an upload share.

use std::time::Duration;

use crate::{
    bulk::BulkUpsert,
    call::Call,
    ingest::Ingest,
    list::List,
    transport::{HasOptions, RetryPolicy},
};

macro_rules! call_settings {
    ($name:ident $(<$of:ident>)?, $deadline:literal) => {
        impl $(<$of>)? $name $(<$of>)? {
            /// Overrides the client's timeout for each attempt.
            pub fn timeout(mut self, timeout: Duration) -> Self {
                self.options().timeout = Some(timeout);
                self
            }

            /// Overrides the client's retry policy for each call.
            pub fn retry(mut self, policy: RetryPolicy) -> Self {
                self.options().retry = Some(policy);
                self
            }

            #[doc = $deadline]
            ///
            /// It includes all waiting: for the rate limit, for the backoff between retries, for a server that is down.
            /// A call that would have to wait longer fails at once, for example with "rate limited, retry in 4000 s".
            pub fn deadline(mut self, deadline: Duration) -> Self {
                self.options().deadline = Some(deadline);
                self
            }
        }
    };
}

call_settings!(
    Call<T>,
    "Sets how long the call may take as a whole. Defaults to the client's [`deadline`](crate::Builder::deadline)."
);
call_settings!(
    List<T>,
    "Sets how long the list may take as a whole, counted from its first request. Unless set, a list may take any time, and each of its requests as long as the client's [`deadline`](crate::Builder::deadline) allows."
);
call_settings!(
    BulkUpsert<M>,
    "Sets how long the upload may take as a whole. Rows that are not sent by then are reported as not sent. Unless set, an upload may take any time, and each of its requests as long as the client's [`deadline`](crate::Builder::deadline) allows."
);
call_settings!(
    Ingest,
    "Sets how long the upload may take as a whole. Items that are not sent by then are reported as not sent. Unless set, an upload may take any time, and each of its requests as long as the client's [`deadline`](crate::Builder::deadline) allows."
);
