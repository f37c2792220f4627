//! Sends chunks of items to the analytics host.

use std::sync::{Arc, MutexGuard};

use futures_core::future::BoxFuture;
use tokio::time::Instant;

use super::IngestReport;
use crate::{
    batch::{Causes, Chunk, Failure, Ledger, Watch, Work},
    client::Planhat,
    error::Error,
    operation::Operation,
    transport::{CallOptions, Departure, Request},
};

pub(super) struct Delivery {
    pub client: Planhat,
    pub operation: &'static Operation,
    pub options: CallOptions,
    /// When the whole upload must be over.
    pub until: Option<Instant>,
    pub report: Watch<IngestReport>,
    pub causes: Causes,
}

impl Delivery {
    pub fn new(client: &Planhat, operation: &'static Operation) -> Self {
        let report = Watch::new(IngestReport::default());
        Self {
            client: client.clone(),
            operation,
            options: CallOptions::default(),
            until: None,
            report,
            causes: Causes::default(),
        }
    }

    async fn send_chunk(&self, chunk: &Chunk, departure: Departure) -> Result<(), Error> {
        let request = Request {
            body: Some(chunk.body.clone()),
            options: self.options.clone(),
            until: self.until,
            departure,
            ..Request::new(self.operation)
        };
        let transport = self.client.transport();
        let outcome = transport.call(&request).await;
        let mut report = self.report.lock();
        report.count_call();
        match outcome {
            Ok(answer) => {
                self.causes.add_rows();
                report.accept(chunk, &transport.said(&answer));
            }
            Err(error) if error.is_hopeless() => return Err(error),
            Err(error) => {
                self.causes.add(&error);
                report.fail(&mut chunk.positions(), &Arc::new(Failure::of_error(&error)));
            }
        }
        Ok(())
    }
}

impl Work for Delivery {
    type Ledger = IngestReport;

    /// Nothing matches items that come a second time.
    fn keys(&self) -> &'static [&'static str] {
        &[]
    }

    fn ledger(&self) -> MutexGuard<'_, IngestReport> {
        self.report.lock()
    }

    fn causes(&self) -> &Causes {
        &self.causes
    }

    fn send(self: Arc<Self>, chunk: Arc<Chunk>, departure: Departure) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move { self.send_chunk(&chunk, departure).await })
    }
}
