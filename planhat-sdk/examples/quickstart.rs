//! Common tasks with Planhat, against a sandbox in this very process: no account and no network needed.
//!
//! ```text
//! cargo run -p planhat-sdk --example quickstart
//! ```
//!
//! With `--base-url URL --api-token TOKEN --tenant-token TOKEN` it runs its reading steps against that host and
//! writes nothing.

use std::{env, error::Error, process::ExitCode};

use planhat_sandbox::{Fault, Faults, RetryAfter, Sandbox};
use planhat_sdk::{
    CompanyPatch, EnduserPatch, EpochDays, ExternalId, NewActivity, NewCompany, NewEnduser, NewLicense, NewMetric,
    NewTimeEntry, Planhat, Timestamp, company,
};

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Arguments::parse() {
        Ok(None) => on_sandbox().await,
        Ok(Some(arguments)) => on_host(arguments).await,
        Err(problem) => Err(problem.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The whole story.
async fn on_sandbox() -> Outcome {
    let sandbox = Sandbox::start().await?;
    let planhat = Planhat::builder()
        .base_url(sandbox.api_url())
        .api_token(sandbox.api_token())
        .tenant_token(sandbox.tenant_token())
        .build()?;
    println!("connect          to a sandbox at {}", sandbox.api_url());
    prepare(&planhat).await?;

    read_company(&planhat, ExternalId::new("acme-7")).await?;
    change_company(&planhat).await?;
    upsert_licenses(&planhat).await?;
    track_login(&planhat).await?;
    insert_metric(&planhat).await?;
    page_through(&planhat).await?;
    upsert_endusers(&planhat).await?;
    list_lean(&planhat).await?;
    duplicate_time_entry(&planhat).await?;
    delete_company(&planhat).await?;
    weather_a_bad_minute(&planhat, &sandbox).await?;

    let stats = planhat.stats();
    println!("stats            {} calls, {} sent again, {} bytes out", stats.calls, stats.retries, stats.bytes_sent);
    Ok(())
}

/// The steps that change nothing.
async fn on_host(arguments: Arguments) -> Outcome {
    let mut builder = Planhat::builder().base_url(&arguments.base_url);
    if let Some(token) = arguments.api_token {
        builder = builder.api_token(token);
    }
    if let Some(token) = arguments.tenant_token {
        builder = builder.tenant_token(token);
    }
    let planhat = builder.build()?;
    println!("connect          to {}, reading only", arguments.base_url);
    let lean = planhat.companies().lean_list().collect().await?;
    let key = lean.iter().find_map(|company| company.external_id.clone().filter(|key| !key.is_empty()));
    match key {
        Some(key) => {
            read_company(&planhat, key.clone()).await?;
            read_metrics(&planhat, key).await?;
        }
        None => println!("get              no company has an external id"),
    }
    page_through(&planhat).await?;
    list_lean(&planhat).await
}

/// A tenant with 250 companies.
async fn prepare(planhat: &Planhat) -> Outcome {
    let companies = (0..250).map(|number| {
        let status = if number % 5 == 0 { "prospect" } else { "customer" };
        NewCompany::new(format!("Acme {number}"))
            .external_id(format!("acme-{number}"))
            .status(status)
            .domains([format!("acme-{number}.example")])
            .custom("Tier", if number % 2 == 0 { "Gold" } else { "Silver" })
    });
    _ = planhat.companies().bulk_upsert(companies).await?.into_result()?;
    Ok(())
}

async fn read_company(planhat: &Planhat, key: ExternalId) -> Outcome {
    let company = planhat.companies().get(&key).await?;
    let name = company.name.as_deref().unwrap_or("without a name");
    let tier = company.custom.text("Tier").unwrap_or("none");
    println!("get              {key} is {name} ({}), tier {tier}", company.id());
    Ok(())
}

async fn change_company(planhat: &Planhat) -> Outcome {
    let created = planhat.companies().create(NewCompany::new("Globex").phase("Onboarding")).await?;
    let patch = CompanyPatch::new().phase("Live").custom("Tier", "Gold").clear_owner();
    let updated = planhat.companies().update(created.id(), patch).await?;
    let phases = [&created, &updated].map(|company| company.phase.as_deref().unwrap_or("none"));
    println!("create, update   Globex went from phase {} to {}", phases[0], phases[1]);
    Ok(())
}

async fn upsert_licenses(planhat: &Planhat) -> Outcome {
    let from: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    let license = |company: &str, mrr: f64| {
        NewLicense::new("EUR", ExternalId::new(company), from.clone())
            .external_id(format!("license-{company}"))
            .product("Platform")
            .mrr(mrr)
    };
    let report = planhat.licenses().bulk_upsert([license("acme-1", 900.0), license("acme-2", 1_400.0)]).await?;
    println!("bulk upsert      2 licenses of companies by external id: {}", report.totals());
    Ok(())
}

async fn track_login(planhat: &Planhat) -> Outcome {
    let login = NewActivity::with_email("ada@acme-1.example").action("Logged in").company_external_id("acme-1");
    planhat.activities().track(login).await?;
    println!("track            ada@acme-1.example logged in");
    Ok(())
}

async fn insert_metric(planhat: &Planhat) -> Outcome {
    let value = NewMetric::new("logins", 42.0, "acme-1");
    let report = planhat.metrics().insert([value]).await?;
    println!("insert           {} daily metric for acme-1", report.totals().accepted);
    read_metrics(planhat, ExternalId::new("acme-1")).await
}

async fn read_metrics(planhat: &Planhat, key: ExternalId) -> Outcome {
    let today = EpochDays::today();
    let week_ago = EpochDays::new(today.get() - 7);
    let company = planhat.companies().get(&key).await?;
    let metrics =
        planhat.metrics().list().company_id(company.id()).from(week_ago).to(today).take(1_000).collect().await?;
    let values: Vec<_> = metrics.iter().filter_map(|metric| metric.value).take(5).collect();
    println!("list             {} metrics of {key} from {week_ago} to {today}, first {values:?}", metrics.len());
    Ok(())
}

async fn page_through(planhat: &Planhat) -> Outcome {
    let fields = [company::Field::Name, company::Field::Status];
    let list = planhat.companies().list().status("customer").select(fields).sort(company::Field::Name.asc());
    let (mut pages, mut customers) = (list.page_size(60).pages(), 0);
    let mut calls = 0;
    while let Some(page) = pages.try_next().await? {
        calls += 1;
        customers += page.items.iter().filter(|item| item.is_ok()).count();
    }
    println!("list             {customers} customers on {calls} pages");
    Ok(())
}

async fn upsert_endusers(planhat: &Planhat) -> Outcome {
    let endusers = (0..12_000).map(|number| {
        let company = ExternalId::new(format!("acme-{}", number % 250));
        let enduser = NewEnduser::with_email(format!("user{number}@acme-{}.example", number % 250));
        match number {
            // A company that does not exist, and a number that JSON cannot hold.
            4_711 => EnduserPatch::from(enduser.company_id(ExternalId::new("nobody"))),
            9_999 => EnduserPatch::from(enduser.company_id(company).custom("Score", f64::NAN)),
            _ => EnduserPatch::from(enduser.company_id(company).position("Engineer")),
        }
    });
    let report = planhat.endusers().bulk_upsert(endusers).await?;
    println!("bulk upsert      12,000 end users in {} calls: {}", report.calls(), report.totals());
    for failure in report.failures() {
        println!("                 row {}: {failure}", failure.index());
    }
    Ok(())
}

async fn list_lean(planhat: &Planhat) -> Outcome {
    let lean = planhat.companies().lean_list().collect().await?;
    let keyed = lean.iter().filter(|company| company.external_id.is_some()).count();
    println!("lean list        {} companies, {keyed} of them with an external id", lean.len());
    Ok(())
}

async fn duplicate_time_entry(planhat: &Planhat) -> Outcome {
    let entries = planhat.time_entries();
    let entry = entries.create(NewTimeEntry::new(Timestamp::now(), 1.5).description("Onboarding call")).await?;
    entries.duplicate([entry.id()]).await?;
    println!("duplicate        1 time entry, now there are {}", entries.list().collect().await?.len());
    Ok(())
}

async fn delete_company(planhat: &Planhat) -> Outcome {
    let company = planhat.companies().get(ExternalId::new("acme-249")).await?;
    planhat.companies().delete(company.id()).await?;
    let gone = planhat.companies().get(company.id()).await.is_err_and(|error| error.is_not_found());
    println!("delete           Acme 249, {}", if gone { "gone" } else { "still there" });
    Ok(())
}

/// A server error, a 429 and a broken connection after the write: the licenses are there, and once only.
async fn weather_a_bad_minute(planhat: &Planhat, sandbox: &Sandbox) -> Outcome {
    let faults = Faults::new()
        .on("any", 1, Fault::ErrorBefore(503))
        .on("any", 2, Fault::RateLimited(RetryAfter::Seconds(1)))
        .on("any", 3, Fault::ResetAfter);
    sandbox.set_faults(faults)?;
    let before = sandbox.records("License").len();
    let license = |number| {
        NewLicense::new("EUR", ExternalId::new("acme-2"), Timestamp::now())
            .external_id(format!("bad-minute-{number}"))
            .mrr(10.0)
    };
    let report = planhat.licenses().bulk_upsert((0..3).map(license)).await?;
    let more = sandbox.records("License").len() - before;
    println!("bulk upsert      3 licenses through a 503, a 429 and a broken connection: {}", report.totals());
    for failure in report.failures() {
        println!("{failure}");
    }
    println!("                 {more} more licenses in the sandbox");
    Ok(())
}

struct Arguments {
    base_url: String,
    api_token: Option<String>,
    tenant_token: Option<String>,
}

impl Arguments {
    /// Nothing without arguments.
    fn parse() -> Result<Option<Self>, String> {
        let mut arguments = env::args().skip(1).peekable();
        if arguments.peek().is_none() {
            return Ok(None);
        }
        let (mut base_url, mut api_token, mut tenant_token) = (None, None, None);
        while let Some(argument) = arguments.next() {
            let slot = match argument.as_str() {
                "--base-url" => &mut base_url,
                "--api-token" => &mut api_token,
                "--tenant-token" => &mut tenant_token,
                other => {
                    return Err(format!("`{other}` is unknown; there are --base-url, --api-token, --tenant-token"));
                }
            };
            *slot = Some(arguments.next().ok_or_else(|| format!("{argument} needs a value"))?);
        }
        let base_url = base_url.ok_or("--base-url is needed with the other arguments")?;
        Ok(Some(Self { base_url, api_token, tenant_token }))
    }
}
