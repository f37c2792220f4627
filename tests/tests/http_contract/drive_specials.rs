//! The endpoints that are no part of a collection, called by hand.

use planhat_sdk::{BulkActivity, Id, NewActivity, NewMetric, SegmentCall};

use crate::recorder::Recorder;

pub async fn specials(on: &Recorder) {
    let planhat = &on.planhat;
    let lean = planhat
        .companies()
        .lean_list()
        .external_id(["e1", "e2"])
        .source_id(["s1", "s2"])
        .status(["customer", "prospect"]);
    on.call("companies.lean_list", lean.collect()).await;
    on.call("time_entries.duplicate", planhat.time_entries().duplicate(["t1", "t2"].map(Id::new))).await;
    let list = planhat.metrics().list().company_id(Id::new("c1")).dimension_id("logins").from(20_000).to(20_010);
    on.call("metrics.list", list.collect()).await;
    let metrics = [NewMetric::new("logins", 1.0, "e1"), NewMetric::new("logins", 2.5, "e2").model("EndUser")];
    on.call("metrics.insert", planhat.metrics().insert(metrics)).await;
    let activity = NewActivity::with_email("a@example.com").action("Login").company_external_id("e1");
    on.call("activities.track", planhat.activities().track(activity)).await;
    let activities = [
        BulkActivity::with_email("a@example.com").action("Login"),
        BulkActivity::with_external_id("u2").company_external_id("e1").action("Logout").count(3),
    ];
    on.call("activities.track_bulk", planhat.activities().track_bulk(activities)).await;
    let call = SegmentCall::new("track").user_id("u1").event("Login");
    on.call("activities.segment", planhat.activities().segment(call)).await;
}
