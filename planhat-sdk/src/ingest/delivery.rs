//! Sends chunks of items to the analytics host.

use std::{
    sync::{Arc, MutexGuard},
    time::Duration,
};

use super::IngestReport;
use crate::{
    batch::{Causes, Chunk, Failure, Ledger, Watch, Work},
    call::BoxFuture,
    client::Planhat,
    error::Error,
    operation::Operation,
    transport::{Departure, Request, RetryPolicy},
};

pub(super) struct Delivery {
    pub client: Planhat,
    pub operation: &'static Operation,
    pub timeout: Option<Duration>,
    pub retry: Option<RetryPolicy>,
    pub report: Watch<IngestReport>,
    pub causes: Causes,
}

impl Delivery {
    pub fn new(client: &Planhat, operation: &'static Operation) -> Self {
        let report = Watch::new(IngestReport::default());
        Self { client: client.clone(), operation, timeout: None, retry: None, report, causes: Causes::default() }
    }

    async fn send_chunk(&self, chunk: &Chunk, departure: Departure) -> Result<(), Error> {
        let request = Request {
            body: Some(chunk.body.clone()),
            timeout: self.timeout,
            retry: self.retry.clone(),
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

    fn send(self: Arc<Self>, chunk: Arc<Chunk>, departure: Departure) -> BoxFuture<Result<(), Error>> {
        Box::pin(async move { self.send_chunk(&chunk, departure).await })
    }
}
