//! What the program writes: a greeting, and a line for each request.

use planhat_sandbox::{QuotaStatus, RequestRecord, Sandbox, central_model, models, registry::Action};
use serde_json::Value;

/// What is said of each request.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Nothing.
    None,
    /// The request and its status.
    #[default]
    Line,
    /// Also the time it took, sizes and faults.
    All,
}

/// What a running sandbox says of itself.
pub fn greeting(sandbox: &Sandbox, page: bool) -> String {
    let mut rows = vec![
        ("API", sandbox.api_url()),
        ("API token", sandbox.api_token().to_owned()),
        ("Analytics", sandbox.analytics_url()),
        ("Tenant token", sandbox.tenant_token().to_owned()),
    ];
    if page {
        rows.push(("Page", format!("{}/", sandbox.api_url())));
    }
    rows.push(("Stored", stored(&sandbox.export())));
    if let Some(QuotaStatus { limit, .. }) = sandbox.quota() {
        rows.push(("Quota", format!("{limit} calls a minute")));
    }
    let faults = sandbox.faults().to_string();
    if !faults.is_empty() {
        rows.push(("Faults", faults));
    }
    let rows: Vec<_> = rows.into_iter().map(|(name, value)| format!("  {name:<14} {value}")).collect();
    let (models, rows) = (models().len(), rows.join("\n"));
    format!("Planhat sandbox, {models} models. Ctrl-C ends it.\n\n{rows}\n\n  {}\n", example(sandbox))
}

fn stored(tenant: &Value) -> String {
    let models = tenant.as_object().map_or(0, serde_json::Map::len);
    let records = tenant.as_object().into_iter().flatten().filter_map(|(_, records)| records.as_array());
    match records.map(Vec::len).sum() {
        0 => "nothing".to_owned(),
        1 => "1 record".to_owned(),
        count => format!("{count} records in {models} collections"),
    }
}

/// A command that works.
fn example(sandbox: &Sandbox) -> String {
    let mut routes = central_model().into_iter().flat_map(|model| model.routes);
    let Some(list) = routes.find(|route| matches!(route.action, Action::List(_))) else { return String::new() };
    let (token, url, path) = (sandbox.api_token(), sandbox.api_url(), list.path);
    format!("curl -H 'Authorization: Bearer {token}' '{url}{path}?limit=2'")
}

/// A line for a request; nothing if nothing is to be said.
pub fn line(logged: &RequestRecord, detail: Detail) -> Option<String> {
    let RequestRecord { method, path, query, status, .. } = logged;
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    let status = if *status == 0 { "---".to_owned() } else { status.to_string() };
    let line = format!("{status} {method:<6} {path}{query}");
    match detail {
        Detail::None => None,
        Detail::Line => Some(line),
        Detail::All => Some(format!("{} {line}  {}", logged.at.strftime("%H:%M:%S%.3fZ"), details(logged))),
    }
}

fn details(logged: &RequestRecord) -> String {
    let sent = logged.sent.map_or_else(|| "?".to_owned(), |bytes| bytes.to_string());
    let fault = logged.fault.as_ref().map(|fault| format!(", fault {fault}")).unwrap_or_default();
    format!("{:.1} ms, {} B in, {sent} B out{fault}", logged.took.as_secs_f64() * 1000.0, logged.received)
}
