use std::sync::Arc;

use reqwest::Url;

use super::Builder;
use crate::{
    error::Effect,
    transport::quota::{Quota, QuotaSettings, SlidingWindow},
};

fn urls(builder: &Builder) -> Vec<String> {
    builder.bases().unwrap().iter().map(Url::to_string).collect()
}

#[test]
fn a_region_moves_the_main_host_only() {
    let urls = urls(&Builder::default().region("us3"));
    assert_eq!(urls, ["https://api-us3.planhat.com/", "https://analytics.planhat.com/"]);
}

#[test]
fn a_test_server_stands_for_every_host() {
    let server = "http://127.0.0.1:8080";
    assert_eq!(urls(&Builder::default().base_url(server)), ["http://127.0.0.1:8080/", "http://127.0.0.1:8080/"]);
    let elsewhere = Builder::default().base_url(server).analytics_url("http://127.0.0.1:9090");
    assert_eq!(urls(&elsewhere), ["http://127.0.0.1:8080/", "http://127.0.0.1:9090/"]);
}

#[test]
fn a_url_that_only_looks_like_planhats_is_a_test_server() {
    let urls = urls(&Builder::default().base_url("https://api-x.example.com/api-.planhat.com"));
    assert!(urls[1].starts_with("https://api-x.example.com/"));
}

#[test]
fn mistakes_are_told_in_words() {
    let quota = SlidingWindow::new(QuotaSettings::default()).unwrap();
    let cases = [
        (Builder::default().base_url("planhat"), "not a valid URL"),
        (Builder::default().base_url("ftp://planhat.com"), "an http or https URL"),
        (Builder::default().base_url("http://api.planhat.com"), "plain http"),
        (Builder::default().base_url("http://127.0.0.1").analytics_url("http://10.0.0.1"), "plain http"),
        (Builder::default().base_url("https://u:p@planhat.com"), "no user name or password"),
        (Builder::default().region("us3.evil"), "`region` is not one"),
        (Builder::default().region("0123456789abcdef0123456789abcdef"), "`region` is not one"),
        (Builder::default().region("us3").base_url("https://x.org"), "give one of them"),
        (Builder::default().api_token("a b"), "API token"),
        (Builder::default().tenant_token(""), "tenant token"),
        (Builder::default().tenant_token(".."), "tenant token"),
        (Builder::default().tenant_token("."), "tenant token"),
        (Builder::default().calls_per_minute(0), "0 calls per minute"),
        (Builder::default().quota_settings(QuotaSettings::default().per_second(0)), "0 calls per second"),
        (Builder::default().quota_settings(QuotaSettings::default().in_flight(0)), "0 calls in flight"),
        (Builder::default().calls_per_minute(9).quota(quota), "give it or the settings"),
    ];
    for (builder, words) in cases {
        let error = builder.build().unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.effect(), Effect::NotSent);
    }
}

#[test]
fn plain_http_is_for_the_machine_itself_unless_it_is_allowed() {
    for here in ["http://localhost:1", "http://LOCALHOST", "http://127.8.9.1", "http://[::1]:8080"] {
        Builder::default().base_url(here).build().unwrap();
    }
    for elsewhere in ["http://0.0.0.0", "http://localhost.example.com", "http://127.0.0.1.nip.io", "http://[::2]"] {
        let builder = Builder::default().base_url(elsewhere);
        assert!(builder.clone().build().unwrap_err().to_string().contains("plain http"), "{elsewhere}");
        builder.allow_http().build().unwrap();
    }
}

#[test]
fn a_quota_is_for_hosts_that_have_one_and_can_be_shared() {
    let shared: Arc<dyn Quota> = Arc::new(SlidingWindow::new(QuotaSettings::default()).unwrap());
    let client = Builder::default().quota(Arc::clone(&shared)).build().unwrap();
    assert_eq!(client.transport().quotas.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    assert_eq!(Arc::strong_count(&shared), 2);
    let unlimited = Builder::default().without_quota().build().unwrap();
    assert!(unlimited.transport().quotas.iter().all(Option::is_none));
}

#[test]
fn calls_per_minute_leaves_the_other_figures_alone() {
    let settings = QuotaSettings::default().in_flight(7);
    let builder = Builder::default().quota_settings(settings).calls_per_minute(100);
    assert_eq!(builder.quota_settings, Some(settings.per_minute(100)));
}

#[test]
fn no_debug_output_shows_a_token() {
    let builder = Builder::default().api_token("s3cret").tenant_token("t3nant");
    let client = builder.clone().build().unwrap();
    let shown = format!("{builder:?} {client:?} {:?}", client.transport());
    assert!(!shown.contains("s3cret") && !shown.contains("t3nant"), "{shown}");
}
