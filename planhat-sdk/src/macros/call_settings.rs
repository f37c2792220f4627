/// The settings that a single call, a list and an upload share. `$options` is where they are kept.
macro_rules! call_settings {
    ($name:ident $(<$of:ident>)?, $($options:ident).+, $deadline:literal) => {
        impl $(<$of>)? $name $(<$of>)? {
            /// Overrides the client's timeout for each attempt.
            pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
                self.$($options).+.timeout = Some(timeout);
                self
            }

            /// Overrides the client's retry policy for each call.
            pub fn retry(mut self, policy: crate::transport::RetryPolicy) -> Self {
                self.$($options).+.retry = Some(policy);
                self
            }

            #[doc = $deadline]
            ///
            /// It includes all waiting: for the rate limit, for the backoff between retries, for a server that is down.
            /// A call that would have to wait longer fails at once, for example with "rate limited, retry in 4000 s".
            pub fn deadline(mut self, deadline: std::time::Duration) -> Self {
                self.$($options).+.deadline = Some(deadline);
                self
            }
        }
    };
}

pub(crate) use call_settings;
