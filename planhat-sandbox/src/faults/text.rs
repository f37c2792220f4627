//! Faults and fault plans as text.

use std::{fmt, str::FromStr};

use jiff::SignedDuration;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Fault, Faults, FaultsError, RetryAfter, plan::Scripted};

impl FromStr for Faults {
    type Err = FaultsError;

    /// Parses a comma-separated list of parts such as `seed=7`, `reset_after=2%`, `companies.create#3=503` and
    /// `any#1-2=429:1`.
    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let plan = parts.into_iter().try_fold(Self::new(), with_part)?;
        plan.check()?;
        Ok(plan)
    }
}

fn with_part(plan: Faults, part: &str) -> Result<Faults, FaultsError> {
    let invalid = || FaultsError::Part(part.to_owned());
    let (name, value) = part.split_once('=').ok_or_else(invalid)?;
    if name == "seed" {
        return Ok(plan.seed(value.parse().map_err(|_| invalid())?));
    }
    if let Some((operation, requests)) = name.split_once('#') {
        let (first, last) = requests.split_once('-').unwrap_or((requests, requests));
        let number = |text: &str| text.parse::<u64>().map_err(|_| invalid());
        return Ok(plan.scripted(operation.to_owned(), number(first)?..=number(last)?, value.parse()?));
    }
    let fault = name.parse()?;
    let percent: f64 = value.strip_suffix('%').and_then(|number| number.parse().ok()).ok_or_else(invalid)?;
    Ok(plan.random(fault, percent / 100.0))
}

impl FromStr for Fault {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, FaultsError> {
        let (name, parameter) = text.split_once(':').map_or((text, None), |(name, given)| (name, Some(given)));
        let fault = match parameter {
            None => plain(name),
            Some(parameter) => with_parameter(name, parameter),
        };
        fault.ok_or_else(|| FaultsError::UnknownFault(text.to_owned()))
    }
}

fn plain(name: &str) -> Option<Fault> {
    Some(match name {
        "429" => Fault::RateLimited(RetryAfter::Omitted),
        "html" => Fault::Html(502),
        "reset_before" => Fault::ResetBefore,
        "reset_after" => Fault::ResetAfter,
        "truncate" => Fault::Truncate,
        "invalid_json" => Fault::InvalidJson,
        "empty" => Fault::Empty,
        _ => match name.strip_suffix("_after") {
            Some(status) => Fault::ErrorAfter(status.parse().ok()?),
            None => Fault::ErrorBefore(name.parse().ok()?),
        },
    })
}

fn with_parameter(name: &str, parameter: &str) -> Option<Fault> {
    Some(match name {
        "429" => Fault::RateLimited(RetryAfter::Seconds(parameter.parse().ok()?)),
        "429_date" => Fault::RateLimited(RetryAfter::Date(parameter.parse().ok()?)),
        "html" => Fault::Html(parameter.parse().ok()?),
        "body" => {
            let (status, text) = parameter.split_once(':')?;
            Fault::Body(status.parse().ok()?, percent_decode_str(text).decode_utf8().ok()?.into_owned())
        }
        "slow" => Fault::Slow(parameter.parse::<SignedDuration>().ok()?.try_into().ok()?),
        _ => return None,
    })
}

/// Formats the plan in the form that `from_str` parses.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seed = (self.seed != 0).then(|| format!("seed={}", self.seed));
        let script = self.script.iter().map(|Scripted { operation, requests, fault }| {
            let (first, last) = (requests.start(), requests.end());
            let last = if first == last { String::new() } else { format!("-{last}") };
            format!("{operation}#{first}{last}={fault}")
        });
        let random = self.random.iter().map(|(fault, probability)| format!("{fault}={}%", percent(*probability)));
        f.write_str(&seed.into_iter().chain(script).chain(random).collect::<Vec<_>>().join(","))
    }
}

/// Rounds away floating point errors: 7, not 7.000000000000001.
fn percent(probability: f64) -> f64 {
    (probability * 1e11).round() / 1e9
}

