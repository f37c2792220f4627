//! The loop of one call: wait, send, judge, then retry or return.

use std::time::Duration;

use reqwest::Url;
use tokio::time::{Instant, sleep};
use tracing::Span;

use super::{
    Request, Response, RetryPolicy, Transport,
    breaker::{Breaker, Caller, Health},
    end_permit, is_throttled, may_have_changed, of_host,
    policy::from_now,
    retry::{Verdict, judge},
};
use crate::{
    error::{Attempt, Error, ErrorKind},
    operation::Kind,
};

/// A call in flight.
pub(super) struct Run<'a> {
    pub(super) transport: &'a Transport,
    pub(super) request: &'a Request,
    pub(super) policy: &'a RetryPolicy,
    pub(super) breaker: &'a Breaker,
    pub(super) caller: Caller,
    /// When the call is over, whatever it waits for.
    pub(super) deadline: Instant,
    url: Url,
    span: &'a Span,
    pub(super) earlier: Vec<Attempt>,
    /// The error of the last one of them.
    pub(super) last: Option<Error>,
    /// How many of them count, since the server was not down.
    counted: u32,
    /// Whether the last one did not count.
    is_held: bool,
    first_sent: Option<(Instant, Duration)>,
    /// How long it waited for the quota.
    pub(super) waits: Duration,
    /// It may be the continuation of a call that has.
    had_left: bool,
}

impl<'a> Run<'a> {
    pub fn new(transport: &'a Transport, request: &'a Request, url: Url, span: &'a Span) -> Result<Self, Error> {
        let operation = request.operation;
        let breaker = of_host(&transport.breakers, operation)?;
        let is_part = matches!(operation.kind, Kind::List | Kind::BulkUpsert | Kind::Ingest);
        let longest = request.options.deadline.unwrap_or(transport.deadline);
        Ok(Self {
            transport,
            request,
            policy: request.options.retry.as_ref().unwrap_or(&transport.retry),
            breaker,
            caller: breaker.caller(request.is_idempotent(), is_part),
            deadline: request.options.until.unwrap_or_else(|| from_now(longest)),
            url,
            span,
            earlier: Vec::new(),
            last: None,
            counted: 0,
            is_held: false,
            first_sent: None,
            waits: Duration::ZERO,
            had_left: request.sent_flag.is_set(),
        })
    }

    pub async fn run(mut self) -> Result<Response, Error> {
        let outcome = self.repeat().await;
        self.span.record("planhat.quota.wait_ms", self.waits.as_millis());
        outcome
    }

    async fn repeat(&mut self) -> Result<Response, Error> {
        loop {
            let (permit, pass) = self.admission().await?;
            let sent = Instant::now();
            let outcome = self.attempt().await;
            let latency = sent.elapsed();
            let verdict = judge(self.request.operation, &outcome, self.request.is_idempotent());
            let asked = match verdict {
                Verdict::Retry(asked) => asked,
                Verdict::Return => None,
            };
            let pause = self.policy.pause(asked, self.counted, is_throttled(&outcome));
            self.transport.tell_quota(self.request.operation, &outcome, pause, latency);
            end_permit(permit, &outcome);
            let is_down = self.breaker.report(self.caller, pass, self.policy, self.health(&outcome, asked));
            let may_retry = verdict != Verdict::Return
                && if is_down {
                    self.policy.is_retrying() && asked.is_none_or(|asked| self.is_in_time(asked))
                } else {
                    self.may_retry(&outcome, pause)
                };
            if !may_retry {
                return self.end(outcome);
            }
            let pause = if is_down { Duration::ZERO } else { pause };
            self.remember(outcome, pause, !is_down);
            sleep(pause).await;
        }
    }

    async fn attempt(&mut self) -> Result<Response, Error> {
        let (request, retries) = (self.request, self.earlier.len());
        // Waiting for the quota does not count.
        self.first_sent.get_or_insert_with(|| (Instant::now(), self.waits));
        self.span.record("planhat.quota.wait_ms", self.waits.as_millis());
        self.span.record("planhat.retries", retries);
        // During an outage, not every call is sent again that waits for it.
        if std::mem::take(&mut self.is_held) {
            self.transport.counters.count(|stats| stats.retries += 1);
        }
        request.sent_flag.set(true);
        let timeout = self.timeout().min(self.deadline.duration_since(Instant::now()));
        let outcome = self.transport.attempt(request, self.url.clone(), retries, timeout).await;
        let unsettled = may_have_changed(request.operation, &outcome)
            || self.earlier.iter().any(|attempt| attempt.effect.may_have_changed());
        request.sent_flag.set(self.had_left || unsettled);
        outcome
    }

    fn timeout(&self) -> Duration {
        self.request.options.timeout.unwrap_or(self.transport.timeout)
    }

    /// Whether there are attempts, time and budget for one more, after a pause.
    fn may_retry(&self, outcome: &Result<Response, Error>, pause: Duration) -> bool {
        let elapsed = self.first_sent.map_or(Duration::ZERO, |(started, waits_before)| {
            (started.elapsed() + waits_before).saturating_sub(self.waits)
        });
        self.counted + 1 < self.policy.max_attempts
            && elapsed.saturating_add(pause) <= self.policy.max_elapsed
            && self.is_in_time(pause)
            && (is_throttled(outcome) || self.transport.budget.withdraw())
    }

    /// Whether a pause ends before the deadline, and is not longer than any outage that is waited for.
    fn is_in_time(&self, pause: Duration) -> bool {
        pause <= self.policy.max_elapsed && pause < self.deadline.duration_since(Instant::now())
    }

    /// Returns the health of the server, as far as an attempt shows it.
    fn health(&self, outcome: &Result<Response, Error>, asked: Option<Duration>) -> Health {
        let down = |no_connection, cause| Health::Down { no_connection, cause, asked };
        match outcome {
            Ok(Response { status: status @ (502..=504 | 520..=530), .. }) => down(false, status.to_string()),
            Ok(_) => Health::Up,
            Err(error) => match error.kind() {
                ErrorKind::Connect => down(true, error.message().to_owned()),
                // It had less time than usual.
                ErrorKind::Timeout if self.deadline <= Instant::now() => Health::Unknown,
                ErrorKind::Timeout | ErrorKind::Network => down(false, error.message().to_owned()),
                _ => Health::Unknown,
            },
        }
    }

    fn remember(&mut self, outcome: Result<Response, Error>, pause: Duration, counts: bool) {
        let error = self.transport.error_of(self.request, outcome);
        self.earlier.push(Attempt::of(&error).then_pause(pause));
        self.last = Some(error);
        self.counted += u32::from(counts);
        self.is_held = !counts;
        self.caller.has_failed = true;
        tracing::debug!(?pause, attempt = self.earlier.len(), "the call is sent again");
        if counts {
            self.transport.counters.count(|stats| stats.retries += 1);
        }
    }

    fn end(&mut self, outcome: Result<Response, Error>) -> Result<Response, Error> {
        let earlier = std::mem::take(&mut self.earlier);
        match outcome {
            Ok(response) => Ok(Response { earlier, ..response }),
            Err(error) => Err(error.after(earlier)),
        }
    }
}
