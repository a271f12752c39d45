import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import confirm, end_session
from tests.frontend.servers import PASSWORD


@pytest.fixture(scope="module")
def project(server):
    return server.project("One experiment")


@pytest.fixture
def experiment(server, project):
    def make(key, **fields):
        body = {"name": f"Experiment {key}", "feature_flag_key": key, **fields}
        return server.call("POST", f"{project}experiments/", body)

    return make


@pytest.fixture
def page_of(owner, project):
    def open_page(experiment, tab=""):
        path = project.replace("/api/projects/", "/project/")
        return owner.open(f"{path}experiments/{experiment['id']}{tab}")

    return open_page


def state(page):
    return page.locator("header .state")


def test_experiment__draft_to_ended__every_step_asks_first(page_of, experiment, server, project):
    made = experiment("whole-life")
    page = page_of(made)
    expect(page.get_by_text("Before the launch")).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_role("dialog")).to_contain_text("People start seeing variants now.")
    confirm(page, "Launch")
    expect(state(page)).to_have_text("Running")
    page.get_by_role("button", name="Pause").click()
    confirm(page, "Pause")
    expect(state(page)).to_have_text("Paused")
    page.get_by_role("button", name="Resume").click()
    confirm(page, "Resume")
    expect(state(page)).to_have_text("Running")
    page.get_by_role("button", name="End…").click()
    page.get_by_label("Conclusion").select_option("inconclusive")
    page.get_by_label("Comment").fill("Nothing to see.")
    confirm(page, "End experiment")

    expect(state(page)).to_have_text("Stopped")
    expect(page.get_by_text("Nothing to see.")).to_be_visible()
    now = server.call("GET", f"{project}experiments/{made['id']}/")
    assert (now["conclusion"], now["feature_flag"]["active"]) == ("inconclusive", True)


def test_experiment__nobody_new_and_back__runs_all_the_time(page_of, experiment, server, project):
    made = experiment("frozen")
    server.call("POST", f"{project}experiments/{made['id']}/launch/")
    page = page_of(made)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Let nobody new in…").click()
    confirm(page, "Let nobody new in")
    expect(page.get_by_text("nobody new", exact=True)).to_be_visible()
    expect(state(page)).to_have_text("Running")
    path = f"{project}experiments/{made['id']}/"
    assert server.call("GET", path)["status"] == "exposure_frozen"

    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Let new people in…").click()
    confirm(page, "Let new people in")

    expect(page.get_by_text("nobody new", exact=True)).to_be_hidden()
    assert server.call("GET", path)["status"] == "running"


def test_experiment__shipped__nothing_chosen_before_and_as_promised(
    page_of, experiment, server, project
):
    made = experiment("to-ship")
    server.call("POST", f"{project}experiments/{made['id']}/launch/")
    page = page_of(made)
    page.get_by_role("button", name="Ship a variant…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Ship a variant")).to_be_disabled()
    assert dialog.locator("input[type=radio]:checked").count() == 0
    dialog.get_by_label("test").check()
    expect(dialog).to_contain_text("control 50 %, test 50 % → test 100 %, everyone")
    confirm(page, "Ship test to everyone")

    expect(state(page)).to_have_text("Shipped")
    flag = server.call("GET", f"{project}experiments/{made['id']}/")["feature_flag"]
    shares = {
        one["key"]: one["rollout_percentage"] for one in flag["filters"]["multivariate"]["variants"]
    }
    assert shares == {"control": 0, "test": 100}


def test_experiment__launched_by_keyboard_alone__runs(page_of, experiment):
    page = page_of(experiment("keyboard"))
    expect(state(page)).to_have_text("Draft")
    page.get_by_role("button", name="Launch").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Launch").focus()
    page.keyboard.press("Enter")

    expect(state(page)).to_have_text("Running")
    expect(dialog).to_be_hidden()


def test_experiment__reset__wants_the_name(page_of, experiment, server, project):
    made = experiment("to-reset")
    server.call("POST", f"{project}experiments/{made['id']}/launch/")
    page = page_of(made)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Reset to draft…").click()
    button = page.get_by_role("dialog").get_by_role("button", name="Reset to draft")
    expect(button).to_be_disabled()
    page.get_by_label("Type").fill(made["name"])
    button.click()

    expect(state(page)).to_have_text("Draft")


def test_settings__somebody_else_was_faster__both_changes_stand(
    page_of, experiment, server, project
):
    made = experiment("two-editors")
    page = page_of(made, "/settings")
    page.get_by_label("Name").fill("Mine")
    server.call(
        "PATCH", f"{project}experiments/{made['id']}/", {"description": "Theirs, from elsewhere"}
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_contain_text("Theirs, from elsewhere")
    confirm(page, "Apply mine on top")

    expect(page.get_by_role("heading", name="Mine", exact=True)).to_be_visible()
    now = server.call("GET", f"{project}experiments/{made['id']}/")
    assert (now["name"], now["description"]) == ("Mine", "Theirs, from elsewhere")


def test_settings__plan_of_a_newer_client__changed_where_it_is_read(
    page_of, experiment, server, project
):
    newer = {"recommended_sample_size": 200, "recommended_running_time": 14}
    made = experiment("newer-plan", running_time_calculation=newer)
    page = page_of(made, "/settings")
    page.get_by_role("spinbutton", name="Days").fill("21")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    now = server.call("GET", f"{project}experiments/{made['id']}/")["parameters"]
    assert now["running_time_calculation"]["recommended_running_time"] == 21


def test_settings__session_ends_while_typing__nothing_lost(page_of, experiment):
    page = page_of(experiment("typing"), "/settings")
    page.get_by_label("Hypothesis").fill("A long thought about people.")
    end_session(page)
    # Not a click: what the page reads by itself may have asked already.
    page.get_by_role("button", name="Save").dispatch_event("click")
    page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator(".hypothesis")).to_have_text("A long thought about people.")


