//! The README's example, compiled. A test holds the two against each other.

use std::time::Duration;

use planhat_sandbox::{Fault, Faults, Sandbox};
use planhat_sdk::{CompanyPatch, ExternalId, NewCompany, NewLicense, Planhat, Timestamp};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let planhat = Planhat::builder().base_url(sandbox.api_url()).api_token(sandbox.api_token()).build()?;
    planhat.companies().create(NewCompany::new("Initech").external_id("21432948")).await?;

    let company = planhat.companies().get(ExternalId::new("21432948")).await?;
    let created = planhat.companies().create(NewCompany::new("Acme").phase("Onboarding")).await?;
    planhat.companies().update(created.id(), CompanyPatch::new().custom("Tier", "Gold").clear_owner()).await?;

    let license = NewLicense::new("EUR", company.id(), Timestamp::now()).external_id("lic-1").mrr(900.0);
    let report = planhat.licenses().bulk_upsert([license]).await?;
    for failure in report.failures() {
        eprintln!("row {}: {failure}", failure.index());
    }
    your_own_test().await?;
    with_faults().await
}

async fn your_own_test() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start().await?;
    let planhat = Planhat::builder().base_url(sandbox.api_url()).api_token(sandbox.api_token()).build()?;

    sandbox.import(json!({"Company": [{"name": "Initech", "externalId": "21432948"}]}))?;
    planhat.companies().update(ExternalId::new("21432948"), CompanyPatch::new().phase("Live")).await?;

    assert_eq!(sandbox.export().pointer("/Company/0/phase"), Some(&json!("Live")));
    assert_eq!(sandbox.applied_count(), 1);
    sandbox.reset();
    Ok(())
}

async fn with_faults() -> Result<(), Box<dyn std::error::Error>> {
    let faults = Faults::new().on("licenses.bulk_upsert", 2, Fault::ResetAfter).random(Fault::ErrorBefore(503), 0.05);
    let sandbox = Sandbox::builder().faults(faults.seed(7)).latency(Duration::from_millis(50)).start().await?;
    println!("{} misbehaves", sandbox.api_url());
    Ok(())
}
