"""Results in detail: many variants, absolute differences, days, and what is counted until when."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.demo import PRIMARY
from tests.console.overview import answer, overview, row, serve

KEYS = ["control", *(f"v{at}" for at in range(1, 10))]
DAYS = ["2026-11-01", "2026-11-02"]


@pytest.fixture(scope="module")
def project(server):
    return server.project("Details")


@pytest.fixture
def experiment(server, project, make):
    """Launch an experiment and return it with the path of its page."""

    def launched(key, **fields):
        made = make(key, metrics=PRIMARY, **fields)
        server.call("POST", f"{project}experiments/{made['id']}/launch/")
        return made, f"{project.replace('/api/projects/', '/project/')}experiments/{made['id']}"

    return launched


def side(key, **more):
    return {"key": key, "credible_interval": [0.004, 0.0098], "chance_to_win": 0.9} | more


def exposures():
    counts = [
        {"variant": key, "days": DAYS, "exposure_counts": [10, 20]} for key in [*KEYS, "$multiple"]
    ]
    return {"timeseries": counts, "total_exposures": dict.fromkeys(KEYS, 20)}


def test_exposures__many_variants__six_lines_chosen_by_boxes(owner, context, experiment):
    made, path = experiment("many-exposed")
    serve(context, overview(made, answer([]), exposures=exposures()))
    page = owner.open(f"{path}/exposures")
    lines, labels = page.locator("svg.chart path.line"), page.locator("svg.chart text.lb")
    expect(labels).to_have_text([*KEYS[:6], "several variants"])
    expect(page.get_by_label("v9")).to_be_disabled()
    page.get_by_label("v1").uncheck()
    page.get_by_label("v9").check()

    expect(labels).to_have_text(["control", "v2", "v3", "v4", "v5", "v9", "several variants"])
    hues = [line.get_attribute("class") for line in lines.all()]
    assert len({*hues}) == 7


def test_metric__many_variants__counts_and_days_of_the_chosen_ones(owner, context, experiment):
    made, path = experiment("many-counted")
    serve(context, overview(made, answer([side(key) for key in KEYS[1:]])))
    result = {"variant_results": [side(key) for key in KEYS[1:]]}
    days = {"timeseries": dict.fromkeys(DAYS, result), "recalculation_status": None}
    context.route("**/timeseries_results/*", lambda route: route.fulfill(json=days))
    page = owner.open(path)
    page.get_by_role("button", name="Purchase within 7 days").click()
    page.get_by_label("v1").uncheck()
    page.get_by_label("v9").check()

    chosen = ["v2", "v3", "v4", "v5", "v6", "v9"]
    expect(page.locator(".counted thead th.r")).to_have_text(["control", *chosen])
    expect(page.locator("svg.chart text.lb")).to_have_text(chosen)


@pytest.mark.parametrize(("status", "polls"), [(None, False), ("in_progress", True)])
def test_metric__open__its_days_are_asked_for_while_they_are_calculated(
    owner, context, experiment, status, polls
):
    made, path = experiment(f"polled-{polls}")
    serve(context, overview(made, answer([side("test")])))
    days = {"timeseries": {}, "recalculation_status": status}
    context.route("**/timeseries_results/*", lambda route: route.fulfill(json=days))
    owner.page.clock.install()
    page = owner.open(path)
    page.get_by_role("button", name="Purchase within 7 days").click()
    expect(page.get_by_text("No day has been calculated yet")).to_be_visible()
    asked = []
    page.on("request", lambda one: "timeseries_results" in one.url and asked.append(one.url))
    page.clock.fast_forward(6_000)
    page.wait_for_timeout(500)

    assert bool(asked) is polls


def test_results__absolute_differences__proportions_in_percentage_points(
    owner, context, experiment
):
    stats = {"method": "bayesian", "bayesian": {"difference_type": "ABSOLUTE"}}
    made, path = experiment("absolute", stats_config=stats)
    serve(context, overview(made, answer([side("test")])))
    page = owner.open(path)

    share = row(page, "Purchase within 7 days", "test").locator(".lift")
    expect(share).to_have_text("▲ +0.69\u202fpp")
    expect(row(page, "Revenue per person", "test").locator(".lift")).to_have_text("▲ +0.00690")


def test_results__baseline_of_another_name__named_where_it_lacks_people(owner, context, experiment):
    made, path = experiment("other-baseline")
    base = {"key": "old", "number_of_samples": 9, "validation_failures": ["not-enough-exposures"]}
    serve(context, overview(made, answer([side("test", credible_interval=None)], **base)))
    page = owner.open(path)

    told = row(page, "Purchase within 7 days", "test").locator(".said")
    expect(told).to_contain_text("9 of 50 people in old")


def test_results__ended_before_they_were_computed__data_until_the_end(
    owner, context, server, project, experiment
):
    made, path = experiment("ended")
    dates = {"start_date": "2026-10-01T00:00:00Z", "end_date": "2026-10-20T09:30:00Z"}
    server.call("PATCH", f"{project}experiments/{made['id']}/", dates)
    serve(context, overview(made, answer([side("test")])))
    page = owner.open(path)

    expect(page.locator(".facts")).to_contain_text("Data until09:30 20 Oct 2026")


def test_exposures__of_an_action__the_action_is_named(owner, context, server, project, experiment):
    action = server.call("POST", f"{project}actions/", {"name": "Bought", "steps": []})
    config = {"kind": "ActionsNode", "id": action["id"], "name": "Bought"}
    made, path = experiment("by-action", exposure_criteria={"exposure_config": config})
    serve(context, overview(made, answer([]), exposures=exposures()))
    page = owner.open(f"{path}/exposures")

    expect(page.get_by_text("Counted at the first Bought after the start.")).to_be_visible()


def test_no_exposure__of_an_action__the_action_is_awaited(owner, server, project, experiment):
    action = server.call("POST", f"{project}actions/", {"name": "Sold", "steps": []})
    config = {"kind": "ActionsNode", "id": action["id"], "name": "Sold"}
    _, path = experiment("awaits-action", exposure_criteria={"exposure_config": config})
    page = owner.open(f"{path}/exposures")

    expect(page.get_by_text(re.compile("^SDKs send Sold with"))).to_be_visible()


def test_head__with_a_holdout__how_many_never_see_it(owner, server, project, experiment):
    body = {"name": "Always-old", "filters": [{"rollout_percentage": 5}]}
    holdout = server.call("POST", f"{project}experiment_holdouts/", body)
    _, path = experiment("held-out", holdout_id=holdout["id"])
    page = owner.open(path)

    expect(page.locator("header .meta")).to_contain_text("Always-old: 5 % never see it")