/// Formats the fault in the form that `from_str` parses.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RateLimited(RetryAfter::Omitted) => f.write_str("429"),
            Self::RateLimited(RetryAfter::Seconds(seconds)) => write!(f, "429:{seconds}"),
            Self::RateLimited(RetryAfter::Date(seconds)) => write!(f, "429_date:{seconds}"),
            Self::ErrorBefore(status) => write!(f, "{status}"),
            Self::ErrorAfter(status) => write!(f, "{status}_after"),
            Self::Html(status) => write!(f, "html:{status}"),
            // Encoded, so that any body can be parsed as part of a plan.
            Self::Body(status, text) => write!(f, "body:{status}:{}", utf8_percent_encode(text, NON_ALPHANUMERIC)),
            Self::ResetBefore => f.write_str("reset_before"),
            Self::ResetAfter => f.write_str("reset_after"),
            Self::Truncate => f.write_str("truncate"),
            Self::InvalidJson => f.write_str("invalid_json"),
            Self::Empty => f.write_str("empty"),
            // ASCII only: without the micro sign.
            Self::Slow(time) => f.write_str(&format!("slow:{time:?}").replace('µ', "u")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const FAULTS: [(&str, Fault); 14] = [
        ("429", Fault::RateLimited(RetryAfter::Omitted)),
        ("429:3", Fault::RateLimited(RetryAfter::Seconds(3))),
        ("429_date:3", Fault::RateLimited(RetryAfter::Date(3))),
        ("503", Fault::ErrorBefore(503)),
        ("503_after", Fault::ErrorAfter(503)),
        ("html:200", Fault::Html(200)),
        ("body:201:", Fault::Body(201, String::new())),
        ("reset_before", Fault::ResetBefore),
        ("reset_after", Fault::ResetAfter),
        ("truncate", Fault::Truncate),
        ("invalid_json", Fault::InvalidJson),
        ("empty", Fault::Empty),
        ("slow:1.5s", Fault::Slow(Duration::from_millis(1500))),
        ("slow:20us", Fault::Slow(Duration::from_micros(20))),
    ];

    #[test]
    fn faults_are_read_as_they_are_written() {
        for (text, fault) in FAULTS {
            assert_eq!((fault.to_string().as_str(), text.parse()), (text, Ok(fault)));
        }
        let body = Fault::Body(200, r#"{"error": "a,b=5%#é"}"#.to_owned());
        assert_eq!(body.to_string().parse(), Ok(body.clone()));
        let plan = Faults::new().on("any", 1, body.clone()).random(body, 0.5);
        assert_eq!(plan.to_string().parse(), Ok(plan));
        assert_eq!("html".parse(), Ok(Fault::Html(502)));
    }

    #[test]
    fn an_unknown_fault_is_reported_with_the_known_ones() {
        for text in ["", "reset", "429:", "429:soon", "429_date", "404_before", "slow", "slow:2", "slow:-1s", "empty:1"]
        {
            let error = text.parse::<Fault>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("unknown fault `{text}`; expected 429, ")), "{error}");
        }
    }

    #[test]
    fn a_plan_is_read_part_by_part() {
        let plan: Faults =
            "seed=7, reset_after=2%,503=0.5%,companies.create#3=429:1,any#1-2=slow:50ms,".parse().unwrap();
        let expected = Faults::new()
            .seed(7)
            .random(Fault::ResetAfter, 0.02)
            .random(Fault::ErrorBefore(503), 0.005)
            .on("companies.create", 3, Fault::RateLimited(RetryAfter::Seconds(1)))
            .first("any", 2, Fault::Slow(Duration::from_millis(50)));
        assert_eq!(plan, expected);
        assert_eq!("".parse(), Ok(Faults::new()));
    }

    #[test]
    fn a_plan_is_written_as_it_is_read() {
        for text in ["", "seed=7", "seed=7,companies.create#3=429:1,any#1-2=slow:50ms,reset_after=7%,503=0.5%"] {
            assert_eq!(text.parse::<Faults>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn errors_name_the_part_of_the_plan() {
        let error = |text: &str| text.parse::<Faults>().unwrap_err().to_string();
        for part in ["503", "seed=x", "503=1", "503=x%", "any#=503", "any#1-x=503", "any#-1=503"] {
            assert!(
                error(&format!("empty=1%,{part}")).starts_with(&format!("invalid part `{part}` of a fault plan")),
                "{part}"
            );
        }
        assert!(error("nothing=1%").starts_with("unknown fault `nothing`"));
        assert!(error("any#1=nothing").starts_with("unknown fault `nothing`"));
        assert!(error("company.create#1=503").starts_with("unknown operation `company.create`"));
        assert_eq!(error("any#3-2=503"), "invalid request numbers 3 to 2; the first request is 1");
        assert!(error("404=1%").starts_with("status of `404` out of range"));
        assert!(error("503=101%").starts_with("probabilities must be between 0 and 100 %"));
    }
}
