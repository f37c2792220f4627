//! One call after another, within the quota.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};

/// How often a call is made at most when the server is busy.
const ATTEMPTS: u32 = 4;

/// How long to wait if the server is busy and does not say for how long.
const PAUSE: Duration = Duration::from_secs(20);

/// How long to wait at most. The quota is counted by the minute.
const LONGEST: Duration = Duration::from_secs(120);

/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Why nothing more is recorded.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// There is no token.
    #[error("there is no token; set PLANHAT_API_TOKEN to that of a private app, best one that may only read")]
    NoToken,
    /// The token cannot be sent.
    #[error("PLANHAT_API_TOKEN has characters that no token has")]
    BadToken,
    /// The token would be sent for all to read.
    #[error("a token may not be sent to {0}; use https, or http to this machine")]
    BadUrl(String),
    /// The token is refused.
    #[error("the token is refused (401); a token counts in its own region only, whose URL `--url` takes")]
    Refused,
    /// The server stays busy.
    #[error("the quota stays used up; try again later")]
    Busy,
    /// There would be too many calls.
    #[error("{0} calls were made, which is as many as may be; name a model with `--model`")]
    TooMany(u32),
    /// No answer.
    #[error("{path} gave no answer")]
    NoAnswer {
        /// What was read.
        path: String,
        /// Why.
        source: reqwest::Error,
    },
    /// Nothing that was read is a list: to go on would look as if nothing had drifted.
    #[error(
        "no list can be read; the answers have the status {}; the token must be one that may read, and `--url` that \
         of the API",
        .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )]
    NothingRead(BTreeSet<u16>),
    /// The result cannot be written, or the program cannot run.
    #[error("the recording cannot be made")]
    Io(#[source] std::io::Error),
}

/// Reads paths and remembers how many calls were made.
#[derive(Debug)]
pub struct Recorder<'a> {
    client: Client,
    url: &'a str,
    token: &'a str,
    header: HeaderValue,
    calls: u32,
    most: u32,
    /// Whether an answer was one to look at.
    has_read: bool,
    /// The status of the answers that were not.
    unread: BTreeSet<u16>,
}

impl<'a> Recorder<'a> {
    /// Reads from a URL with a token, with a limited number of calls.
    ///
    /// # Errors
    ///
    /// If the token must not or cannot be sent.
    pub fn new(url: &'a str, token: &'a str, most: u32) -> Result<Self, Failure> {
        let url = url.trim_end_matches('/');
        if !is_safe(url) {
            return Err(Failure::BadUrl(url.to_owned()));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| Failure::BadToken)?;
        header.set_sensitive(true);
        // The token is not to follow a redirect.
        let client = Client::builder().redirect(redirect::Policy::none()).timeout(TIMEOUT).build();
        let client = client.map_err(|source| Failure::NoAnswer { path: url.to_owned(), source })?;
        Ok(Self { client, url, token, header, calls: 0, most, has_read: false, unread: BTreeSet::new() })
    }

    /// Reads a path, and tells the call with its answer.
    ///
    /// # Errors
    ///
    /// If nothing more can be read.
    pub async fn record(&mut self, path: &str) -> Result<Value, Failure> {
        for attempt in 1..=ATTEMPTS {
            let answer = self.call(path).await?;
            match answer.status() {
                StatusCode::UNAUTHORIZED => return Err(Failure::Refused),
                StatusCode::TOO_MANY_REQUESTS if attempt < ATTEMPTS => tokio::time::sleep(pause(&answer)).await,
                StatusCode::TOO_MANY_REQUESTS => break,
                _ => return self.keep(path, answer).await,
            }
        }
        Err(Failure::Busy)
    }

    /// Ends the recording.
    ///
    /// # Errors
    ///
    /// If there is nothing in it to look at.
    pub fn finish(self) -> Result<(), Failure> {
        if self.has_read { Ok(()) } else { Err(Failure::NothingRead(self.unread)) }
    }

    async fn call(&mut self, path: &str) -> Result<Response, Failure> {
        if self.calls >= self.most {
            return Err(Failure::TooMany(self.calls));
        }
        self.calls += 1;
        let request = self.client.get(format!("{}{path}", self.url)).header(AUTHORIZATION, &self.header);
        request.send().await.map_err(|source| no_answer(path, source))
    }

    /// The call as a line of a recording. A body that is not JSON is left out, and so is the token if the server sends it back.
    async fn keep(&mut self, path: &str, answer: Response) -> Result<Value, Failure> {
        let (status, is_success) = (answer.status().as_u16(), answer.status().is_success());
        let body = answer.text().await.map_err(|source| no_answer(path, source))?;
        let body: Value = body.replace(self.token, "{token}").parse().unwrap_or_default();
        if is_success && !body.is_null() {
            self.has_read = true;
        } else {
            self.unread.insert(status);
        }
        Ok(json!({"method": "GET", "path": path, "status": status, "body": body}))
    }
}

fn no_answer(path: &str, source: reqwest::Error) -> Failure {
    Failure::NoAnswer { path: path.to_owned(), source: source.without_url() }
}

/// Whether nobody between here and there can read a token that is sent to a URL.
fn is_safe(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

/// How long the server asks to wait.
fn pause(answer: &Response) -> Duration {
    let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    seconds.map_or(PAUSE, Duration::from_secs).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_to_nobody_in_the_clear() {
        for url in ["https://api.example.com", "http://127.0.0.1:80", "http://localhost:1", "http://[::1]:1"] {
            assert!(is_safe(url), "{url}");
        }
        for url in ["http://api.example.com", "http://localhost.example.com", "ftp://localhost", "api.example.com", ""]
        {
            assert!(!is_safe(url), "{url}");
        }
    }
}
