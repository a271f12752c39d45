import csv
import re

import pytest
from playwright.sync_api import expect

from tests.console.demo import fill, utc_now
from tests.console.overview import answer, overview, row, serve


@pytest.fixture(scope="module")
def shop(server):
    path = server.project("Web shop")
    return path, fill(server.call, path, utc_now())


@pytest.fixture
def address(shop):
    path, experiment = shop
    return f"{path.replace('/api/projects/', '/project/')}experiments/{experiment['id']}"


@pytest.fixture
def answered(context, shop):
    """Make the results those that a test says."""

    def install(variants, **more):
        serve(context, overview(shop[1], answer(variants), **more))

    return install


def test_results__of_the_server__readings_formats_and_facts(owner, address):
    page = owner.open(address)
    expect(page.locator(".verdict h2")).to_have_text(re.compile("days are left"))
    better = row(page, "Purchase within 7 days", "one-page")
    expect(better).to_contain_text(re.compile(r"▲ \+\d+\.\d.%"))
    expect(better.locator(".said")).to_have_class(re.compile("good"))
    fewer = row(page, "Payment errors per person", "one-page")
    expect(fewer.locator(".lift")).to_contain_text("▼ \u2212")
    expect(page.locator(".facts")).to_contain_text("as planned")
    expect(page.locator(".facts")).to_contain_text("of 5,200 people")


def test_results__decrease_goal__less_is_better_and_the_chance_turns(owner, address, answered):
    variant = {"key": "one-page", "credible_interval": [-0.2, -0.1], "chance_to_win": 0.001}
    answered([variant | {"significant": True}])
    page = owner.open(address)

    errors = row(page, "Payment errors per person", "one-page")
    expect(errors.locator(".said")).to_have_text(re.compile(r"Better.*99\.9"))
    expect(errors.locator(".lift")).to_have_text(re.compile("▼ \u221215\\.0"))
    revenue = row(page, "Revenue per person", "one-page")
    expect(revenue.locator(".said")).to_have_text(re.compile("Worse"))


def test_results__significant_but_interval_contains_0__likely_and_hollow(owner, address, answered):
    variant = {"key": "one-page", "credible_interval": [-0.087, 1.36], "chance_to_win": 0.9576}
    answered([variant | {"significant": True}])
    page = owner.open(address)

    shown = row(page, "Revenue per person", "one-page")
    expect(shown.locator(".said b")).to_have_text("Likely better")
    expect(shown.locator("rect.bar")).to_have_class("bar good maybe")


def test_results__split_is_off__numbers_stay_and_readings_go(owner, address, answered):
    split = {"expected": {"control": 500.0, "one-page": 500.0}, "p_value": 0.00001}
    variant = {"key": "one-page", "credible_interval": [0.1, 0.2], "chance_to_win": 0.999}
    totals = {"control": 600, "one-page": 400, "$multiple": 30}
    answered(
        [variant | {"significant": True}],
        exposures={"total_exposures": totals, "sample_ratio_mismatch": split},
    )
    page = owner.open(address)

    shown = row(page, "Revenue per person", "one-page")
    expect(shown.locator(".said")).to_have_text(re.compile("^Not trustworthy"))
    expect(shown.locator(".lift")).to_have_text(re.compile(r"\+15\.0"))
    expect(shown.locator("rect.bar")).to_have_class("bar ")
    expect(page.locator(".facts")).to_contain_text("control 600 of 500")
    expect(page.get_by_text("saw several variants and are left out")).to_be_visible()


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ("not-enough-exposures", "38 of 50 people"),
        ("not-enough-metric-data", "3 of 5 conversions"),
        ("baseline-mean-is-zero", "control has no purchase yet"),
    ],
)
def test_results__not_enough_data__counts_and_what_is_missing(
    owner, address, answered, failure, said
):
    variant = {"key": "one-page", "number_of_samples": 38, "sum": 3}
    answered([variant | {"validation_failures": [failure]}])
    page = owner.open(address)

    shown = row(page, "Purchase within 7 days", "one-page")
    expect(shown.locator(".said")).to_have_text(re.compile(f"Not enough data.*{said}"))
    expect(shown.locator(".value")).to_contain_text("3 of 38")


def test_results__nothing_and_no_reason__not_computable(owner, address, answered):
    answered([{"key": "one-page"}])
    page = owner.open(address)

    expect(row(page, "Revenue per person", "one-page").locator(".said b")).to_have_text(
        "Not computable"
    )


