//! Sends chunks of items to the analytics host.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::IngestReport;
use crate::{
    batch::{Causes, Chunk, Failure, Report, Sender, Watch},
    client::Planhat,
    error::Error,
    operation::Operation,
    transport::{CallOptions, Request, SentFlag},
};

pub(super) struct Delivery {
    pub client: Planhat,
    pub operation: &'static Operation,
    pub options: CallOptions,
    pub report: Watch<IngestReport>,
    pub causes: Causes,
}

impl Delivery {
    pub fn new(client: &Planhat, operation: &'static Operation) -> Self {
        let report = Watch::new(IngestReport::default());
        Self { client: client.clone(), operation, options: CallOptions::default(), report, causes: Causes::default() }
    }

    async fn send_chunk(&self, chunk: &Chunk, sent_flag: SentFlag) -> Result<(), Error> {
        let request = Request {
            body: Some(chunk.body.clone()),
            options: self.options.clone(),
            sent_flag,
            ..Request::new(self.operation)
        };
        let transport = self.client.transport();
        let outcome = transport.call(&request).await;
        let mut report = self.report.lock();
        report.count_call();
        match outcome {
            Ok(response) => {
                self.causes.add_rows();
                report.accept(chunk, &transport.redacted_body(&response));
            }
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => {
                self.causes.add(&error);
                report.fail(&mut chunk.positions(), &Arc::new(Failure::of_error(&error)));
            }
        }
        Ok(())
    }
}

impl Sender for Delivery {
    type Report = IngestReport;

    /// Nothing matches items that come a second time.
    fn keys(&self) -> &'static [&'static str] {
        &[]
    }

    fn watch(&self) -> &Watch<IngestReport> {
        &self.report
    }

    fn causes(&self) -> &Causes {
        &self.causes
    }

    fn send(self: Arc<Self>, chunk: Arc<Chunk>, sent_flag: SentFlag) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move { self.send_chunk(&chunk, sent_flag).await })
    }
}
