mod attempt;
mod kind;
mod message;

use std::{any::Any, error::Error as StdError, fmt, sync::Arc, time::Duration};

use reqwest::header::HeaderMap;

pub(crate) use self::message::{message_of, shortened};
pub use self::{
    attempt::Attempt,
    kind::{Effect, ErrorKind},
};
use crate::{operation::Operation, redact::Redacted};

/// The result of a call; its error is an [`Error`] unless named.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of a call: one line for users, and every detail for programs.
///
/// `Display` says what happened, what is known of the [effect](Self::effect), and how each attempt failed.
///
/// ```no_run
/// # async fn example(planhat: planhat_sdk::Planhat) -> Result<(), planhat_sdk::Error> {
/// use planhat_sdk::{Effect, ErrorKind, NewCompany};
///
/// match planhat.companies().create(NewCompany::new("Acme")).await {
///     Ok(company) => println!("created {}", company.id()),
///     Err(error) if error.kind() == ErrorKind::Unauthorized => eprintln!("check the token: {error}"),
///     Err(error) if error.effect() == Effect::Unknown => eprintln!("it may have been created: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    effect: Effect,
    operation: Option<&'static Operation>,
    message: String,
    status: Option<u16>,
    headers: HeaderMap,
    body: Redacted,
    attempts: Vec<Attempt>,
    retry_after: Option<Duration>,
    record: Option<RecordError>,
    report: Option<Arc<dyn Any + Send + Sync>>,
}

/// A record that could not be read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordError {
    /// Its position in the list, from 0.
    pub index: usize,
    /// The path of the problem, such as `custom.Tier`, or `.` for the record as a whole.
    pub path: String,
    /// The JSON of the record as it was received.
    pub raw: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, effect: Effect, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            effect,
            operation: None,
            message: message.into(),
            status: None,
            headers: HeaderMap::new(),
            body: Redacted::default(),
            attempts: Vec::new(),
            retry_after: None,
            record: None,
            report: None,
        }))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, Effect::NotSent, message)
    }

    pub(crate) fn misconfigured(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, Effect::NotSent, message)
    }

    pub(crate) fn at(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Adds the earlier attempts. What one of them did, or may have done, a later one does not undo.
    pub(crate) fn after(mut self, mut earlier: Vec<Attempt>) -> Self {
        earlier.push(Attempt::of(&self));
        let inner = &mut *self.0;
        if !inner.operation.is_some_and(Operation::only_reads) {
            let any = |effect| earlier.iter().any(|attempt| attempt.effect == effect).then_some(effect);
            inner.effect = any(Effect::Applied).or(any(Effect::Unknown)).unwrap_or(inner.effect);
        }
        inner.attempts = earlier;
        self
    }

    /// Adds the attempts after which the call gave up while it waited for a retry.
    pub(crate) fn while_waiting(mut self, earlier: Vec<Attempt>) -> Self {
        let inner = &mut *self.0;
        let any = |effect| earlier.iter().any(|attempt| attempt.effect == effect).then_some(effect);
        let of_all = || any(Effect::Applied).or(any(Effect::Unknown)).or(any(Effect::Refused));
        let only_reads = inner.operation.is_some_and(Operation::only_reads);
        let effect = if only_reads { earlier.last().map(|attempt| attempt.effect) } else { of_all() };
        inner.effect = effect.unwrap_or(inner.effect);
        inner.attempts = earlier;
        self
    }

    /// Adds a response whose headers and body are redacted.
    pub(crate) fn with_response(mut self, status: u16, headers: HeaderMap, body: Redacted) -> Self {
        self.0.status = Some(status);
        self.0.headers = headers;
        self.0.body = body;
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_record(mut self, record: RecordError) -> Self {
        self.0.record = Some(record);
        self
    }

    /// Adds the report of an upload whose every row failed.
    pub(crate) fn with_report(mut self, effect: Effect, summary: &str, report: impl Any + Send + Sync) -> Self {
        let inner = &mut *self.0;
        inner.effect = effect;
        inner.message = format!("{}; {}", inner.message, shortened(summary.to_owned()));
        inner.report = Some(Arc::new(report));
        self
    }

    /// Returns everything but the effect in one line.
    pub(crate) fn summary(&self) -> String {
        let inner = &*self.0;
        let operation = inner.operation.map(|operation| format!("{operation}: ")).unwrap_or_default();
        let status = inner.status.filter(|status| *status >= 400);
        let status = status.map(|status| format!("{status}: ")).unwrap_or_default();
        format!("{operation}{status}{}", inner.message)
    }

    /// Returns the kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns what is known of the call's effect.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// Returns the operation that was called, if the error belongs to one.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// Returns what the server said, or what went wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the HTTP status, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns the headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the body of the response. Tokens in it are redacted.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns the attempts in order. It is empty if nothing was sent. This error is about the last one, unless the call
    /// gave up while it waited for a retry.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// Returns how long to wait before the next call: what the server requested, or what is left of a pause that it
    /// requested of another call.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the record that could not be read, if the error is about a single one.
    #[must_use]
    pub fn record(&self) -> Option<&RecordError> {
        self.0.record.as_ref()
    }

    /// Returns the report of the upload that failed with this error, with the outcome of each row: a
    /// [`BulkReport`](crate::BulkReport) of the model, or an [`IngestReport`](crate::IngestReport).
    ///
    /// ```no_run
    /// # async fn example(planhat: planhat_sdk::Planhat, companies: Vec<planhat_sdk::CompanyPatch>) {
    /// use planhat_sdk::{BulkReport, Company};
    ///
    /// if let Err(error) = planhat.companies().bulk_upsert(companies).await {
    ///     let report = error.report::<BulkReport<Company>>();
    ///     println!("{error}: {} rows can be sent again", report.map_or(0, |report| report.retryable().count()));
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn report<R: 'static>(&self) -> Option<&R> {
        self.0.report.as_ref()?.downcast_ref()
    }

    /// Returns whether the record or path does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Returns whether the same call may succeed later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        use ErrorKind::{Connect, Network, RateLimited, Server, Timeout};
        matches!(self.0.kind, Connect | Timeout | Network | RateLimited | Server) || self.0.status == Some(425)
    }

    /// Returns whether every other call of the same operation would fail in the same way, and this one changed nothing.
    pub(crate) fn is_fatal(&self) -> bool {
        use ErrorKind::{Configuration, Connect, Forbidden, Invalid, NotFound, RateLimited, Timeout, Unauthorized};
        let concerns_all = matches!(
            self.0.kind,
            Configuration | Connect | Forbidden | Invalid | NotFound | RateLimited | Timeout | Unauthorized
        );
        concerns_all && !self.0.effect.may_have_changed()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let is_missing = self.is_not_found() && inner.operation.is_some_and(Operation::only_reads);
        let effect = if is_missing { "not found".to_owned() } else { inner.effect.to_string() };
        write!(f, "{} ({effect}", self.summary())?;
        if inner.attempts.len() > 1 {
            write!(f, ", {} attempts: {}", inner.attempts.len(), attempt::in_brief(&inner.attempts))?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("effect", &inner.effect)
            .field("operation", &inner.operation.map(|operation| operation.name))
            .field("status", &inner.status)
            .field("message", &inner.message)
            .field("attempts", &inner.attempts)
            .field("record", &inner.record)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {}
