//! The hosts that requests may name. A web page can make a browser send requests to this machine for a host of its own
//! (DNS rebinding), which must be rejected.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};

/// The hosts that are allowed besides `localhost` and loopback addresses.
#[derive(Clone, Default)]
pub(crate) struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    pub(crate) fn allow(&mut self, name: String) {
        self.0.push(name);
    }

    /// Returns whether a request is for an allowed host. A request without a host is not.
    pub(crate) fn contains_host_of(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        // An absolute URL takes precedence over the header.
        let host = uri.host().or_else(|| {
            let host = headers.get(header::HOST)?.to_str().ok()?;
            Some(
                host.rsplit_once(':')
                    .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
                    .map_or(host, |(name, _)| name),
            )
        });
        host.is_some_and(|host| is_local(host) || self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)))
    }
}

fn is_local(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn contains(hosts: &AllowedHosts, target: &'static str, host: Option<&'static str>) -> bool {
        let host = host.map(|host| (header::HOST, HeaderValue::from_static(host)));
        hosts.contains_host_of(&Uri::from_static(target), &host.into_iter().collect())
    }

    #[test]
    fn only_local_and_allowed_hosts_are_contained() {
        let mut hosts = AllowedHosts::default();
        for local in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.1.2.3:80", "[::1]:8080", "[::1]"] {
            assert!(contains(&hosts, "/companies", Some(local)), "{local}");
        }
        for foreign in
            ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "", ":80"]
        {
            assert!(!contains(&hosts, "/companies", Some(foreign)), "{foreign}");
        }
        assert!(!contains(&hosts, "/companies", None));
        assert!(!contains(&hosts, "http://evil.example/companies", Some("localhost")));
        assert!(contains(&hosts, "http://localhost:8080/companies", Some("evil.example")));
        hosts.allow("sandbox".to_owned());
        assert!(contains(&hosts, "/companies", Some("Sandbox:8080")));
        assert!(!contains(&hosts, "/companies", Some("sandbox.evil.example")));
    }
}
