"""Somebody else was faster: what becomes of both changes."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.conftest import confirm


@pytest.fixture(scope="module")
def project(server):
    return server.project("Two people")


@pytest.fixture(scope="module")
def pages(project):
    return project.replace("/api/projects/", "/project/")


@pytest.fixture
def changed_by_both(owner, pages, make, server, project):
    """The settings of an experiment, with a name that is typed while somebody describes it."""

    def one(key):
        made = make(key)
        page = owner.open(f"{pages}experiments/{made['id']}/settings")
        page.get_by_label("Name").fill("Mine")
        server.call("PATCH", f"{project}experiments/{made['id']}/", {"description": "Theirs"})
        page.get_by_role("button", name="Save").click()
        page.get_by_role("dialog").wait_for()
        return page

    return one


def test_merge__dialog_closed__what_was_typed_stays_unsaved(changed_by_both):
    page = changed_by_both("closed")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("Name")).to_have_value("Mine")
    expect(page.get_by_role("button", name="Save")).to_be_enabled()


def test_merge__mine_discarded__the_form_shows_theirs(changed_by_both):
    page = changed_by_both("discarded")
    confirm(page, "Discard mine")

    expect(page.get_by_label("Name")).to_have_value("Experiment discarded")
    expect(page.get_by_label("Hypothesis")).to_have_value("Theirs")


def test_merge__mine_discarded_in_a_flag__the_form_shows_theirs(
    owner, pages, server, project, make
):
    flag = make("flag-discarded")["feature_flag"]
    page = owner.open(f"{pages}feature_flags/{flag['id']}")
    page.get_by_label("Description", exact=False).first.fill("Mine")
    server.call("PATCH", f"{project}feature_flags/{flag['id']}/", {"name": "Theirs"})
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    confirm(page, "Discard mine")

    expect(page.get_by_label("Description", exact=False).first).to_have_value("Theirs")
    expect(page.get_by_role("button", name="Review and save")).to_have_count(0)


def test_settings__saved_twice__both_times_only_as_it_was_read(owner, pages, make):
    page = owner.open(f"{pages}experiments/{make('twice')['id']}/settings")
    expect(page.get_by_label("Name")).to_be_visible()
    sent = []
    # Nothing is read between the two.
    page.route(
        re.compile(r"/experiments/\d+/$"),
        lambda route: route.continue_() if route.request.method == "PATCH" else None,
    )
    page.on(
        "request",
        lambda asked: asked.method == "PATCH" and sent.append(asked.headers.get("if-match")),
    )
    for name in ("Once", "Twice"):
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("button", name="Save")).to_be_disabled()
        expect(page.get_by_text("Not saved yet")).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")

    assert len({*sent}) == 2
    assert None not in sent


def test_flag__save_refused__said_at_the_button_and_nothing_lost(owner, pages, make):
    flag = make("flag-refused")["feature_flag"]
    page = owner.open(f"{pages}feature_flags/{flag['id']}")
    refusal = {"detail": "Not like this.", "code": "invalid_input", "attr": "filters"}
    page.route(
        "**/feature_flags/*/",
        lambda route: (
            route.fulfill(status=400, json=refusal)
            if route.request.method == "PATCH"
            else route.continue_()
        ),
    )
    page.get_by_label("Description", exact=False).first.fill("Mine")
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()

    expect(page.locator(".save-bar")).to_contain_text("Not like this.")
    expect(page.get_by_label("Description", exact=False).first).to_have_value("Mine")


def test_flag__of_a_draft__its_variants_can_be_renamed(owner, pages, make, server, project):
    made = make("renamed-variant")
    page = owner.open(f"{pages}feature_flags/{made['feature_flag']['id']}")
    page.get_by_label("Key of variant 2").fill("express")
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    flag = server.call("GET", f"{project}experiments/{made['id']}/")["feature_flag"]
    keys = [one["key"] for one in flag["filters"]["multivariate"]["variants"]]
    assert keys == ["control", "express"]


def test_holdout__group_added_meanwhile__both_changes_stand(owner, pages, server, project):
    path = f"{project}experiment_holdouts/"
    made = server.call("POST", path, {"name": "Shared", "filters": [{"rollout_percentage": 5}]})
    page = owner.open(f"{pages}holdouts/{made['id']}")
    page.locator("input[type=number]").fill("7")
    theirs = {"filters": [{"rollout_percentage": 5}, {"rollout_percentage": 12}]}
    server.call("PATCH", f"{path}{made['id']}/", theirs)
    page.get_by_role("button", name="Save").click()
    confirm(page, "Apply mine on top")
    expect(page.get_by_text("Saved.")).to_be_visible()

    now = server.call("GET", f"{path}{made['id']}/")["filters"]
    assert [one["rollout_percentage"] for one in now] == [7, 12]


@pytest.fixture
def metric():
    source = {"kind": "EventsNode", "event": "click"}
    kinds = {"kind": "ExperimentMetric", "metric_type": "mean"}
    return kinds | {"name": "Clicks", "goal": "increase", "source": source}


def test_saved_metric__changed_meanwhile__both_changes_stand(owner, pages, server, project, metric):
    path = f"{project}experiment_saved_metrics/"
    made = server.call("POST", path, {"name": "Shared", "query": metric})
    page = owner.open(f"{pages}saved_metrics/{made['id']}")
    page.get_by_label("Goal").select_option("decrease")
    theirs = {"threshold": 3, "conversion_window": 7, "conversion_window_unit": "day"}
    server.call("PATCH", f"{path}{made['id']}/", {"query": made["query"] | theirs})
    page.get_by_role("button", name="Save").click()
    confirm(page, "Apply mine on top")
    expect(page.get_by_text("Saved.")).to_be_visible()

    now = server.call("GET", f"{path}{made['id']}/")["query"]
    assert now == made["query"] | theirs | {"goal": "decrease"}


def test_metric__threshold_added_meanwhile__both_changes_stand(
    owner, pages, server, project, make, metric
):
    made = make("metric-of-two", metrics=[metric])
    page = owner.open(f"{pages}experiments/{made['id']}/metrics")
    page.get_by_role("button", name="Actions for Clicks").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Goal").select_option("decrease")
    theirs = {"metrics": [made["metrics"][0] | {"threshold": 3}]}
    server.call("PATCH", f"{project}experiments/{made['id']}/", theirs)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    confirm(page, "Apply mine on top")

    expect(page.get_by_text("Metric saved.")).to_be_visible()
    now = server.call("GET", f"{project}experiments/{made['id']}/")["metrics"][0]
    assert (now["goal"], now["threshold"]) == ("decrease", 3)


def test_project__mine_discarded__times_stay_in_the_zone_that_is_stored(owner, server):
    path = server.project("Two zones")
    page = owner.open(f"{path.replace('/api/projects/', '/project/')}settings/general")
    page.get_by_label("Time zone").fill("Asia/Kathmandu")
    server.call("PATCH", path, {"timezone": "Europe/Berlin", "name": "Theirs"})
    page.get_by_role("button", name="Save").click()
    confirm(page, "Discard mine")
    expect(page.get_by_label("Name")).to_have_value("Theirs")
    page.get_by_role("link", name="Feature flags").click()
    flag = server.call("POST", f"{path}feature_flags/", {"key": "zoned", "active": True})
    page.get_by_role("link", name="Feature flags").click()
    page.get_by_role("link", name=flag["key"]).click()
    page.get_by_role("link", name="Schedule").click()
    page.get_by_role("button", name="Schedule a change").click()

    expect(page.get_by_role("dialog")).to_contain_text("Berlin")
