//! The body of a response, read under limits.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Response, header::HeaderMap};
use tokio::{task::coop::consume_budget, time::timeout};

use super::{
    Transport,
    connection::failure,
    effect::{effect_once_answered, may_hold_outcomes},
};
use crate::{
    error::{Error, ErrorKind},
    operation::Operation,
    redact::Redacted,
};

/// How much of the body of an error response is read.
const MAX_ERROR_BODY: usize = 1 << 20;
/// The end of a cut body that is dropped. It may be a part of a token, which redaction would not find; no token is
/// longer, however it is written.
const DROPPED: usize = 8 << 10;
/// How much memory is reserved because a server says how long its response is.
const MAX_RESERVED: usize = 8 << 20;
/// The end of a body that was cut.
const CUT: &[u8] = b"[cut after 1 MiB]";

/// How long a response may be, and how long it may stall.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadLimits {
    /// The longest body, decompressed.
    pub max_bytes: usize,
    /// The longest time without a byte.
    pub timeout: Duration,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { max_bytes: 256 << 20, timeout: Duration::from_secs(30) }
    }
}

impl Transport {
    /// Reads a body, of which no more is ever in memory than its limit.
    pub(super) async fn read_body(
        &self,
        mut response: Response,
        operation: &'static Operation,
    ) -> Result<Bytes, Error> {
        let status = response.status().as_u16();
        if status >= 300 && !may_hold_outcomes(operation.kind, status) {
            return Ok(self.read_error_body(response).await);
        }
        let ReadLimits { max_bytes, timeout } = self.read_limits;
        let is_too_long = response.content_length().is_some_and(|length| length > max_bytes as u64);
        let mut body = Body::default();
        let read =
            if is_too_long { Err(Incomplete::TooLong) } else { body.read(&mut response, max_bytes, timeout).await };
        let (kind, problem) = match read {
            Ok(()) => return Ok(body.into_bytes()),
            Err(Incomplete::Broken(error)) => return Err(failure(error, Some(status), operation)),
            Err(Incomplete::Stalled) => {
                (ErrorKind::Timeout, format!("the response stalled for {timeout:?}, the `read_timeout`"))
            }
            Err(Incomplete::TooLong) => (
                ErrorKind::Decode,
                format!("the response is longer than {max_bytes} bytes, the limit set by `max_response_bytes`"),
            ),
        };
        let error = Error::new(kind, effect_once_answered(status, operation), problem).at(operation);
        Err(if kind == ErrorKind::Decode {
            error.with_response(status, HeaderMap::new(), Redacted::default())
        } else {
            error
        })
    }

    /// Reads as much of a body as an error needs, whose status says enough without one.
    async fn read_error_body(&self, mut response: Response) -> Bytes {
        let mut body = Body::default();
        match body.read(&mut response, MAX_ERROR_BODY, self.read_limits.timeout).await {
            Ok(()) => body.into_bytes(),
            Err(Incomplete::TooLong) => self.cut(&body.into_bytes()),
            Err(Incomplete::Stalled | Incomplete::Broken(_)) => Bytes::new(),
        }
    }

    /// The start of a body that was not read to its end, without tokens and without a part of one.
    fn cut(&self, body: &Bytes) -> Bytes {
        let clean = self.credentials.redact_body(body);
        let end = clean.len().min(MAX_ERROR_BODY).saturating_sub(DROPPED);
        let mut cut = BytesMut::from(clean.get(..end).unwrap_or_default());
        cut.extend_from_slice(CUT);
        cut.freeze()
    }
}

/// A message about a body, which says so if the body was cut.
pub(super) fn with_note_of_cut(message: String, body: &[u8]) -> String {
    if body.ends_with(CUT) { format!("{message} (the body was cut after 1 MiB)") } else { message }
}

/// Why a body was not read to its end.
enum Incomplete {
    TooLong,
    Stalled,
    Broken(reqwest::Error),
}

/// What has been read of a body.
#[derive(Default)]
struct Body {
    /// The only chunk so far, which is then the body as it is.
    first: Bytes,
    /// All chunks, if there are several. They are copied, since a chunk may be a byte.
    all: BytesMut,
}

impl Body {
    /// Reads to the end, or to the limit.
    async fn read(&mut self, response: &mut Response, max: usize, stall: Duration) -> Result<(), Incomplete> {
        loop {
            let expected = response.content_length().and_then(|length| length.try_into().ok()).unwrap_or(0);
            let chunk = timeout(stall, response.chunk()).await.map_err(|_| Incomplete::Stalled)?;
            let Some(chunk) = chunk.map_err(Incomplete::Broken)? else { return Ok(()) };
            let room = max.saturating_sub(self.first.len() + self.all.len());
            if chunk.len() > room {
                self.push(chunk.slice(..room), 0);
                return Err(Incomplete::TooLong);
            }
            self.push(chunk, expected);
            // A few compressed bytes make many chunks, which are there without any waiting.
            consume_budget().await;
        }
    }

    /// `expected`: how long the body will be from here on, as far as the server says the truth.
    fn push(&mut self, chunk: Bytes, expected: usize) {
        if self.all.is_empty() {
            if self.first.is_empty() {
                self.first = chunk;
                return;
            }
            self.all.reserve(self.first.len() + expected.clamp(chunk.len(), MAX_RESERVED.max(chunk.len())));
            self.all.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&chunk);
    }

    fn into_bytes(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_become_one_body() {
        for sizes in [&[][..], &[0], &[5], &[0, 5, 0], &[5, 3], &[1, 0, 2, 900, 1]] {
            let chunks: Vec<Bytes> = sizes.iter().map(|size| Bytes::from(vec![b'0'; *size])).collect();
            for expected in [0, 7, usize::MAX] {
                let mut body = Body::default();
                for chunk in &chunks {
                    body.push(chunk.clone(), expected);
                }
                assert_eq!(body.into_bytes(), chunks.concat(), "{sizes:?}");
            }
        }
    }
}
