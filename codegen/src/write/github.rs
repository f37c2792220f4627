//! Commands that make GitHub show something beside a line of a pull request.

/// A command: `error`, `warning` or `notice`, with properties such as `file` and `line`, a title, and a message.
pub fn annotation(command: &str, properties: &[(&str, String)], title: &str, message: &str) -> String {
    let properties = properties.iter().map(|(name, value)| (*name, value.as_str())).chain([("title", title)]);
    let properties: Vec<String> = properties.map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{command} {}::{}\n", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
