import pytest
from playwright.sync_api import expect

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
    return f"{project.replace('/api/projects/', '/project/')}experiments/{made['id']}"


@pytest.fixture
def answers(context):
    side = {"number_of_samples": 400, "sum": 80, "validation_failures": []}
    variant = side | {"credible_interval": [-0.1, 0.2], "chance_to_win": 0.7, "significant": False}
    result = {
        "baseline": side | {"key": "control"},
        "variant_results": [variant | {"key": f"variant-{number}"} for number in range(1, 20)],
        "timeseries": [],
        "total_exposures": {"control": 400},
        "sample_ratio_mismatch": None,
        "bias_risk": None,
    }
    context.route("**/query/", lambda route: route.fulfill(json=result))


@pytest.mark.usefixtures("answers")
def test_results__20_variants_and_30_metrics__six_rows_each_until_asked(owner, crowded):
    page = owner.open(crowded)

    expect(page.locator("th.metric")).to_have_count(30)
    expect(page.get_by_role("button", name="Show all 19")).to_have_count(30)
    page.get_by_role("button", name="Show all 19").first.click()
    expect(page.get_by_text("variant-19", exact=True)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_name__long_and_arabic__right_to_left_and_wrapped(owner, crowded):
    page = owner.open(crowded)
    title = page.locator("h1")
    expect(title).to_contain_text("صفحة دفع")

    assert title.evaluate("element => getComputedStyle(element).direction") == "rtl"
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
