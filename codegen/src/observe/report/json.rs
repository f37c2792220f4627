//! For other programs.

use super::notes;
use crate::{
    observe::{
        found::{Drift, Finding, ModelReport},
        proposal::Proposal,
    },
    write::json::{Json, json},
};

pub fn report(drift: &Drift) -> String {
    let reports: Json = drift.reports.iter().map(section).collect();
    let skipped: Json = drift.skipped.iter().map(|(what, times)| json!({"what": what, "times": (*times)})).collect();
    let proposals: Json = drift.proposals.iter().map(proposal).collect();
    let (findings, notes) = (drift.findings().count(), notes(drift));
    json!({
        "findings": findings,
        "notes": notes,
        "reports": reports,
        "skipped": skipped,
        "proposals": proposals,
    })
    .file()
}

fn texts(texts: &[String]) -> Json {
    texts.iter().collect()
}

fn section(report: &ModelReport) -> Json {
    let findings: Json = report.findings.iter().map(finding).collect();
    json!({
        "model": (&report.model),
        "schema": (&report.schema),
        "direction": (report.direction.as_str()),
        "records": (report.records),
        "findings": findings,
        "never_seen": (texts(&report.never_seen)),
    })
}

fn finding(finding: &Finding) -> Json {
    json!({
        "kind": (finding.kind),
        "note": (finding.note),
        "path": (&finding.path),
        "what": (&finding.what),
        "records": (finding.records),
        "examples": (texts(&finding.examples)),
        "first": (&finding.first),
    })
}

fn proposal(proposal: &Proposal) -> Json {
    json!({
        "file": (&proposal.file),
        "field": (&proposal.field),
        "where": (proposal.words()),
        "yaml": (proposal.yaml()),
    })
}
