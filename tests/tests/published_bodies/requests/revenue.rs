//! Churn, invoices, licenses, NPS answers, opportunities and sales.

use planhat_sdk::{
    ChurnPatch, Company, EpochDays, Id, InvoicePatch, LicensePatch, NewChurn, NewInvoice, NewLicense, NewNps,
    NewOpportunity, NewSale, NpsPatch, OpportunityPatch, SalePatch, Timestamp, invoice::LineItem,
    license::RenewalStatus, opportunity::Status,
};

use super::{Rows, json, time};

pub const ROWS: Rows = &[
    ("churn__1.request.json", || json(churn("2021-07-28", 2000))),
    ("churn__2.request.json", || json(ChurnPatch::new().value(25_000))),
    ("churn__3.request.json", || {
        let change = ChurnPatch::new()
            .id(Id::new("60e5d4dabe45b22e8e97940c"))
            .comment("New communication with the CEO, the could return next year");
        json([churn("2021-07-29", 2500).into(), change])
    }),
    ("invoice__1.request.json", || json(invoice(19_201, 18_836, 10_000))),
    ("invoice__2.request.json", || json(InvoicePatch::new().paid_date(EpochDays::new(18_840)))),
    ("invoice__3.request.json", || json([invoice(19_201, 18_834, 10_000), invoice(19_210, 18_832, 15_000)])),
    ("license__2.request.json", || json(license_fee(30, "yearly"))),
    ("license__4.request.json", || {
        json(
            LicensePatch::new()
                .auto_renews(true)
                .notice_period(14)
                .renewal_unit("month")
                .notice_unit("day")
                .invoices_generated(false)
                .product("License Fee 2")
                .from_date(time("2019-12-15T09:09:08.000Z"))
                .to_date(time("2020-12-15T09:09:08.000Z"))
                .fixed_period(false)
                .invoice_cycle_interval(0)
                .mrr(1300),
        )
    }),
    ("license__6.request.json", || json([license_fee(30, "yearly"), license_fee(14, "monthly")])),
    ("license__7.request.json", || {
        let year = ["2021-07-27T00:00:00.000Z", "2022-07-27T00:00:00.000Z"];
        json(large_license(year).mrr(83.333_333_333_333_33))
    }),
    ("license__8.request.json", || json(LicensePatch::new().mrr(100_000))),
    ("license__9.request.json", || {
        let change = LicensePatch::new().id(Id::new("6100772b919fd37905810fc6")).mrr(200_000);
        let year = ["2021-07-28T00:00:00.000Z", "2022-07-28T00:00:00.000Z"];
        json([change, large_license(year).mrr(100).invoice_cycle_interval(0).into()])
    }),
    ("nps__create_request.json", || json(NewNps::new("person1@example.com", 7))),
    ("nps__update_request.json", || json(NpsPatch::new().score(9).comment("Good product"))),
    ("nps__bulk_upsert_request.json", || {
        json([NewNps::new("person1@example.com", 7), NewNps::new("person2@example.com", 10)])
    }),
    ("opportunity__create_request.json", || {
        json(opportunity("New opportunity", "2021-08-03T00:00:00.000Z", 3000).mrr(250).nrr(500))
    }),
    ("opportunity__update_request.json", || {
        json(OpportunityPatch::new().status(Status::Won).sales_stage("Closed won"))
    }),
    ("opportunity__bulk_upsert_request.json", || {
        json([
            opportunity("New license opportunity", "2021-08-10T00:00:00.000Z", 6000),
            opportunity("New sale opportunity", "2021-08-03T00:00:00.000Z", 1000),
        ])
    }),
    ("sale__create_request.json", || json(sale(10_000))),
    ("sale__update_request.json", || json(SalePatch::new().value(15_000))),
    ("sale__bulk_upsert_request.json", || {
        json([sale(5000).into(), SalePatch::new().id(Id::new("61016c80675c1b871faf2d4f")).value(200_000)])
    }),
];

fn company() -> Id<Company> {
    Id::new("61006bc89a3e0b702ed8ea49")
}

/// The day stands there without a time.
fn churn(day: &str, value: i32) -> NewChurn {
    NewChurn::new(company())
        .churn_date(Timestamp::verbatim(day))
        .reasons(["Change in leadership", "Budget cuts"])
        .value(value)
        .currency("USD")
        .comment("This account could return in the future")
}

fn invoice(due: i64, day: i64, amount: i32) -> NewInvoice {
    let item = LineItem::new()
        .related_id("sale-61016c80675c1b871faf2d4f")
        .sale_id(Id::new("61016c80675c1b871faf2d4f"))
        .product("Advanced Onboarding")
        .amount(10_000)
        .date_from(18_836);
    NewInvoice::new("USD", company()).due_date(due).invoice_date(day).amount_total(amount).line_items([item])
}

/// Its times have an offset, and one is empty.
fn license_fee(notice_period: i64, cycle: &str) -> NewLicense {
    let from = Timestamp::verbatim("2019-12-11T11:46:08+02:00");
    NewLicense::new("USD", Id::new("5df351075691162818a53458"), from)
        .product("License Fee")
        .to_date(Timestamp::verbatim("2020-12-11T11:46:08+02:00"))
        .fixed_period(true)
        .renewal_unit("month")
        .notice_period(notice_period)
        .notice_unit("day")
        .invoice_cycle_interval(0)
        .fc_new_start_date(Timestamp::verbatim(""))
        .mrr(1250)
        .invoice_cycle(cycle)
}

fn large_license([from, to]: [&str; 2]) -> NewLicense {
    NewLicense::new("USD", company(), time(from))
        .auto_renews(false)
        .fixed_period(true)
        .to_date(time(to))
        .product("Large License")
        .renewal_period(12)
        .renewal_status(RenewalStatus::Ongoing)
}

fn opportunity(title: &str, day: &str, value: i32) -> NewOpportunity {
    NewOpportunity::new(company())
        .sales_stage("Pitched")
        .deal_date(time(day))
        .owner_id(Id::new("60ccb1c5965cc9e0f3848075"))
        .currency("USD")
        .title(title)
        .recurring_value(value)
        .status(Status::Active)
}

fn sale(value: i32) -> NewSale {
    NewSale::new("USD", company(), time("2021-07-28T00:00:00.000Z"), value).product("Advanced Onboarding")
}
