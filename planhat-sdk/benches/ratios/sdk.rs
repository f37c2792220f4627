//! The same work by the SDK.

use planhat_sdk::{CompanyPatch, ExternalId, NewMetric, Outcome, Planhat, company::Status};

use crate::{
    Res,
    jobs::{Job, Seen, TOKEN, Work},
    records::{self, DESCRIPTION, key, name, revenue},
};

/// `start` is called when the client is set up.
pub async fn run(job: Job, url: &str, start: impl FnOnce()) -> Res<Seen> {
    let builder = Planhat::builder().base_url(url).api_token(TOKEN).tenant_token(TOKEN);
    // A thousand calls within a second are not within the quota.
    let builder = if job.work == Work::Gets { builder.without_quota() } else { builder };
    let planhat = builder.build()?;
    start();
    let mut seen = Seen::default();
    match job.work {
        Work::List => list(&planhat, job.at_once, &mut seen).await?,
        Work::Upsert => upsert(&planhat, job, &mut seen).await?,
        Work::Gets => gets(&planhat, job.count, &mut seen).await?,
        Work::Metrics => metrics(&planhat, (0..job.count).map(metric), &mut seen).await?,
        Work::LongMetric => metrics(&planhat, (0..job.count).map(metric_of_long), &mut seen).await?,
    }
    seen.calls = usize::try_from(planhat.stats().calls)?;
    Ok(seen)
}

async fn list(planhat: &Planhat, at_once: usize, seen: &mut Seen) -> Res<()> {
    let mut companies = planhat.companies().list().prefetch(at_once).items();
    while let Some(company) = companies.try_next().await? {
        seen.records += usize::from(!company.id.is_empty() && company.name.is_some());
        seen.sum += company.mrr.unwrap_or_default();
    }
    Ok(())
}

async fn gets(planhat: &Planhat, count: usize, seen: &mut Seen) -> Res<()> {
    for number in 0..count {
        let company = planhat.companies().get(ExternalId::new(key(number))).await?;
        seen.records += usize::from(!company.id.is_empty() && company.name.is_some());
        seen.sum += company.mrr.unwrap_or_default();
    }
    Ok(())
}

fn patch(number: usize) -> CompanyPatch {
    CompanyPatch::new()
        .external_id(key(number))
        .name(name(number))
        .phase("Onboarding")
        .status(Status::Customer)
        .h(7)
        .mrr(revenue(number))
        .description(DESCRIPTION)
        .address("High Street 1")
        .country("Sweden")
        .city("Stockholm")
        .zip("11122")
        .web("https://example.com")
        .tags(["smb", "pilot"])
        .custom("Tier", "Gold")
        .custom("Seats", 40)
        .custom("Region", "EMEA")
}

async fn upsert(planhat: &Planhat, job: Job, seen: &mut Seen) -> Res<()> {
    let records = (0..job.count).map(patch);
    let report = planhat.companies().bulk_upsert(records).concurrency(job.at_once).await?.into_result()?;
    for (_, outcome) in report.outcomes() {
        if let Outcome::Created(Some(id)) | Outcome::Updated(Some(id)) = outcome {
            seen.see_id(id.as_str());
        }
    }
    Ok(())
}

fn metric(number: usize) -> NewMetric {
    NewMetric::new("logins", revenue(number), key(number))
}

fn metric_of_long(number: usize) -> NewMetric {
    metric(number).dimension_id(records::dimension(number))
}

async fn metrics(
    planhat: &Planhat,
    metrics: impl Iterator<Item = NewMetric> + Send + 'static,
    seen: &mut Seen,
) -> Res<()> {
    let report = planhat.metrics().insert(metrics).await?.into_result()?;
    seen.records = report.totals().accepted;
    Ok(())
}
