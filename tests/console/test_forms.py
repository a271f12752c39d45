"""What forms keep: what is typed as it is typed, and what they do not show as it was."""

import json

import pytest
from playwright.sync_api import expect

MEAN = {"kind": "ExperimentMetric", "metric_type": "mean", "name": "Clicks", "goal": "increase"}


@pytest.fixture(scope="module")
def project(server):
    return server.project("Forms")


@pytest.fixture(scope="module")
def pages(project):
    return project.replace("/api/projects/", "/project/")


@pytest.fixture
def save_metric(server, project):
    def one(name, source):
        body = {"name": name, "query": MEAN | {"source": source}}
        return server.call("POST", f"{project}experiment_saved_metrics/", body)

    return one


def test_saved_metric__on_an_action__edited_by_fields_and_still_on_it(
    owner, pages, server, project, save_metric
):
    action = server.call("POST", f"{project}actions/", {"name": "Bought", "steps": []})
    source = {"kind": "ActionsNode", "id": action["id"], "name": "Bought", "math": "p90"}
    made = save_metric("On an action", source | {"math_property": "amount"})
    page = owner.open(f"{pages}saved_metrics/{made['id']}")
    expect(page.get_by_label("of the event")).to_have_value("Bought")
    expect(page.get_by_label("Takes the")).to_have_value("p90")
    page.get_by_label("Goal").select_option("decrease")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    query = server.call("GET", f"{project}experiment_saved_metrics/{made['id']}/")["query"]
    assert query["goal"] == "decrease"
    assert query["source"] == made["query"]["source"]


def test_saved_metric__experiments_not_known__deletion_does_not_say_none(owner, pages, save_metric):
    made = save_metric("Used by whom", {"kind": "EventsNode", "event": "click"})
    owner.page.route(
        "**/experiments/?saved_metric_id=*",
        lambda route: route.fulfill(status=500, json={"detail": "Not now."}),
    )
    page = owner.open(f"{pages}saved_metrics/{made['id']}")
    page.get_by_role("button", name="Delete…").click()

    expect(page.get_by_role("dialog")).to_contain_text("Experiments that use it lose it.")


def test_saved_metric__renamed__the_name_in_its_definition_stays(
    owner, pages, server, project, save_metric
):
    made = save_metric("Renamed", {"kind": "EventsNode", "event": "click"})
    page = owner.open(f"{pages}saved_metrics/{made['id']}")
    page.get_by_label("Goal").select_option("decrease")
    page.get_by_label("Name").fill("Another")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    now = server.call("GET", f"{project}experiment_saved_metrics/{made['id']}/")
    assert (now["name"], now["query"]) == ("Another", made["query"] | {"goal": "decrease"})


def test_holdout__share_changed__its_other_groups_stay(owner, pages, server, project):
    plan = {"key": "plan", "type": "person", "operator": "exact", "value": ["pro"]}
    groups = [{"rollout_percentage": 5}, {"properties": [plan], "rollout_percentage": 12}]
    body = {"name": "Two groups", "filters": groups}
    made = server.call("POST", f"{project}experiment_holdouts/", body)
    page = owner.open(f"{pages}holdouts/{made['id']}")
    page.locator("input[type=number]").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    now = server.call("GET", f"{project}experiment_holdouts/{made['id']}/")["filters"]
    assert [one["rollout_percentage"] for one in now] == [7, 12]
    assert now[1] == made["filters"][1]


def test_saved_metric__used_by_an_archived_experiment__named(
    owner, pages, server, project, make, save_metric
):
    saved = save_metric("In the archive", {"kind": "EventsNode", "event": "click"})
    made = make("archived-user", saved_metrics_ids=[{"id": saved["id"]}])
    for step in ("launch", "end", "archive"):
        server.call("POST", f"{project}experiments/{made['id']}/{step}/", {})
    page = owner.open(f"{pages}saved_metrics/{saved['id']}")

    expect(page.get_by_role("link", name=made["name"])).to_be_visible()


@pytest.mark.parametrize("key", ['a"b', "two\nlines"])
def test_snippet__key_that_could_end_a_string_or_line__is_one_string(
    owner, pages, server, project, key
):
    shares = [{"key": name, "rollout_percentage": 50} for name in ("control", key)]
    filters = {"groups": [{}], "multivariate": {"variants": shares}}
    body = {"key": f"quoted-{len(key)}", "filters": filters}
    flag = server.call("POST", f"{project}feature_flags/", body)
    page = owner.open(f"{pages}feature_flags/{flag['id']}/settings")

    shown = json.dumps(key)
    expect(page.locator("pre")).to_contain_text(f"=== {shown}) {{ // show {shown} }}")


def test_share__typed_with_a_zero_behind_the_point__stays_as_typed(owner, pages, make):
    flag = make("typed-share")["feature_flag"]
    page = owner.open(f"{pages}feature_flags/{flag['id']}")
    field = page.get_by_label("Share of condition 1, in percent")
    field.fill("")
    expect(field).to_have_value("")
    field.press_sequentially("33.05")

    expect(field).to_have_value("33.05")


def test_settings__year_of_a_launch_typed_by_keys__taken_as_typed(owner, pages, make):
    page = owner.open(f"{pages}experiments/{make('by-digits')['id']}/settings")
    field = page.get_by_label("Launch at (UTC)")
    field.focus()
    # The same day in July, wherever the browser puts the month.
    page.keyboard.type("07072035")
    page.keyboard.press("Tab")
    page.keyboard.type("0900AM")

    expect(field).to_have_value("2035-07-07T09:00")


def test_level__of_a_rule_refused__the_old_one_is_shown(owner, pages, server, project):
    rule = {"resource": "feature_flag", "access_level": "editor"}
    server.call("PUT", f"{project}resource_access_controls/", rule)
    page = owner.open(f"{pages}settings/access")
    refusal = {"detail": "Not by you.", "code": "permission_denied", "attr": None}
    page.route(
        "**/resource_access_controls/",
        lambda route: (
            route.fulfill(status=403, json=refusal)
            if route.request.method == "PUT"
            else route.continue_()
        ),
    )
    level = page.get_by_label("Level of Everybody").nth(2)
    level.select_option("viewer")

    expect(page.get_by_text("Not by you.")).to_be_visible()
    expect(level).to_have_value("editor")


def test_new_experiment__estimate_refused__said_in_the_plan(owner, pages):
    page = owner.open(f"{pages}experiments/new")
    refusal = {"detail": "A share is at most 100 %.", "code": "invalid_input", "attr": None}
    page.route("**/calculate_running_time/", lambda route: route.fulfill(status=400, json=refusal))
    page.get_by_label("Today, in percent").fill("140")

    expect(page.get_by_text("A share is at most 100 %.")).to_be_visible()


def test_flag__created_twice_since_no_answer_came__once(owner, pages, server, project):
    page = owner.open(f"{pages}feature_flags/new")
    lost = []

    def lose(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/feature_flags/", lose)
    page.get_by_label("Key", exact=True).fill("made-once")
    page.get_by_role("button", name="Create flag").click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.get_by_role("button", name="Create flag").click()

    expect(page.get_by_role("heading", name="made-once")).to_be_visible()
    assert lost == [201]
    owner.noise.clear()
    assert server.call("GET", f"{project}feature_flags/?search=made-once")["count"] == 1
