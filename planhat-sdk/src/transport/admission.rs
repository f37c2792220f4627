//! What a call waits for before each attempt: the end of an outage, and a permit of the quota.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

use super::{
    breaker::{Down, Pass},
    quota::{Permit, Quota},
    run::Run,
};
use crate::error::{Effect, Error, ErrorKind};

/// What is shorter is the time that asking takes.
const MIN_REPORTED_WAIT: Duration = Duration::from_millis(1);

impl Run<'_> {
    /// Waits until the call may be sent.
    ///
    /// # Errors
    ///
    /// If that would be later than its deadline, or the outage lasts too long.
    pub(super) async fn admission(&mut self) -> Result<(Option<Permit>, Pass), Error> {
        loop {
            if self.deadline <= Instant::now() {
                return Err(self.gave_up(ErrorKind::Timeout, "the deadline of the call is over", None));
            }
            let pass = self.pass().await?;
            let permit = self.permit().await?;
            // The outage may have begun while it waited for the permit.
            if pass == Pass::Probe || !self.policy.is_retrying() || !self.breaker.holds(self.caller) {
                return Ok((permit, pass));
            }
            if let Some(permit) = permit {
                permit.complete();
            }
        }
    }

    async fn pass(&mut self) -> Result<Pass, Error> {
        // It is not retried, so that the one attempt is made whatever happened to others.
        if !self.policy.is_retrying() {
            return Ok(Pass::Free);
        }
        let started = Instant::now();
        let pass = self.breaker.pass(self.caller, self.policy, self.deadline).await;
        if let Some(last) = self.earlier.last_mut() {
            last.pause += started.elapsed();
        }
        pass.map_err(|down| self.is_down(&down))
    }

    /// The error of a call that the outage lasts too long for: that of its last attempt, if there was one.
    fn is_down(&mut self, down: &Down) -> Error {
        if let Some(last) = self.last.take() {
            let mut earlier = std::mem::take(&mut self.earlier);
            earlier.pop();
            return last.after(earlier);
        }
        let Down { since, cause } = down;
        let message = format!("the server has been down for {} s: {cause}", since.as_secs());
        self.gave_up(ErrorKind::Connect, message, None)
    }

    /// Waits for a permit of the host's quota, where it has one.
    async fn permit(&mut self) -> Result<Option<Permit>, Error> {
        let Some(quota) = self.transport.quota(self.request.operation) else { return Ok(None) };
        let started = Instant::now();
        let permit = self.wait_for(quota).await;
        let wait = started.elapsed();
        if wait >= MIN_REPORTED_WAIT {
            self.transport.counters.count(|stats| {
                stats.quota_waits += 1;
                stats.quota_wait += wait;
            });
            self.waits += wait;
        }
        permit.map(Some)
    }

    async fn wait_for(&mut self, quota: &dyn Quota) -> Result<Permit, Error> {
        let mut permit = quota.acquire();
        let notice = &self.transport.notice;
        let warn_at = Instant::now() + notice.threshold;
        let mut has_warned = false;
        loop {
            let mut throttled = pin!(self.transport.throttled.notified());
            throttled.as_mut().enable();
            // The pause of a 429, or a window that is full, may be known to last too long.
            let hint = quota.wait_hint();
            if hint.is_some_and(|wait| self.deadline.duration_since(Instant::now()) < wait) {
                return Err(self.is_rate_limited(hint));
            }
            let ready = poll_fn(|cx| match permit.as_mut().poll(cx) {
                Poll::Ready(permit) => Poll::Ready(Some(permit)),
                Poll::Pending => throttled.as_mut().poll(cx).map(|()| None),
            });
            let until = if has_warned { self.deadline } else { self.deadline.min(warn_at) };
            match timeout_at(until, ready).await {
                Ok(Some(permit)) => return Ok(permit),
                // Another call got a 429.
                Ok(None) => {}
                Err(_) if self.deadline <= Instant::now() => return Err(self.is_rate_limited(quota.wait_hint())),
                Err(_) => {
                    has_warned = true;
                    if notice.is_due(notice.threshold) {
                        let host = self.request.operation.host.name;
                        tracing::warn!(host, at_least = ?hint, "calls wait for the rate limit");
                    }
                }
            }
        }
    }

    fn is_rate_limited(&mut self, wait: Option<Duration>) -> Error {
        let message = match wait {
            Some(wait) => format!("rate limited, retry in {} s", wait.as_millis().div_ceil(1_000)),
            None => "rate limited: the deadline of the call is over".to_owned(),
        };
        self.gave_up(ErrorKind::RateLimited, message, wait)
    }

    fn gave_up(&mut self, kind: ErrorKind, message: impl Into<String>, wait: Option<Duration>) -> Error {
        let error = Error::new(kind, Effect::NotSent, message).at(self.request.operation).with_retry_after(wait);
        error.while_waiting(std::mem::take(&mut self.earlier))
    }
}
