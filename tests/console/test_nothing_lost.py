"""What is typed stays: over dialogs, refusals, slow answers, and what others do meanwhile."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import confirm, end_session
from tests.frontend.servers import PASSWORD

VISITS = {
    "kind": "ExperimentMetric",
    "metric_type": "mean",
    "name": "Visits",
    "source": {"kind": "EventsNode", "event": "visit"},
}
FILTERED = {"key": "plan", "value": "pro", "type": "event", "operator": "exact"}
FUNNEL = {
    "kind": "ExperimentMetric",
    "metric_type": "funnel",
    "name": "Sign-up",
    "series": [
        {"kind": "EventsNode", "event": "opened", "properties": [FILTERED]},
        {"kind": "EventsNode", "event": "signed_up"},
    ],
}


@pytest.fixture(scope="module")
def project(server):
    return server.project("Nothing lost")


@pytest.fixture(scope="module")
def pages(project):
    return project.replace("/api/projects/", "/project/")


@pytest.fixture
def stored(server, project):
    return lambda made: server.call("GET", f"{project}experiments/{made['id']}/")


def test_dialog__session_ends__typed_text_is_there_after_it(owner, pages, make, stored):
    made = make("ended-late", start_date="2026-01-01T00:00:00Z")
    page = owner.open(f"{pages}experiments/{made['id']}")
    page.get_by_role("button", name="End…").click()
    page.get_by_label("Comment").fill("A long thought.")
    end_session(page)
    page.get_by_role("dialog").get_by_role("button", name="End experiment").click()
    expect(page.get_by_role("dialog", name="Sign in again", exact=True)).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_label("Comment")).to_have_value("A long thought.")
    page.get_by_role("dialog").get_by_role("button", name="End experiment").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator("header .state")).to_have_text("Stopped")
    assert stored(made)["conclusion_comment"] == "A long thought."


def test_session__ended_and_not_wanted_again__not_asked_by_what_is_read_meanwhile(
    owner, pages, make
):
    looks_again = "document.dispatchEvent(new Event('visibilitychange'))"
    make("asked-once")
    page = owner.open(f"{pages}feature_flags?search=asked-once")
    expect(page.get_by_role("link", name="asked-once")).to_be_visible()
    end_session(page)
    page.evaluate(looks_again)
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    with page.expect_response(lambda response: response.status == 401) as refused:
        page.evaluate(looks_again)
    refused.value.finished()

    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Holdouts").click()
    expect(page.get_by_role("heading", name="Sign in again")).to_be_visible()


def test_dialog__key_of_the_palette__stays(owner, pages):
    page = owner.open(f"{pages}holdouts")
    page.get_by_role("button", name="New holdout").click()
    page.get_by_label("Name").fill("Never in a test")
    page.keyboard.press("Control+k")

    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_label("Name")).to_have_value("Never in a test")


def test_dialog__opened_by_a_key__what_is_typed_goes_into_its_first_field(owner, pages):
    page = owner.open(f"{pages}holdouts")
    page.get_by_role("button", name="New holdout").press("Enter")
    page.get_by_role("dialog").wait_for()
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("By keys")
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="By keys")).to_be_visible()


def test_dialog__way_back_of_the_browser__goes_with_its_page(owner, pages):
    page = owner.open(f"{pages}experiments")
    page.get_by_role("link", name="Holdouts").click()
    page.get_by_role("button", name="New holdout").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()

    expect(page.get_by_role("heading", name="Experiments")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_new_experiment__typed_while_the_plan_is_computed__stays(owner, context, pages):
    waiting = []

    def hold(route):
        waiting.append(route)

    context.route("**/calculate_running_time/", hold)
    page = owner.open(f"{pages}experiments/new")
    with page.expect_request("**/calculate_running_time/"):
        page.get_by_label("Today, in percent").fill("10")
    page.get_by_label("Name").fill("Typed meanwhile")
    waiting[0].continue_()

    expect(page.get_by_role("complementary", name="Summary")).to_contain_text("people")
    expect(page.get_by_label("Name")).to_have_value("Typed meanwhile")


def test_metric__refused__dialog_stays_with_what_was_typed(owner, pages, make):
    page = owner.open(f"{pages}experiments/{make('refused')['id']}/metrics")
    page.get_by_role("button", name="Add metric").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="JSON").click()
    wrong = json.dumps(VISITS | {"metric_type": "mode"})
    dialog.get_by_label("The metric as JSON").fill(wrong)
    dialog.get_by_role("button", name="Add metric").click()

    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog.get_by_label("The metric as JSON")).to_have_value(wrong)


def test_metric__no_json__said_at_the_field(owner, pages, make):
    page = owner.open(f"{pages}experiments/{make('no-json')['id']}/metrics")
    page.get_by_role("button", name="Add metric").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="JSON").click()
    dialog.get_by_label("The metric as JSON").fill("{")
    dialog.get_by_role("tab", name="New").click()

    expect(dialog.get_by_role("alert")).to_have_text(re.compile("This is not JSON"))


def test_metric__filter_written_as_json__kept_by_the_fields(owner, pages, make, stored):
    made = make("filtered")
    page = owner.open(f"{pages}experiments/{made['id']}/metrics")
    page.get_by_role("button", name="Add metric").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("tab", name="JSON").click()
    dialog.get_by_label("The metric as JSON").fill(json.dumps(FUNNEL))
    dialog.get_by_role("tab", name="New").click()
    dialog.get_by_label("Name").fill("Sign-up of pros")
    confirm(page, "Add metric")

    [metric] = stored(made)["metrics"]
    assert metric["name"] == "Sign-up of pros"
    assert metric["series"][0]["properties"] == [FILTERED]


def test_metric__step_removed__other_steps_keep_their_own_filters(owner, pages, make, stored):
    made = make("two-steps", metrics=[FUNNEL])
    page = owner.open(f"{pages}experiments/{made['id']}/metrics")
    page.get_by_role("button", name="Actions for Sign-up").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_role("button", name="Remove step 1").click()
    confirm(page, "Save")

    expect(page.get_by_text("Metric saved.")).to_be_visible()
    [metric] = stored(made)["metrics"]
    assert [(step["event"], step.get("properties")) for step in metric["series"]] == [
        ("signed_up", None)
    ]


def test_metric__edited__what_the_form_does_not_show_stays(owner, pages, make, stored):
    made = make("winsorized", metrics=[VISITS | {"lower_bound_percentile": 0.05}])
    page = owner.open(f"{pages}experiments/{made['id']}/metrics")
    page.get_by_role("button", name="Actions for Visits").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Renamed")
    confirm(page, "Save")

    expect(page.get_by_text("Metric saved.")).to_be_visible()
    [metric] = stored(made)["metrics"]
    assert (metric["name"], metric["lower_bound_percentile"]) == ("Renamed", 0.05)


def test_metrics__two_people_add_one_each__both_are_there(
    owner, pages, make, server, project, stored
):
    made = make("two-metrics")
    page = owner.open(f"{pages}experiments/{made['id']}/metrics")
    page.get_by_role("button", name="Add metric").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Mine")
    dialog.get_by_label("of the event").fill("purchase")
    server.call("PATCH", f"{project}experiments/{made['id']}/", {"metrics": [VISITS]})
    confirm(page, "Add metric")

    expect(page.get_by_text("Metric added.")).to_be_visible()
    assert [metric["name"] for metric in stored(made)["metrics"]] == ["Visits", "Mine"]


def test_settings__two_fields_of_one_attribute__both_changes_stand(
    owner, pages, make, server, project, stored
):
    made = make("two-plans", parameters={"recommended_sample_size": 1000})
    page = owner.open(f"{pages}experiments/{made['id']}/settings")
    page.get_by_label("Days").fill("14")
    theirs = made["parameters"] | {"recommended_sample_size": 5000}
    server.call("PATCH", f"{project}experiments/{made['id']}/", {"parameters": theirs})
    page.get_by_role("button", name="Save").click()
    confirm(page, "Apply mine on top")

    expect(page.get_by_text("Saved.")).to_be_visible()
    kept = stored(made)["parameters"]
    assert (kept["recommended_sample_size"], kept["recommended_running_time"]) == (5000, 14)


def test_settings__changed_by_somebody_else_while_typing__said_before_saving(
    owner, pages, make, server, project
):
    made = make("seen-early")
    page = owner.open(f"{pages}experiments/{made['id']}/settings")
    page.get_by_label("Name").fill("Mine")
    server.call("PATCH", f"{project}experiments/{made['id']}/", {"description": "Theirs"})

    expect(page.get_by_text("Somebody changed this just now.")).to_be_visible(timeout=40_000)
    expect(page.get_by_label("Name")).to_have_value("Mine")


def test_settings__launch_at__in_the_time_zone_of_the_project(
    owner, pages, make, server, project, stored
):
    server.call("PATCH", project, {"timezone": "Asia/Kathmandu"})
    made = make("at-nine")
    page = owner.open(f"{pages}experiments/{made['id']}/settings")
    page.get_by_label("Launch at (Kathmandu)").fill("2035-07-01T09:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    assert stored(made)["scheduling_config"]["launch_at"].startswith("2035-07-01T03:15:00")
    page.reload()
    expect(page.get_by_label("Launch at (Kathmandu)")).to_have_value("2035-07-01T09:00")


def test_experiment__copy_is_refused__said_and_not_swallowed(owner, context, pages, make):
    page = owner.open(f"{pages}experiments/{make('copied')['id']}")
    busy = {"detail": "Too many at once.", "code": "at_capacity", "attr": None}
    context.route("**/duplicate/", lambda route: route.fulfill(status=503, json=busy))
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Duplicate").click()

    expect(page.locator(".toasts")).to_contain_text("Too many at once.")


def test_form__way_back_of_the_browser__asked_first_and_stays(owner, pages, make):
    made = make("way-back")
    page = owner.open(f"{pages}experiments/{made['id']}")
    page.get_by_role("link", name="Settings").last.click()
    page.get_by_label("Name").fill("Typed, not saved")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_enabled()
    questions = []

    def stay(dialog):
        questions.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile("/settings$"))
    expect(page.get_by_label("Name")).to_have_value("Typed, not saved")
    assert questions == ["Leave this page? What you typed is not saved."]

    page.once("dialog", lambda dialog: dialog.accept())
    page.evaluate("history.back()")
    expect(page.get_by_text("Before the launch")).to_be_visible()
