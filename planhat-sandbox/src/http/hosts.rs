//! The names under which the sandbox answers. A web page from elsewhere can make a browser send requests to this machine
//! under a name of its own; such a name is refused.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};

/// The names that are allowed beside those of this machine.
#[derive(Clone, Default)]
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    pub(crate) fn allow(&mut self, name: String) {
        self.0.push(name);
    }

    /// Whether a request is for an allowed name. One that names no host is not.
    pub(crate) fn admit(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        // A target that is a whole URL counts before the header.
        let host = uri.host().or_else(|| {
            let host = headers.get(header::HOST)?.to_str().ok()?;
            Some(
                host.rsplit_once(':')
                    .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
                    .map_or(host, |(name, _)| name),
            )
        });
        host.is_some_and(|host| is_own(host) || self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)))
    }
}

fn is_own(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn admits(hosts: &Hosts, target: &'static str, host: Option<&'static str>) -> bool {
        let host = host.map(|host| (header::HOST, HeaderValue::from_static(host)));
        hosts.admit(&Uri::from_static(target), &host.into_iter().collect())
    }

    #[test]
    fn only_names_of_this_machine_and_allowed_ones_are_admitted() {
        let mut hosts = Hosts::default();
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.1.2.3:80", "[::1]:8080", "[::1]"] {
            assert!(admits(&hosts, "/companies", Some(own)), "{own}");
        }
        for foreign in
            ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "", ":80"]
        {
            assert!(!admits(&hosts, "/companies", Some(foreign)), "{foreign}");
        }
        assert!(!admits(&hosts, "/companies", None));
        assert!(!admits(&hosts, "http://evil.example/companies", Some("localhost")));
        assert!(admits(&hosts, "http://localhost:8080/companies", Some("evil.example")));
        hosts.allow("sandbox".to_owned());
        assert!(admits(&hosts, "/companies", Some("Sandbox:8080")));
        assert!(!admits(&hosts, "/companies", Some("sandbox.evil.example")));
    }
}
