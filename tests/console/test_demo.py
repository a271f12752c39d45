"""The states of an experiment, as the server's own results of the demo have them."""

import re

import pytest
from playwright.sync_api import expect

from tests.console.overview import row


@pytest.fixture(scope="module")
def demo(server):
    server.manage("load_demo")
    projects = server.call("GET", "/api/organizations/@current/projects/")["results"]
    project = next(one["id"] for one in projects if one["name"] == "Demo")
    listed = server.call("GET", f"/api/projects/{project}/experiments/?limit=100")["results"]
    return {
        one["feature_flag_key"]: f"/project/{project}/experiments/{one['id']}" for one in listed
    } | {"": f"/project/{project}/experiments"}


@pytest.fixture
def open_demo(owner, demo):
    return lambda key: owner.open(demo[key])


def verdict(page):
    return page.get_by_role("region", name="Reading")


def test_demo__winner__ready_and_offers_to_ship_it(open_demo):
    page = open_demo("one-page-checkout")
    expect(verdict(page)).to_contain_text("Ready: test is better on Purchase")
    verdict(page).get_by_role("button", name="Ship test…").click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile("Purchase: Better"))).to_be_visible()
    assert dialog.locator("input[type=radio]:checked").count() == 0


def test_demo__harm__says_what_is_harmed(open_demo):
    page = open_demo("autoplay-videos")

    expect(verdict(page)).to_contain_text("test harms Purchase")
    expect(verdict(page).get_by_role("button", name="Ship")).to_have_count(0)


def test_demo__no_effect__nothing_found(open_demo):
    expect(verdict(open_demo("blue-button"))).to_contain_text("No difference")


def test_demo__split_off__nothing_is_trusted(open_demo):
    page = open_demo("new-landing-page")

    expect(verdict(page)).to_contain_text("Do not decide: the split is off")
    expect(row(page, "Purchase", "test").locator(".said")).to_contain_text("Not trustworthy")
    expect(page.locator(".facts")).to_contain_text("off")


def test_demo__holdout__named_and_set_apart(open_demo):
    page = open_demo("recommendations")

    expect(page.locator(".meta")).to_contain_text("Without recommendations: 10 % never see it")
    expect(page.locator("tr.apart").first).to_contain_text("holdout-")


def test_demo__first_days__keeps_running(open_demo):
    expect(verdict(open_demo("new-search"))).to_contain_text("Keep it running")


def test_demo__many_variants__comparisons_are_corrected_together(open_demo):
    page = open_demo("price-endings")

    expect(page.get_by_text("8 comparisons; corrected together")).to_be_visible()


def test_demo__paused__says_who_still_counts(open_demo):
    page = open_demo("dark-theme")

    expect(page.locator("header .state")).to_have_text("Paused")
    expect(verdict(page)).to_contain_text("Paused: nobody new sees a variant.")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def test_demo__shipped__split_is_compared_with_what_was_planned(open_demo):
    page = open_demo("shorter-signup")

    expect(page.get_by_role("heading", name="Conclusion: Won")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("50 : 50 expected")
    expect(page.locator(".facts")).to_contain_text("frozen at the end")
    expect(verdict(page).get_by_role("button", name="Ship")).to_have_count(0)


def test_demo__shipped__exposures_are_compared_with_what_was_planned(open_demo):
    page = open_demo("shorter-signup")

    page.get_by_role("link", name="Exposures").click()

    expect(page.get_by_text("As planned, p =")).to_be_visible()
    expect(page.get_by_role("row", name="control")).not_to_contain_text("\N{EN DASH}")


def test_demo__stopped__conclusion_and_frozen(open_demo):
    page = open_demo("exit-popup")

    expect(page.get_by_role("heading", name="Conclusion: Lost")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("frozen at the end")


def test_demo__draft__what_is_missing_before_the_launch(open_demo):
    page = open_demo("gift-cards")

    expect(page.get_by_text("Before the launch")).to_be_visible()
    expect(page.get_by_role("link", name="Plan how long it shall run")).to_be_visible()


def test_demo__list__readings_and_the_split_that_is_off(open_demo):
    page = open_demo("")

    def line(name):
        return page.locator("tr").filter(has_text=name)

    line("One-page checkout").scroll_into_view_if_needed()
    expect(line("One-page checkout")).to_contain_text("Better")
    expect(line("Autoplaying videos")).to_contain_text("Worse")
    expect(line("New landing page")).to_contain_text("Not trustworthy")


def test_demo__list_at_any_width__never_sideways_and_nothing_cut_off(open_demo):
    page = open_demo("")
    expect(page.get_by_text("No clear difference").first).to_be_visible()
    beyond = """() => [document.documentElement, document.querySelector(".panel")]
        .map(one => one.scrollWidth - one.clientWidth)"""

    for width in (1280, 1241, 1100, 1001, 1000, 800, 721, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert max(page.evaluate(beyond)) <= 0, width


def test_demo__printed__results_without_the_chrome(open_demo):
    page = open_demo("one-page-checkout")
    expect(row(page, "Purchase", "test")).to_contain_text("to win")
    change = row(page, "Purchase", "test").locator(".lift").inner_text()
    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("button", name="Recalculate")).to_be_hidden()
    expect(row(page, "Purchase", "test").locator(".lift")).to_have_text(change)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf()[:5] == b"%PDF-"


def test_demo__nobody_exposed__what_is_awaited_and_the_event_never_seen(owner, server):
    path = server.project("Nobody came")
    metric = {"kind": "ExperimentMetric", "metric_type": "mean", "name": "Refunds"}
    source = {"kind": "EventsNode", "event": "refund_asked"}
    body = {
        "name": "Unseen",
        "feature_flag_key": "unseen",
        "metrics": [metric | {"source": source}],
    }
    made = server.call("POST", f"{path}experiments/", body)
    server.call("POST", f"{path}experiments/{made['id']}/launch/")
    page = owner.open(f"{path.replace('/api/projects/', '/project/')}experiments/{made['id']}")

    expect(page.get_by_role("heading", name="Waiting for the first exposure")).to_be_visible()
    expect(page.get_by_text("No event refund_asked has arrived yet.")).to_be_visible()
