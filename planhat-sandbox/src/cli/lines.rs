//! What the program prints: a greeting, and a line per request.

use planhat_sandbox::{QuotaStatus, RequestRecord, Sandbox, central_model, models, registry::Action};
use serde_json::Value;

/// What is printed of each request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Nothing.
    None,
    /// The request and its status.
    Line,
    /// The request, its status, times, sizes and faults.
    All,
}

/// Formats the URLs, tokens and settings of a sandbox.
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
    rows.push(("Records", stored(&sandbox.export())));
    if let Some(QuotaStatus { limit, .. }) = sandbox.quota() {
        rows.push(("Quota", format!("{limit} requests per minute")));
    }
    let faults = sandbox.faults().to_string();
    if !faults.is_empty() {
        rows.push(("Faults", faults));
    }
    let rows: Vec<_> = rows.into_iter().map(|(name, value)| format!("  {name:<14} {value}")).collect();
    let (models, rows) = (models().len(), rows.join("\n"));
    format!("Planhat sandbox, {models} models. Press Ctrl-C to stop.\n\n{rows}\n\n  {}\n", example(sandbox))
}

fn stored(tenant: &Value) -> String {
    let models = tenant.as_object().map_or(0, serde_json::Map::len);
    let records = tenant.as_object().into_iter().flatten().filter_map(|(_, records)| records.as_array());
    match records.map(Vec::len).sum() {
        0 => "none".to_owned(),
        1 => "1".to_owned(),
        count => format!("{count} in {models} collections"),
    }
}

/// Returns a `curl` command that lists records.
fn example(sandbox: &Sandbox) -> String {
    let mut routes = central_model().into_iter().flat_map(|model| model.routes);
    let Some(list) = routes.find(|route| matches!(route.action, Action::List(_))) else { return String::new() };
    let (token, url, path) = (sandbox.api_token(), sandbox.api_url(), list.path);
    format!("curl -H 'Authorization: Bearer {token}' '{url}{path}?limit=2'")
}

/// Formats a request.
pub fn request(request: &RequestRecord, detail: Detail) -> String {
    let RequestRecord { method, path, query, status, .. } = request;
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    let status = if *status == 0 { "---".to_owned() } else { status.to_string() };
    let line = format!("{status} {method:<6} {path}{query}");
    if detail == Detail::All {
        return format!("{} {line}  {}", request.at.strftime("%H:%M:%S%.3fZ"), details(request));
    }
    line
}

fn details(request: &RequestRecord) -> String {
    let sent = request.sent.map_or_else(|| "?".to_owned(), |bytes| bytes.to_string());
    let fault = request.fault.as_ref().map(|fault| format!(", fault {fault}")).unwrap_or_default();
    format!("{:.1} ms, {} B in, {sent} B out{fault}", request.took.as_secs_f64() * 1000.0, request.received)
}
