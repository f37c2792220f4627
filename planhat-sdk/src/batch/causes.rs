use std::sync::{Mutex, MutexGuard};

use crate::{
    error::{Error, ErrorKind},
    lock::lock,
};

/// The reason why the calls of an upload failed, if it is the same for all of them.
#[derive(Debug, Default)]
pub(crate) struct Causes(Mutex<Cause>);

#[derive(Debug, Default)]
enum Cause {
    #[default]
    None,
    One(Box<Error>),
    /// Several reasons, or one that concerns rows and not the upload.
    Several,
}

impl Causes {
    /// Adds the error of a call that failed as a whole.
    pub fn add(&self, error: &Error) {
        let mut cause = self.lock();
        *cause = match std::mem::take(&mut *cause) {
            // What is refused like this, is refused for its content.
            _ if error.kind() == ErrorKind::Rejected => Cause::Several,
            Cause::None => Cause::One(Box::new(error.clone())),
            Cause::One(first) if is_the_same(&first, error) => Cause::One(first),
            Cause::One(_) | Cause::Several => Cause::Several,
        };
    }

    /// Notes that rows have outcomes of their own.
    pub fn add_rows(&self) {
        *self.lock() = Cause::Several;
    }

    /// Returns the first of the errors, if all have the same cause.
    pub fn common(&self) -> Option<Error> {
        match &*self.lock() {
            Cause::One(error) => Some((**error).clone()),
            Cause::None | Cause::Several => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Cause> {
        lock(&self.0)
    }
}

/// Whether two calls failed for one reason: the same kind and status, or an outage, which shows itself in many ways.
fn is_the_same(one: &Error, other: &Error) -> bool {
    is_outage(one) && is_outage(other) || (one.kind(), one.status()) == (other.kind(), other.status())
}

fn is_outage(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Network | ErrorKind::Server)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::{error::Effect, redact::Redacted};

    fn common(errors: &[(ErrorKind, u16)]) -> Option<ErrorKind> {
        let causes = Causes::default();
        for (kind, status) in errors {
            let error = Error::new(*kind, Effect::Unknown, "");
            causes.add(&error.with_response(*status, HeaderMap::new(), Redacted::default()));
        }
        causes.common().map(|error| error.kind())
    }

    #[test]
    fn errors_of_one_kind_and_status_and_all_signs_of_an_outage_are_one_reason() {
        use ErrorKind::{Connect, Decode, Forbidden, Network, RateLimited, Server, Timeout, Unauthorized};
        assert_eq!(common(&[(Forbidden, 403), (Forbidden, 403)]), Some(Forbidden));
        assert_eq!(common(&[(Timeout, 0), (Server, 503), (Server, 500), (Network, 0), (Connect, 0)]), Some(Timeout));
        assert_eq!(common(&[(Decode, 200), (Decode, 206)]), None);
        assert_eq!(common(&[(Unauthorized, 401), (Forbidden, 403)]), None);
        assert_eq!(common(&[(Unauthorized, 401), (Forbidden, 403), (Unauthorized, 401)]), None);
        assert_eq!(common(&[(Server, 500), (RateLimited, 429)]), None);
        assert_eq!(common(&[(RateLimited, 429), (Server, 500)]), None);
        assert_eq!(common(&[]), None);
    }

    #[test]
    fn what_concerns_the_content_of_rows_is_no_reason_of_the_upload() {
        assert_eq!(common(&[(ErrorKind::Rejected, 400)]), None);
        let causes = Causes::default();
        causes.add_rows();
        causes.add(&Error::new(ErrorKind::Server, Effect::Unknown, ""));
        assert!(causes.common().is_none());
    }
}
