import pytest
from playwright.sync_api import expect

from tests.frontend.servers import PASSWORD

EMAIL = "viewer@example.com"


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


def test_viewer__closed_project__told_whom_to_ask(viewer, server):
    closed = server.project("Closed")
    server.call("PUT", f"{closed}access_controls/", {"access_level": "none"})
    page = viewer.open(f"{closed.replace('/api/projects/', '/project/')}experiments")

    expect(page.get_by_role("alert").first).to_contain_text("You have no access to this.")
