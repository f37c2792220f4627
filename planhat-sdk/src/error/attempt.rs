use std::{fmt, time::Duration};

use super::{Effect, Error, ErrorKind};

/// One attempt of a call that failed in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// How it failed.
    pub kind: ErrorKind,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// What is known of its effect.
    pub effect: Effect,
    /// What the server said, or what went wrong.
    pub message: String,
    /// The pause before the next attempt; zero for the last one.
    pub pause: Duration,
}

impl Attempt {
    pub(crate) fn of(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            status: error.status(),
            effect: error.effect(),
            message: error.message().to_owned(),
            pause: Duration::ZERO,
        }
    }

    pub(crate) fn then_pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Returns a summary in a word or two.
    fn brief(&self) -> String {
        match (self.status, self.kind) {
            (Some(status @ 400..), _) => status.to_string(),
            (_, ErrorKind::Connect) => "no connection".to_owned(),
            (_, ErrorKind::Timeout) => "timeout".to_owned(),
            (_, ErrorKind::Network) => "broken connection".to_owned(),
            _ => "unusable response".to_owned(),
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.filter(|status| *status >= 400);
        let status = status.map(|status| format!("{status}: ")).unwrap_or_default();
        write!(f, "{status}{} ({})", self.message, self.effect)
    }
}

/// Summarises how the attempts failed, in order: `503, timeout, 503`, and `3 × 503` for what repeats.
pub(super) fn in_brief(attempts: &[Attempt]) -> String {
    let mut runs: Vec<(String, usize)> = Vec::new();
    for attempt in attempts {
        let brief = attempt.brief();
        match runs.last_mut() {
            Some((last, times)) if *last == brief => *times += 1,
            _ => runs.push((brief, 1)),
        }
    }
    let shown = runs.into_iter().map(|(brief, times)| if times > 1 { format!("{times} × {brief}") } else { brief });
    shown.collect::<Vec<_>>().join(", ")
}
