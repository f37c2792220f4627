//! Tasks that run without being polled, and are aborted when they are dropped.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{runtime::Handle, task::JoinHandle};
use tracing::Instrument;

use crate::error::{Effect, Error, ErrorKind};

/// A task that is aborted when this is dropped.
#[derive(Debug)]
pub struct AbortOnDrop<T>(JoinHandle<T>);

impl<T: Send + 'static> AbortOnDrop<T> {
    /// # Errors
    ///
    /// If there is no tokio runtime.
    pub fn spawn(work: impl Future<Output = T> + Send + 'static) -> Result<Self, Error> {
        let Ok(runtime) = Handle::try_current() else {
            let message = "lists are read by tasks of tokio: read them inside of its runtime";
            return Err(Error::misconfigured(message));
        };
        Ok(Self(runtime.spawn(work.in_current_span())))
    }

    /// # Errors
    ///
    /// If the task panicked, or its runtime has ended.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Error>> {
        Pin::new(&mut self.0).poll(cx).map_err(|error| {
            let message = format!("the page was not read to its end: {error}");
            Error::new(ErrorKind::Decode, Effect::Unknown, message)
        })
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, poll_fn},
        task::Waker,
    };

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let mut task = AbortOnDrop::<()>::spawn(async { panic!("no such luck") }).unwrap();
        let error = poll_fn(|cx| task.poll(cx)).await.unwrap_err();
        assert!(error.to_string().contains("no such luck"), "{error}");
    }

    #[test]
    fn a_runtime_that_ends_is_an_error_and_so_is_none() {
        assert_eq!(AbortOnDrop::spawn(async {}).unwrap_err().effect(), Effect::NotSent);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut task = runtime.block_on(async { AbortOnDrop::<()>::spawn(pending()).unwrap() });
        drop(runtime);
        let Poll::Ready(Err(error)) = task.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("the task continues")
        };
        assert!(error.to_string().contains("cancelled"), "{error}");
    }

    #[tokio::test]
    async fn a_task_that_nobody_wants_stops() {
        let (alive, ended) = tokio::sync::oneshot::channel::<()>();
        let task = AbortOnDrop::<()>::spawn(async move {
            let _alive = alive;
            pending::<()>().await;
        });
        tokio::task::yield_now().await;
        drop(task);
        assert!(ended.await.is_err());
    }
}
