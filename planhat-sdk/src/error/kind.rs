use std::fmt;

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is not set up for this call, for example a token is missing or the certificate of the server is
    /// not accepted.
    Configuration,
    /// The call cannot be sent as it is, for example with an empty id.
    Invalid,
    /// No connection to the host, or none to be had: the host has been down for longer than the call waits.
    Connect,
    /// No response in time, 408, or the deadline of the call was over before it could be sent.
    Timeout,
    /// The connection broke.
    Network,
    /// 401: the token is wrong, or belongs to another region.
    Unauthorized,
    /// 403: the token lacks the permission.
    Forbidden,
    /// 404: no such record or path.
    NotFound,
    /// Too many calls: 429 also after waiting, or a wait for the rate limit that exceeds the deadline of the call.
    RateLimited,
    /// Another 4xx: Planhat does not accept the call.
    Rejected,
    /// 5xx: a failure on Planhat's side.
    Server,
    /// The response is not valid.
    Decode,
}

/// What is known of the effect of a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// The call was not sent: nothing changed.
    NotSent,
    /// Planhat refused the call: nothing changed.
    Refused,
    /// The call was carried out; only the response is unusable.
    Applied,
    /// It is unknown whether the call was carried out.
    Unknown,
}

impl Effect {
    pub(crate) fn may_have_changed(self) -> bool {
        matches!(self, Self::Applied | Self::Unknown)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Applied => "carried out",
            Self::Unknown => "outcome unknown",
        })
    }
}
