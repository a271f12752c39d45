import re

import pytest
from playwright.sync_api import expect

from tests.frontend.servers import PASSWORD

EMAIL = "viewer@example.com"
CLICKS = {
    "kind": "ExperimentMetric",
    "metric_type": "mean",
    "name": "Clicks",
    "source": {"kind": "EventsNode", "event": "click"},
}


@pytest.fixture(scope="module")
def project(server):
    server.manage("create_user", EMAIL, "--password", PASSWORD, "--level", "member")
    return server.project("Looked at")


@pytest.fixture
def viewer(watch, chromium, server, project):
    with chromium.new_context(locale="en-GB") as context:
        login = {"email": EMAIL, "password": PASSWORD}
        assert context.request.post(f"{server.url}/api/login/", data=login).ok
        yield watch(context)


def test_viewer__experiment_and_flag__no_control_that_writes(viewer, server, project):
    body = {"name": "Only to look at", "feature_flag_key": "looked-at"}
    made = server.call("POST", f"{project}experiments/", body)
    for resource in ("experiment", "feature_flag"):
        rule = {"resource": resource, "access_level": "viewer"}
        server.call("PUT", f"{project}resource_access_controls/", rule)
    pages = project.replace("/api/projects/", "/project/")
    page = viewer.open(f"{pages}experiments/{made['id']}")
    expect(page.get_by_text("view only")).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_have_count(0)
    page.goto(f"{viewer.url}{pages}experiments/{made['id']}/settings")
    expect(page.get_by_label("Name")).to_be_disabled()
    page.goto(f"{viewer.url}{pages}feature_flags/{made['feature_flag']['id']}")
    expect(page.get_by_text("view only")).to_be_visible()
    expect(page.get_by_label("Description", exact=False).first).to_be_disabled()

    token = next(
        one["value"] for one in page.context.cookies() if one["name"] == "posthog_csrftoken"
    )
    refused = page.context.request.post(
        f"{viewer.url}{project}experiments/{made['id']}/launch/", headers={"X-CSRFToken": token}
    )
    assert refused.status == 403


def test_viewer__lists_holdout_and_saved_metric__no_control_that_writes(viewer, server):
    path = server.project("Lists to look at")
    for resource in ("experiment", "feature_flag"):
        rule = {"resource": resource, "access_level": "viewer"}
        server.call("PUT", f"{path}resource_access_controls/", rule)
    body = {"name": "Kept out", "filters": [{"properties": [], "rollout_percentage": 5}]}
    holdout = server.call("POST", f"{path}experiment_holdouts/", body)
    pages = path.replace("/api/projects/", "/project/")
    for name in ("experiments", "feature_flags", "holdouts", "saved_metrics"):
        page = viewer.open(f"{pages}{name}")
        expect(page.get_by_role("heading", name="yet").or_(page.locator(".title"))).to_be_visible()
        expect(page.get_by_text(re.compile("^New "))).to_have_count(0)
    page = viewer.open(f"{pages}feature_flags/new")
    expect(page.get_by_text("You may look at flags here")).to_be_visible()
    expect(page.get_by_label("Key", exact=True)).to_be_disabled()
    page = viewer.open(f"{pages}holdouts/{holdout['id']}")
    expect(page.get_by_label("Name")).to_be_disabled()

    expect(page.get_by_role("button", name="Delete…")).to_have_count(0)


def test_viewer__new_experiment__told_before_anything_is_filled_in(viewer, server):
    path = server.project("Nothing to make")
    rule = {"resource": "experiment", "access_level": "viewer"}
    server.call("PUT", f"{path}resource_access_controls/", rule)
    page = viewer.open(f"{path.replace('/api/projects/', '/project/')}experiments/new")
    expect(page.get_by_role("alert")).to_contain_text("You have no access to this.")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("New")

    expect(page.get_by_role("option", name="New feature flag")).to_be_visible()
    expect(page.get_by_role("option", name="New experiment", exact=True)).to_have_count(0)


def test_viewer__days_of_a_metric__not_offered_to_calculate(viewer, server):
    path = server.project("Days to look at")
    body = {"name": "Looked at", "feature_flag_key": "days", "metrics": [CLICKS]}
    made = server.call("POST", f"{path}experiments/", body)
    server.call("POST", f"{path}experiments/{made['id']}/launch/")
    rule = {"resource": "experiment", "access_level": "viewer"}
    server.call("PUT", f"{path}resource_access_controls/", rule)
    page = viewer.open(f"{path.replace('/api/projects/', '/project/')}experiments/{made['id']}")
    page.get_by_role("button", name="Clicks").click()

    expect(page.get_by_text("No day has been calculated yet")).to_be_visible()
    expect(page.get_by_role("button", name="Calculate them now")).to_have_count(0)


def test_viewer__closed_project__told_whom_to_ask(viewer, server):
    closed = server.project("Closed")
    server.call("PUT", f"{closed}access_controls/", {"access_level": "none"})
    page = viewer.open(f"{closed.replace('/api/projects/', '/project/')}experiments")

    expect(page.get_by_role("alert").first).to_contain_text("You have no access to this.")