def test_results__one_metric_fails__others_stand_and_it_can_be_retried(
    owner, address, context, shop
):
    variant = {"key": "one-page", "credible_interval": [0.1, 0.2], "chance_to_win": 0.999}
    found = overview(shop[1], answer([variant]))
    failed = next(one for one in found["metrics"] if one["name"] == "Revenue per person")
    failed |= {"result": None, "error": {"code": "timeout", "detail": "It took too long."}}
    serve(context, found)
    page = owner.open(address)
    expect(page.get_by_text("It took too long.")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("5 metrics, 1 failed")
    expect(row(page, "Purchase within 7 days", "one-page")).to_contain_text("to win")
    page.get_by_role("button", name="Try again").click()

    expect(row(page, "Revenue per person", "one-page")).to_contain_text("to win")
    expect(page.locator(".facts")).not_to_contain_text("failed")


def test_results__interval_beyond_the_scale__a_click_gives_its_metric_its_own(
    owner, address, context, shop
):
    narrow = {"key": "one-page", "credible_interval": [-0.02, 0.04], "chance_to_win": 0.7}
    wide = narrow | {"credible_interval": [-1.2, 2.5]}
    found = overview(shop[1], answer([narrow]))
    next(one for one in found["metrics"] if one["name"] == "Revenue per person")["result"] = answer(
        [wide]
    )
    serve(context, found)
    page = owner.open(address)
    revenue = row(page, "Revenue per person", "one-page")
    expect(revenue.locator("path.off")).to_have_count(2)
    revenue.get_by_title("A scale of its own").click()

    expect(revenue.locator("path.off")).to_have_count(0)
    expect(page.locator("td.plot .axis")).to_have_text(re.compile("500"))
    expect(page).to_have_url(re.compile("fit="))


def test_results__metric_added_from_the_table__is_there(owner, server, address, shop):
    path, experiment = shop
    page = owner.open(address)
    page.get_by_role("button", name="Add metric").last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Helpdesk")
    dialog.get_by_label("of the event").fill("support_opened")
    dialog.get_by_role("button", name="Add metric").click()

    expect(row(page, "Helpdesk", "one-page").locator(".value")).to_contain_text("0")
    one = f"{path}experiments/{experiment['id']}/"
    kept = [each for each in experiment["metrics_secondary"] if each["name"] != "Helpdesk"]
    server.call("PATCH", one, {"metrics_secondary": kept})


def test_results__metric_opened__in_the_link_with_counts_and_days(owner, address):
    page = owner.open(address)
    page.get_by_role("button", name="Purchase within 7 days").click()
    expect(page.locator(".counted")).to_contain_text("checkout_started")
    page.get_by_role("button", name="Calculate them now").click()
    expect(page.locator("svg.chart path.line")).to_have_count(2)
    page.reload()

    expect(page.locator(".counted")).to_be_visible()


def test_results__csv_and_markdown__agree_with_the_table(owner, address, tmp_path, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = owner.open(address)
    expect(row(page, "Revenue per person", "one-page")).to_contain_text("to win")
    change = row(page, "Revenue per person", "one-page").locator(".lift").inner_text().split(" ")[1]
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    download.value.save_as(tmp_path / "results.csv")
    rows = list(csv.DictReader((tmp_path / "results.csv").read_text().splitlines()))
    [found] = [
        one for one in rows if (one["metric"], one["variant"]) == ("Revenue per person", "one-page")
    ]
    assert f"{float(found['change_middle']) * 100:+.1f}" == change.split("\u202f")[0]
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="Copy as Markdown").click()

    expect(page.get_by_text("Copied as Markdown")).to_be_visible()
    assert change in page.evaluate("navigator.clipboard.readText()")


def test_results__split_is_off__said_in_files_too(owner, address, answered, tmp_path, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    split = {"expected": {"control": 500.0, "one-page": 500.0}, "p_value": 0.00001}
    variant = {"key": "one-page", "credible_interval": [0.1, 0.2], "chance_to_win": 0.999}
    answered([variant], exposures={"sample_ratio_mismatch": split})
    page = owner.open(address)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    download.value.save_as(tmp_path / "results.csv")
    rows = list(csv.DictReader((tmp_path / "results.csv").read_text().splitlines()))
    assert {one["reading"] for one in rows} == {"baseline", "Not trustworthy"}
    assert {one["level"] for one in rows} == {"0.95"}
    page.get_by_role("button", name="Export").click()
    page.get_by_role("menuitem", name="Copy as Markdown").click()

    expect(page.get_by_text("Copied as Markdown")).to_be_visible()
    assert "Better" not in page.evaluate("navigator.clipboard.readText()")


def test_exposures__of_the_server__lines_and_shares(owner, address):
    page = owner.open(f"{address}/exposures")

    expect(page.locator("svg.chart path.line").first).to_be_visible()
    expect(page.locator("tbody").last).to_contain_text("one-page-express")


def test_results__shown_curl__is_what_the_page_asked(owner, address):
    page = owner.open(f"{address}/exposures")
    page.get_by_role("button", name="curl").click()

    expect(page.get_by_role("dialog")).to_contain_text(re.compile(r"experiments/\d+/results/"))
