//! What a failure of the connection means.

use std::{error::Error as StdError, io};

use super::effect::effect_once_answered;
use crate::{
    error::{Effect, Error, ErrorKind},
    operation::Operation,
};

/// `answered` is the status, if the response had begun.
pub(super) fn failure(error: reqwest::Error, answered: Option<u16>, operation: &'static Operation) -> Error {
    // The URL may hold the tenant token.
    let error = error.without_url();
    let effect = match answered {
        Some(status) => effect_once_answered(status, operation),
        None if error.is_connect() => Effect::NotSent,
        None => Effect::Unknown,
    };
    let (kind, what) = match () {
        () if error.is_connect() && is_certificate(&error) => (
            ErrorKind::Configuration,
            "the certificate of the server is not accepted; is the base URL right, is the clock, and does the system \
             trust the certificate of a proxy that may stand between",
        ),
        () if error.is_connect() => (ErrorKind::Connect, "no connection"),
        () if error.is_timeout() => (ErrorKind::Timeout, "no response in time"),
        () => (ErrorKind::Network, "the connection broke"),
    };
    Error::new(kind, effect, format!("{what}: {}", innermost(&error))).at(operation)
}

/// Whether TLS does not accept the server, which the next attempt would not change.
///
/// rustls reports this as invalid data; the libraries of the systems have only words in common. An alert of the
/// server is not final.
fn is_certificate(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        let text = cause.to_string().to_lowercase();
        let is_invalid = cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::InvalidData);
        text.contains("certificate") || (is_invalid && !text.contains("alert"))
    })
}

/// The last cause, which is the one that says something.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}

/// An error and its causes. What an [`io::Error`] wraps is not its source, but the source of that is.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn StdError + 'static) = *error;
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    /// An error that another library reports, with its cause.
    #[derive(Debug)]
    struct Other(&'static str, Option<io::Error>);

    impl fmt::Display for Other {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl StdError for Other {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            self.1.as_ref().map(|cause| cause as _)
        }
    }

    fn connecting(cause: io::Error) -> Other {
        Other("client error (Connect)", Some(cause))
    }

    #[test]
    fn a_certificate_that_is_not_accepted_is_found_wherever_it_stands_among_the_causes() {
        let rustls = || io::Error::new(io::ErrorKind::InvalidData, Other("invalid peer certificate: Expired", None));
        let openssl = Other("error:0A000086:SSL routines::certificate verify failed (self-signed certificate)", None);
        let cases = [
            connecting(rustls()),
            connecting(io::Error::other(rustls())),
            connecting(io::Error::other(Other("tunnel", Some(rustls())))),
            connecting(io::Error::other(openssl)),
            connecting(io::Error::other(Other("The Certificate was not trusted.", None))),
            connecting(io::Error::new(io::ErrorKind::InvalidData, Other("peer is incompatible: no TLS 1.2", None))),
        ];
        for error in cases {
            assert!(is_certificate(&error), "{error:?}");
        }
    }

    #[test]
    fn other_failures_to_connect_are_not_blamed_on_the_certificate() {
        let alert = io::Error::new(io::ErrorKind::InvalidData, Other("received fatal alert: InternalError", None));
        let cases = [
            connecting(io::ErrorKind::ConnectionRefused.into()),
            connecting(io::ErrorKind::UnexpectedEof.into()),
            connecting(io::Error::other("failed to lookup address information")),
            connecting(alert),
        ];
        for error in cases {
            assert!(!is_certificate(&error), "{error:?}");
        }
    }

    #[test]
    fn the_last_cause_is_shown_also_if_an_io_error_wraps_it() {
        let wrapped = io::Error::other(io::Error::other(Other("what it is about", None)));
        assert_eq!(innermost(&connecting(wrapped)), "what it is about");
    }
}
