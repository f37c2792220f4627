//! From a path template to a URL.

use std::net::IpAddr;

use reqwest::Url;

use super::{Request, Transport, of_host};
use crate::{
    error::Error,
    operation::{Auth, Host},
};

impl Transport {
    pub(super) fn url(&self, request: &Request) -> Result<Url, Error> {
        let operation = request.operation;
        self.fill(request).map_err(|error| error.at(operation))
    }

    fn fill(&self, request: &Request) -> Result<Url, Error> {
        let operation = request.operation;
        let mut url = of_host(&self.bases, operation)?.clone();
        {
            let Ok(mut segments) = url.path_segments_mut() else {
                return Err(Error::invalid("the base URL cannot have a path"));
            };
            segments.pop_if_empty();
            for segment in operation.path.split('/').skip(1) {
                match segment {
                    "{id}" => segments.push(checked(request.id.as_deref().unwrap_or_default())?),
                    "{tenant}" => segments.push(self.credentials.token(Auth::TenantInPath)?),
                    plain => segments.push(plain),
                };
            }
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        match url.as_str().len() {
            // Not shown: it may hold the tenant token, and is too long anyway.
            length if length > LONGEST_URL => Err(Error::invalid(format!(
                "the URL would be {length} bytes long, and servers take {LONGEST_URL} at most; is the id or filter right?"
            ))),
            _ => Ok(url),
        }
    }
}

/// The longest URL that is sent, in bytes: what common servers and proxies take as the first line of a request is 8 KB.
const LONGEST_URL: usize = 8_000;

/// An id that is a path segment. An empty one would address the whole collection, and dots would be
/// taken for a place in the path.
fn checked(id: &str) -> Result<&str, Error> {
    match id {
        "" | "extid-" | "srcid-" => Err(Error::invalid("the id is empty")),
        "." | ".." => Err(Error::invalid(format!("`{id}` is not an id"))),
        // URLs lose tabs and line ends, so that another record would be addressed.
        _ if id.contains(char::is_control) => {
            Err(Error::invalid(format!("the id {id:?} holds a control character; was it read without a trim?")))
        }
        _ => Ok(id),
    }
}

/// Whether a URL is on the machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

/// Whether a base URL is one of Planhat's own for the host: the general one or a regional one.
pub(crate) fn is_planhat(base: &Url, host: &Host) -> bool {
    let base = base.as_str().trim_end_matches('/');
    let regional = host.regional.and_then(|template| template.split_once("{region}")).is_some_and(|(start, end)| {
        let region = base.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        region.is_some_and(|region| !region.contains(['.', '/']))
    });
    regional || base == host.url
}