def test_settings__refused__said_at_the_field(page_of, experiment):
    page = page_of(experiment("refused"), "/settings")
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".field.wrong")).to_contain_text("Name")


def test_metrics__added_and_moved__in_that_order(page_of, experiment, server, project):
    made = experiment("metrics")
    page = page_of(made, "/metrics")
    for name in ("First", "Second"):
        page.get_by_role("button", name="Add metric").first.click()
        page.get_by_label("Name").fill(name)
        page.get_by_label("of the event").fill("purchase")
        expect(page.get_by_role("dialog")).to_contain_text("Mean count of purchase")
        confirm(page, "Add metric")
        expect(page.get_by_role("cell", name=re.compile(f"^{name}"))).to_be_visible()
    page.get_by_role("button", name="Actions for Second").click()
    page.get_by_role("menuitem", name="Move up").click()

    expect(page.locator("tbody b").first).to_have_text("Second")
    now = server.call("GET", f"{project}experiments/{made['id']}/")
    assert [one["name"] for one in now["metrics"]] == ["First", "Second"]
    assert now["primary_metrics_ordered_uuids"][0] == now["metrics"][1]["uuid"]


def test_metric__made_a_saved_one__linked_in_its_place(page_of, experiment, server, project):
    source = {"kind": "EventsNode", "event": "click"}
    metric = {"kind": "ExperimentMetric", "metric_type": "mean", "source": source}
    metrics = [metric | {"name": name} for name in ("Shared", "Own")]
    made = experiment("to-share", metrics=metrics)
    page = page_of(made, "/metrics")
    page.get_by_role("button", name="Actions for Shared").click()
    page.get_by_role("menuitem", name="Make it a saved metric").click()
    expect(page.get_by_role("row").filter(has_text="Shared").get_by_role("link")).to_have_text(
        "saved metric"
    )

    expect(page.locator("tbody b").first).to_have_text("Shared")
    now = server.call("GET", f"{project}experiments/{made['id']}/")
    assert [one["name"] for one in now["metrics"]] == ["Own"]
    assert [one["name"] for one in now["saved_metrics"]] == ["Shared"]
    assert now["saved_metrics"][0]["query"]["uuid"] == made["metrics"][0]["uuid"]


def test_experiment__copied_elsewhere__a_draft_in_the_other_project(page_of, experiment, server):
    target = server.project("Another shop")
    page = page_of(experiment("to-copy"))
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Copy to another project…").click()
    page.get_by_role("dialog").get_by_label("Project").select_option("Another shop")
    page.get_by_role("dialog").get_by_label("Flag key").fill("copied")
    confirm(page, "Copy")

    expect(page).to_have_url(re.compile(target.replace("/api/projects/", "/project/")))
    expect(state(page)).to_have_text("Draft")
    [copy] = server.call("GET", f"{target}experiments/")["results"]
    assert (copy["name"], copy["feature_flag_key"]) == ("Experiment to-copy", "copied")


def test_experiment__paused__says_since_when(page_of, experiment, server, project):
    made = experiment("paused-since")
    for step in ("launch", "pause"):
        server.call("POST", f"{project}experiments/{made['id']}/{step}/")

    expect(page_of(made).locator("header .meta")).to_contain_text("Nobody new since")


def test_settings__start_and_end__can_be_put_right(page_of, experiment, server, project):
    made = experiment("dated")
    dates = {"start_date": "2026-10-01T00:00:00Z", "end_date": "2026-10-20T09:30:00Z"}
    server.call("PATCH", f"{project}experiments/{made['id']}/", dates)
    page = page_of(made, "/settings")
    page.get_by_label("Ended (UTC)").fill("2026-10-19T08:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    now = server.call("GET", f"{project}experiments/{made['id']}/")
    assert now["end_date"].startswith("2026-10-19T08:00:00")
    assert now["start_date"] == "2026-10-01T00:00:00Z"


def test_history__after_a_launch__says_who_did_what(page_of, experiment, server, project):
    made = experiment("told")
    server.call("POST", f"{project}experiments/{made['id']}/launch/")
    page = page_of(made, "/history")

    expect(page.get_by_role("listitem").filter(has_text="launched the experiment")).to_be_visible()
    expect(page.get_by_text("status: draft → running")).to_be_visible()


def test_experiment__missing__says_so(owner, project):
    path = project.replace("/api/projects/", "/project/")
    page = owner.open(f"{path}experiments/99999")

    expect(page.get_by_role("alert")).to_contain_text("There is no experiment 99999 in ")
