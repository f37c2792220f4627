//! The base URL of each host.

use reqwest::Url;

use super::builder::Builder;
use crate::{error::Error, generated::HOSTS, transport::is_planhat};

impl Builder {
    /// The base URL of each host. The first host is the main one.
    pub(super) fn bases(&self) -> Result<Vec<Url>, Error> {
        let main = self.main_url()?;
        HOSTS
            .iter()
            .enumerate()
            .map(|(index, host)| {
                if index == 0 {
                    return Ok(main.clone());
                }
                match (&self.analytics_url, HOSTS.first()) {
                    (Some(url), _) => parse(url),
                    (None, Some(first)) if is_planhat(&main, first) => parse(host.url),
                    (None, _) => Ok(main.clone()),
                }
            })
            .collect()
    }

    fn main_url(&self) -> Result<Url, Error> {
        let host = HOSTS.first().ok_or_else(|| Error::misconfigured("the schema names no host"))?;
        match (&self.base_url, &self.region) {
            (Some(_), Some(_)) => {
                Err(Error::misconfigured("`base_url` and `region` both name a host; give one of them"))
            }
            (Some(url), None) => parse(url),
            (None, Some(region)) if !is_region(region) => {
                // Not repeated, since it may be a token in the wrong place.
                Err(Error::misconfigured("`region` is not one; regions are called `eu2` or `us3`"))
            }
            (None, Some(region)) => match host.regional {
                Some(template) => parse(&template.replace("{region}", region)),
                None => Err(Error::misconfigured("this host has no regions")),
            },
            (None, None) => parse(host.url),
        }
    }
}

/// The longest name of a region: longer than those that are known, and shorter than a token.
const LONGEST_REGION: usize = 8;

fn is_region(text: &str) -> bool {
    (1..=LONGEST_REGION).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The text is not repeated in messages, since it may hold a secret.
fn parse(text: &str) -> Result<Url, Error> {
    if text.contains('@') {
        return Err(Error::misconfigured("a base URL holds no user name or password; give tokens to the builder"));
    }
    Err(Error::misconfigured(match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() => {
            "a base URL is an http or https URL, such as `https://api.planhat.com`"
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => "a base URL has no query and no fragment",
        Ok(url) => return Ok(url),
        Err(_) => "a base URL is not a valid URL; one is written like `https://api.planhat.com`",
    }))
}
