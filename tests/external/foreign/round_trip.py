"""A client that somebody else wrote, in another language, at work against the sandbox.

`cruds` has an interface to Planhat and knows nothing of this project. It is used as its users use it; only the hosts,
which it keeps in two constants, are others.
"""

import datetime
import os

import urllib3.exceptions
from cruds.interfaces.planhat import Planhat, logic
from cruds.interfaces.planhat.exception import PlanhatUpsertError

URL = os.environ["SANDBOX_URL"] + "/"
logic.PLANHAT_API_HOST = URL
logic.PLANHAT_ANALYTICS_HOST = URL

TODAY = datetime.date.today()


def client(api_token=os.environ["API_TOKEN"]):
    planhat = Planhat(api_token=api_token, tenant_token=os.environ["TENANT_TOKEN"], retries=0)
    # It sleeps between pages, however few calls there were.
    planhat._delay = 0
    return planhat


def refused(status, call):
    """The call fails with this status, which `cruds` puts into the text of its error."""
    try:
        answer = call()
    except urllib3.exceptions.HTTPError as error:
        assert str(status) in str(error), error
    else:
        raise AssertionError(f"not refused: {answer}")


def every(pages):
    return [record for page in pages for record in page]


def single_records(planhat):
    company = {"name": "Acme", "externalId": "acme", "sourceId": "crm-1", "custom": {"Tier": "Gold"}}
    created = planhat.company.create(company)
    assert (created["name"], len(created["_id"])) == ("Acme", 24), created

    for form in [created["_id"], "extid-acme", "srcid-crm-1"]:
        assert planhat.company.get_by_id(form) == created, form

    # Its own `update` sends a PATCH, which Planhat does not have; `replace` makes it a PUT.
    refused(405, lambda: planhat.company.update("extid-acme", {"phase": "Onboarding"}))
    change = {"phase": "Onboarding", "custom": {"Seats": 12}}
    changed = planhat.client.update("companies/extid-acme", change, replace=True)
    assert (changed["name"], changed["phase"]) == ("Acme", "Onboarding"), changed
    assert changed["custom"] == {"Tier": "Gold", "Seats": 12}, changed

    person = planhat.enduser.create({"companyId": "extid-acme", "email": "ann@example.org", "externalId": "ann"})
    assert (person["companyId"], person["companyName"]) == (created["_id"], "Acme"), person

    task = planhat.task.create({"companyId": created["_id"], "mainType": "task", "action": "Call"})
    assert planhat.task.delete(task["_id"])["n"] == 1
    refused(404, lambda: planhat.task.get_by_id(task["_id"]))
    refused(400, lambda: planhat.company.create({"phase": "no name"}))
    refused(401, lambda: every(client(api_token="wrong").company.get_list()))
    return created


def bulk(planhat):
    rows = [{"name": f"Company {n}", "externalId": f"bulk-{n}"} for n in range(120)]
    report = planhat.company.bulk_upsert(rows, chunk_size=50, raise_on_error=True)
    assert (report["created"], len(report["insertsKeys"])) == (120, 120), report

    rows[0]["name"] = "Renamed"
    report = planhat.company.bulk_upsert(rows[:10], raise_on_error=True)
    assert (report["created"], report["updated"], report["nonupdates"]) == (0, 1, 9), report

    # Some rows fail: 206. All of them: 400. Both with the envelope.
    report = planhat.company.bulk_upsert([{"phase": "no name"}, {"name": "Fine"}])
    assert (report["created"], len(report["createdErrors"])) == (1, 1), report
    try:
        planhat.company.bulk_upsert([{"phase": "no name"}])
    except PlanhatUpsertError as error:
        assert len(error.errors["createdErrors"]) == 1, error.errors
    else:
        raise AssertionError("a bulk upsert of nothing but errors is not refused")


def lists(planhat):
    # With spaces in `select` and downwards by `_id`, as it asks by default.
    companies = every(planhat.company.get_list(limit=50))
    ids = [company["_id"] for company in companies]
    assert len(ids) == 122 and ids == sorted(set(ids), reverse=True), ids
    assert set(companies[0]) <= {"_id", "name", "companyId"}, companies[0]

    people = every(planhat.enduser.get_list(select="email", email="ann@example.org"))
    assert [person["email"] for person in people] == ["ann@example.org"], people

    lean = planhat.company.get_lean_list(external_id="acme")
    assert [company["name"] for company in lean] == ["Acme"], lean


def analytics(planhat, company):
    figure = {"dimensionId": "logins", "externalId": "acme"}
    figures = [figure | {"value": n, "date": f"{TODAY}T0{n}:00:00.000Z"} for n in range(3)]
    assert planhat.metrics.bulk_insert_metrics(figures)["processed"] == 3
    days = planhat.metrics.epoch_days_format(str(TODAY))
    stored = every(planhat.metrics.get_dimension_data(days, days, company_id=company["_id"], limit=2))
    assert sorted(figure["value"] for figure in stored) == [0, 1, 2], stored
    # By default it asks for more at once than is known to be allowed.
    assert len(every(planhat.metrics.get_dimension_data(days, days, company_id=company["_id"]))) == 3

    activity = {"email": "ann@example.org", "action": "Logged in", "companyExternalId": "acme"}
    for answer in [
        planhat.user_activity.create_activity(activity),
        planhat.user_activity.create_activity([{"email": "ann@example.org", "action": "Exported"}], bulk=True),
        planhat.user_activity.segment({"type": "track", "user_id": "ann", "event": "Logged in"}),
    ]:
        assert not answer, answer


def main():
    planhat = client()
    company = single_records(planhat)
    bulk(planhat)
    lists(planhat)
    analytics(planhat, company)
    assert planhat.company.delete(company["_id"])["n"] == 1
    assert planhat.company.get_lean_list(external_id="acme") == []


main()
