/// What bulk upserts and ingests share: the settings, the handle to the report, and sending by `.await`.
/// `$channel` is where the channel of the upload is kept.
macro_rules! upload {
    ($name:ident $(<$of:ident>)? => $report:ty, $($channel:ident).+, $noun:literal, $deadline:literal) => {
        crate::macros::call_settings::call_settings!($name $(<$of>)?, $($channel).+.options, $deadline);

        impl $(<$of: 'static>)? $name $(<$of>)? {
            /// Sets the maximum number of bytes per chunk. Defaults to 32 MB, the maximum that Planhat accepts.
            pub fn chunk_bytes(mut self, bytes: usize) -> Self {
                self.settings.limits.bytes = bytes.min(crate::generated::BODY_BYTES);
                self
            }

            #[doc = concat!("Returns the report even if every ", $noun, " failed for one reason, instead of an error. Defaults to off.")]
            pub fn always_report(mut self) -> Self {
                self.settings.always_report = true;
                self
            }

            /// Calls `f` with the progress whenever a call starts or ends.
            pub fn on_progress(mut self, f: impl FnMut(crate::batch::Progress) + Send + 'static) -> Self {
                self.settings.on_progress = Some(Box::new(f));
                self
            }

            /// Returns a handle to the report, which can be read while the upload runs and after its future was dropped.
            #[must_use]
            pub fn watch(&self) -> crate::batch::Watch<$report> {
                self.$($channel).+.report.clone()
            }
        }

        impl $(<$of: 'static>)? std::future::IntoFuture for $name $(<$of>)? {
            type Output = Result<$report, crate::error::Error>;
            type IntoFuture = futures_util::future::BoxFuture<'static, Self::Output>;

            fn into_future(mut self) -> Self::IntoFuture {
                Box::pin(async move {
                    self.$($channel).+.options.start();
                    crate::batch::run(self.sender, self.source, self.settings).await
                })
            }
        }

        impl $(<$of>)? std::fmt::Debug for $name $(<$of>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let operation = self.$($channel).+.operation.name;
                f.debug_struct(stringify!($name)).field("operation", &operation).finish_non_exhaustive()
            }
        }
    };
}

pub(crate) use upload;
