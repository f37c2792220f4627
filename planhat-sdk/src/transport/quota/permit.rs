//! The right to send one request.

use std::fmt;

/// The right to send one request, held while the request is in flight.
///
/// It ends once: with [`complete`](Self::complete), or by being dropped.
pub struct Permit {
    release: Option<Box<dyn FnOnce(PermitEnd) + Send>>,
}

/// How a [`Permit`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PermitEnd {
    /// The response was received, or it is certain that the request was not sent.
    Completed,
    /// The caller gave up without a response: a timeout, a broken connection, a dropped future. The request may
    /// still be on its way to the server.
    Abandoned,
}

impl Permit {
    /// Creates a permit that calls `release` once, when it ends.
    ///
    /// To release a guard however the permit ends, move it in: `Permit::new(move |_| drop(guard))`.
    #[must_use]
    pub fn new(release: impl FnOnce(PermitEnd) + Send + 'static) -> Self {
        Self { release: Some(Box::new(release)) }
    }

    /// Ends the permit of a request whose response was received, or that was certainly not sent.
    pub fn complete(mut self) {
        self.end(PermitEnd::Completed);
    }

    fn end(&mut self, end: PermitEnd) {
        if let Some(release) = self.release.take() {
            release(end);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.end(PermitEnd::Abandoned);
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_permit_ends_once_either_way() {
        let (ended, ends) = channel();
        let permit = || {
            let ended = ended.clone();
            Permit::new(move |end| ended.send(end).unwrap())
        };
        permit().complete();
        drop(permit());
        drop(ended);
        assert_eq!(ends.iter().collect::<Vec<_>>(), [PermitEnd::Completed, PermitEnd::Abandoned]);
    }
}
