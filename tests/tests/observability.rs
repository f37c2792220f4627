//! What a subscriber sees of a call: OpenTelemetry's names, and nothing that is a secret or a person's.
//!
//! A program of its own: whether a span is listened to is decided for all threads of a process at once.

#![cfg(test)]

use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

use planhat_sdk::{CompanyPatch, ExternalId, Id, NewActivity, NewEnduser, Planhat, RetryPolicy};
use planhat_tests::wire::{Server, answer};
use tokio::sync::{Mutex as Turn, MutexGuard};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

const API_TOKEN: &str = "s3cret-api-token";
const TENANT_TOKEN: &str = "t3nant-0b7c2d1e-aaaa-4bbb";

/// One test listens at a time.
static TURN: Turn<()> = Turn::const_new(());

fn client(server: &Server) -> Planhat {
    let policy = RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(2));
    let builder = Planhat::builder().base_url(server.url()).api_token(API_TOKEN).tenant_token(TENANT_TOKEN);
    builder.without_quota().retry(policy).build().unwrap()
}

/// Everything that is logged, and each span with all its fields when it ends.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    async fn listen(&self, level: LevelFilter) -> (tracing::subscriber::DefaultGuard, MutexGuard<'static, ()>) {
        let turn = TURN.lock().await;
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        (tracing::subscriber::set_default(subscriber), turn)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines in which a span of this name ends.
    fn ended(&self, span: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.contains(": close ") && innermost(line) == span);
        lines.map(str::to_owned).collect()
    }
}

/// The last of our spans that a line names.
fn innermost(line: &str) -> &str {
    let start = line.rfind("planhat.attempt{").or_else(|| line.rfind("planhat.call{"));
    start.and_then(|start| line[start..].split('{').next()).unwrap_or_default()
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_call_is_a_span_and_each_attempt_is_one_in_it() {
    let log = Log::default();
    let _listening = log.listen(LevelFilter::TRACE).await;
    let server =
        Server::start(|place, _| if place == 0 { answer(503, "") } else { answer(200, r#"{"_id": "c1"}"#) }).await;
    client(&server).companies().update(Id::new("c1"), CompanyPatch::new().name("B")).await.unwrap();
    let (calls, attempts) = (log.ended("planhat.call"), log.ended("planhat.attempt"));
    assert_eq!((calls.len(), attempts.len()), (1, 2), "{}", log.text());
    let port = server.url().rsplit(':').next().unwrap().to_owned();
    for field in [
        r#"otel.name="companies.update""#,
        r#"http.request.method="PUT""#,
        r#"url.template="/companies/{id}""#,
        "http.response.status_code=200",
        "planhat.retries=1",
    ] {
        assert!(calls[0].contains(field), "{field} in {}", calls[0]);
    }
    for field in [
        "otel.name=PUT /companies/{id}",
        r#"otel.kind="client""#,
        r#"server.address="127.0.0.1""#,
        &format!("server.port={port}"),
        "http.request.body.size=12",
    ] {
        assert!(attempts.iter().all(|attempt| attempt.contains(field)), "{field} in {attempts:?}");
    }
    assert!(attempts[0].contains("http.response.status_code=503") && attempts[0].contains(r#"error.type="503""#));
    assert!(!attempts[0].contains("resend_count") && attempts[1].contains("http.request.resend_count=1"));
}

#[tokio::test]
async fn fields_of_an_attempt_stay_out_of_other_spans_if_its_own_is_disabled() {
    let log = Log::default();
    let _listening = log.listen(LevelFilter::INFO).await;
    let server =
        Server::start(|place, _| if place == 0 { answer(503, "") } else { answer(200, r#"{"_id": "c1"}"#) }).await;
    client(&server).companies().get(Id::new("c1")).await.unwrap();
    let calls = log.ended("planhat.call");
    assert_eq!((calls.len(), log.ended("planhat.attempt").len()), (1, 0));
    assert!(!calls[0].contains("503") && !calls[0].contains("ERROR"), "{}", calls[0]);
    assert!(calls[0].contains("http.response.status_code=200"), "{}", calls[0]);
}

#[tokio::test]
async fn no_token_body_or_query_value_is_logged_at_any_level() {
    const PERSON: &str = "jane.doe@example.com";
    let log = Log::default();
    let _listening = log.listen(LevelFilter::TRACE).await;
    for status in [200, 400, 503] {
        let body = format!(r#"{{"_id": "secret-id", "email": "{PERSON}", "message": "{API_TOKEN} {TENANT_TOKEN}"}}"#);
        let server = Server::start(move |_, _| answer(status, &body)).await;
        let planhat = client(&server);
        let _ = planhat.endusers().create(NewEnduser::with_email(PERSON)).await;
        let _ = planhat.endusers().get(ExternalId::new("secret-id")).await;
        let _ = planhat.endusers().list().email(PERSON).collect().await;
        let _ = planhat.activities().track(NewActivity::with_email(PERSON)).await;
        let _ = planhat.endusers().bulk_upsert([NewEnduser::with_email(PERSON)]).await;
    }
    let text = log.text();
    assert!(log.ended("planhat.call").len() >= 15, "{text}");
    for secret in [PERSON, "jane.doe", API_TOKEN, TENANT_TOKEN, "secret-id"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is logged");
    }
}
