import pytest
from playwright.sync_api import expect

from tests.frontend.servers import PASSWORD

GRACE = "grace@example.com"


@pytest.fixture(scope="module")
def grace(server):
    return int(server.manage("create_user", GRACE, "--password", PASSWORD, "--level", "admin"))


@pytest.fixture(scope="module")
def project(server, grace):
    path = server.project("With a policy")
    body = {
        "action_key": "feature_flag.enable",
        "approver_config": {"quorum": 1, "users": [grace]},
    }
    server.call("POST", f"{path}approval_policies/", body)
    return path


@pytest.fixture
def approver(watch, chromium, server):
    with chromium.new_context(locale="en-GB") as context:
        login = {"email": GRACE, "password": PASSWORD}
        assert context.request.post(f"{server.url}/api/login/", data=login).ok
        yield watch(context)


@pytest.fixture
def waiting(owner, server, project):
    def make(key):
        body = {"name": f"Needs {key}", "feature_flag_key": key}
        made = server.call("POST", f"{project}experiments/", body)
        page = owner.open(f"{pages(project)}experiments/{made['id']}")
        page.get_by_role("button", name="Launch").click()
        page.get_by_role("dialog").get_by_role("button", name="Launch").click()
        expect(page.get_by_text("Waiting for approval:").first).to_be_visible()
        return page

    return make


def pages(project):
    return project.replace("/api/projects/", "/project/")


def test_launch__under_a_policy__another_approves_and_the_first_page_shows_it(
    waiting, approver, project
):
    page = waiting("approved")
    expect(page.locator("header .state")).to_have_text("Draft")
    expect(page.get_by_text("change waiting")).to_be_visible()
    other = approver.open(f"{pages(project)}change_requests")
    card = other.locator(".request").filter(has_text="approved")
    expect(card).to_contain_text("0 of 1 approval")
    expect(card).to_contain_text(f"{GRACE} may agree.")
    card.get_by_role("button", name="Approve").click()
    expect(card).to_have_count(0)

    expect(page.locator("header .state")).to_have_text("Running", timeout=40_000)


def test_request__rejected__says_why(waiting, approver, project, owner):
    waiting("rejected")
    other = approver.open(f"{pages(project)}change_requests")
    other.get_by_role("button", name="Reject…").first.click()
    dialog = other.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Reject")).to_be_disabled()
    dialog.get_by_label("Reason").fill("Not before the holidays.")
    dialog.get_by_role("button", name="Reject").click()
    expect(dialog).to_be_hidden()

    page = owner.open(f"{pages(project)}change_requests?show=all")
    expect(page.get_by_text("Not before the holidays.").first).to_be_visible()


def test_request__cancelled_by_its_author__the_object_is_free_again(waiting):
    page = waiting("cancelled")
    page.get_by_role("button", name="Cancel request").click()

    expect(page.get_by_text("change waiting")).to_be_hidden()
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()


def test_request__flag_changed_meanwhile__stale_and_agreeing_fails(
    waiting, approver, project, server
):
    page = waiting("stale")
    flag = server.call("GET", f"{project}feature_flags/?search=stale")["results"][0]
    server.call("PATCH", f"{project}feature_flags/{flag['id']}/", {"name": "Changed meanwhile"})
    server.manage("sweep_change_requests")
    other = approver.open(f"{pages(project)}change_requests")
    card = other.locator(".request").filter(has_text="stale")
    expect(card).to_contain_text("What it is about has changed since; ask again.")
    card.get_by_role("button", name="Approve").click()
    expect(card).to_have_count(0)
    other.get_by_role("button", name="All", exact=True).click()
    expect(card.locator(".pill")).to_have_text("failed")
    expect(card.locator(".notice.bad")).to_be_visible()
    expect(page.locator("header .state")).to_have_text("Draft")


def test_new_flag__on_at_once_under_a_policy__waits_and_is_no_error(owner, project):
    page = owner.open(f"{pages(project)}feature_flags/new")
    page.get_by_label("Key", exact=True).fill("on-at-once")
    page.get_by_label("Switch it on at once").check()
    page.get_by_role("button", name="Create flag").click()

    expect(page.get_by_role("heading", name="Change requests")).to_be_visible()
    expect(page.locator(".toasts")).to_contain_text("Waiting for approval")


@pytest.fixture
def waiting_holdout(owner, server, grace):
    """The page of a holdout whose new share waits for approval."""
    path = server.project("With a policy for holdouts")
    policy = {
        "action_key": "experiment_holdout.update",
        "approver_config": {"quorum": 1, "users": [grace]},
    }
    server.call("POST", f"{path}approval_policies/", policy)
    body = {"name": "Asked for", "filters": [{"rollout_percentage": 5}]}
    made = server.call("POST", f"{path}experiment_holdouts/", body)
    page = owner.open(f"{pages(path)}holdouts/{made['id']}")
    page.locator("input[type=number]").fill("7")
    page.get_by_role("button", name="Save").click()
    return page


def test_holdout__change_waits__said_linked_and_taken_back(waiting_holdout):
    page = waiting_holdout
    expect(page.get_by_text("0 of 1 approval")).to_be_visible()
    page.get_by_role("link", name="change waiting").click()
    page.get_by_role("link", name="the holdout").click()
    page.get_by_role("button", name="Cancel request").click()

    expect(page.get_by_text("change waiting")).to_be_hidden()
    expect(page.get_by_text("The request is taken back.")).to_be_visible()


def test_holdouts__change_of_one_waits__said_in_its_row(waiting_holdout):
    expect(waiting_holdout.get_by_text("change waiting")).to_be_visible()
    waiting_holdout.get_by_role("link", name="Holdouts").last.click()

    row = waiting_holdout.get_by_role("row").filter(has_text="Asked for")
    expect(row.get_by_text("change waiting")).to_be_visible()


def test_policy__about_launches__chosen_and_said_in_words(owner, server, grace):
    path = server.project("With a policy on launches")
    page = owner.open(f"{pages(path)}settings/policies")
    page.get_by_role("button", name="New policy").click()
    page.get_by_label("When").select_option("experiment.launch")
    page.get_by_label(GRACE).check()
    page.get_by_role("dialog").get_by_role("button", name="Create policy").click()

    expect(page.get_by_text(f"{GRACE} must agree when an experiment is launched.")).to_be_visible()
    [policy] = server.call("GET", f"{path}approval_policies/")["results"]
    assert policy["action_key"] == "experiment.launch"
