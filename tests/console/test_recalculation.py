import json
import re

import pytest
from playwright.sync_api import expect

from tests.console.demo import PRIMARY
from tests.console.overview import answer, overview, row, serve

RUN = "01a2285e-977a-77fb-b438-ffd9d100eeee"
BEFORE = {"key": "one-page", "credible_interval": [0.1, 0.2], "chance_to_win": 0.9}
AFTER = BEFORE | {"credible_interval": [0.3, 0.5]}


@pytest.fixture(scope="module")
def experiment(server):
    path = server.project("Numbers that get old")
    body = {"name": "Counted anew", "feature_flag_key": "counted-anew", "metrics": PRIMARY}
    made = server.call("POST", f"{path}experiments/", body)
    server.call("POST", f"{path}experiments/{made['id']}/launch/")
    return path.replace("/api/projects/", "/project/"), made


@pytest.fixture
def run(context, experiment):
    """A run that is as far as the test says."""
    _, made = experiment
    state = {"status": "in_progress", "done": 0, "asked": 0}

    def fulfil(route):
        state["asked"] += route.request.method == "POST"
        results = [
            {"metric_uuid": each["uuid"], "status": "completed", "result": answer([AFTER])}
            for each in made["metrics"][: state["done"]]
        ]
        document = {
            "id": RUN,
            "status": state["status"],
            "created_at": "2026-11-20T12:04:00Z",
            "total_metrics": len(made["metrics"]),
            "completed_metrics": state["done"],
            "failed_metrics": 0,
            "results": results,
        }
        is_active = state["asked"] and state["status"] == "in_progress"
        shown = document | {"active_run": document if is_active else None}
        route.fulfill(body=json.dumps(shown), content_type="application/json")

    serve(context, overview(made, answer([BEFORE])))
    context.route(re.compile("/metrics_recalculation/"), fulfil)
    return state


@pytest.fixture
def page(owner, experiment, run):
    path, made = experiment
    page = owner.open(f"{path}experiments/{made['id']}")
    page.get_by_role("button", name="Recalculate").click()
    return page


def test_recalculation__runs__rows_replace_themselves_and_old_ones_stay(page, run):
    expect(page.locator(".facts")).to_contain_text(re.compile(r"0 of 3 metrics, \d+"))
    run["done"] = 1
    expect(page.locator(".facts")).to_contain_text("1 of 3 metrics")

    expect(row(page, "Purchase within 7 days", "one-page")).to_contain_text("+40.0")
    expect(row(page, "Revenue per person", "one-page")).to_contain_text("+15.0")


def test_recalculation__page_loaded_again__finds_the_run_and_its_end(page, run):
    expect(page.locator(".facts")).to_contain_text("0 of 3 metrics")
    page.reload()
    expect(page.locator(".facts")).to_contain_text("0 of 3 metrics")
    run |= {"status": "completed", "done": 3}

    expect(page.get_by_role("button", name="Recalculate")).to_be_visible()
    assert run["asked"] == 1


def test_recalculation__begun_in_another_window__followed_here(page):
    expect(page.locator(".facts")).to_contain_text("0 of 3 metrics")
    page.evaluate("sessionStorage.clear()")
    page.reload()

    expect(page.locator(".facts")).to_contain_text("0 of 3 metrics")


def test_recalculation__server_away__does_not_call_old_numbers_new(page, run, context):
    expect(page.locator(".facts")).to_contain_text("0 of 3 metrics")
    run |= {"status": "completed", "done": 3}
    expect(page.get_by_role("button", name="Recalculate")).to_be_visible()
    context.route("**/results/", lambda route: route.fulfill(status=503, json={"detail": "Later"}))
    page.get_by_role("button", name="Recalculate").click()

    expect(page.get_by_text("The server does not answer: these are")).to_be_visible()


def test_recalculation__of_the_server__ends_and_says_when(owner, experiment):
    path, made = experiment
    page = owner.open(f"{path}experiments/{made['id']}")
    page.get_by_role("button", name="Recalculate").click()
    expect(page.locator(".facts")).to_contain_text("of 3 metrics")
    expect(page.get_by_role("button", name="Recalculate")).to_be_visible()
    page.get_by_role("button", name="Recalculate").click()

    expect(page.get_by_text("These are the newest numbers.")).to_be_visible()
