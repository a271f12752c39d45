import pytest
from playwright.sync_api import expect

from tests.console.overview import answer, overview, serve

ARABIC = "صفحة دفع واحدة أو خطوتان " * 16


@pytest.fixture(scope="module")
def crowded(server):
    project = server.project("Crowded")
    keys = ["control", *(f"variant-{number}" for number in range(1, 20))]
    metrics = [
        {
            "kind": "ExperimentMetric",
            "metric_type": "mean",
            "name": f"Metric {number} {'with a long name ' * 12}",
            "source": {"kind": "EventsNode", "event": f"event-{number}"},
        }
        for number in range(30)
    ]
    body = {
        "name": ARABIC[:400],
        "feature_flag_key": "crowded",
        "metrics": metrics,
        "parameters": {
            "feature_flag_variants": [{"key": key, "rollout_percentage": 5} for key in keys]
        },
    }
    made = server.call("POST", f"{project}experiments/", body)
    server.call("POST", f"{project}experiments/{made['id']}/launch/")
    return f"{project.replace('/api/projects/', '/project/')}experiments/{made['id']}", made


@pytest.fixture
def page(owner, context, crowded):
    address, experiment = crowded
    variant = {"credible_interval": [-0.1, 0.2], "chance_to_win": 0.7, "significant": False}
    result = answer([variant | {"key": f"variant-{number}"} for number in range(1, 20)])
    serve(context, overview(experiment, result))
    return owner.open(address)


def test_results__20_variants_and_30_metrics__six_rows_each_until_asked(page):
    expect(page.locator("th.metric")).to_have_count(30)
    expect(page.get_by_role("button", name="Show all 19")).to_have_count(30)
    page.get_by_role("button", name="Show all 19").first.click()
    expect(page.get_by_text("variant-19", exact=True)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_results__30_metrics__searched_and_the_search_is_in_the_link(page):
    page.get_by_label("Search metrics").fill("metric 17")

    expect(page.locator("th.metric")).to_have_count(1)
    page.reload()
    expect(page.locator("th.metric")).to_contain_text("Metric 17")


def test_results__30_metrics__sorted_by_change(owner, context, crowded):
    address, experiment = crowded
    variant = {"key": "variant-1", "chance_to_win": 0.7, "significant": False}
    document = overview(experiment, {})
    for number, one in enumerate(document["metrics"]):
        wide = [-0.1, 0.9 if number == 29 else 0.2]
        one["result"] = answer([variant | {"credible_interval": wide}])
    serve(context, document)
    page = owner.open(address)
    page.get_by_label("Order").select_option("change")

    expect(page.locator("th.metric").first).to_contain_text("Metric 29")


def test_name__long_and_arabic__right_to_left_and_wrapped(page):
    title = page.locator("h1")
    expect(title).to_contain_text("صفحة دفع")

    assert title.evaluate("element => getComputedStyle(element).direction") == "rtl"
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
