//! Sends chunks of items to the analytics host.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::IngestReport;
use crate::{
    batch::{Channel, Chunk, Failure, Report, Sender},
    error::Error,
    transport::{Request, SentFlag},
};

impl Channel<IngestReport> {
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

impl Sender for Channel<IngestReport> {
    type Report = IngestReport;

    fn channel(&self) -> &Self {
        self
    }

    fn send(self: Arc<Self>, chunk: Arc<Chunk>, sent_flag: SentFlag) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(async move { self.send_chunk(&chunk, sent_flag).await })
    }
}
