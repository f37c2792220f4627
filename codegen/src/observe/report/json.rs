//! For other programs.

use super::remarks;
use crate::{
    observe::{
        found::{Drift, Finding, Looked},
        proposal::Proposal,
    },
    write::json::{Json, json},
};

/// What was found, as JSON.
pub fn report(drift: &Drift) -> String {
    let looked: Json = drift.looked.iter().map(section).collect();
    let passed: Json = drift.passed.iter().map(|(what, times)| json!({"what": what, "times": (*times)})).collect();
    let proposals: Json = drift.proposals.iter().map(proposal).collect();
    let (findings, notes) = (drift.findings().count(), remarks(drift));
    json!({
        "findings": findings,
        "notes": notes,
        "looked": looked,
        "passed": passed,
        "proposals": proposals,
    })
    .file()
}

fn texts(texts: &[String]) -> Json {
    texts.iter().collect()
}

fn section(looked: &Looked) -> Json {
    let findings: Json = looked.findings.iter().map(finding).collect();
    json!({
        "model": (&looked.model),
        "schema": (&looked.schema),
        "way": (looked.way.word()),
        "records": (looked.records),
        "findings": findings,
        "never_seen": (texts(&looked.never_seen)),
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
