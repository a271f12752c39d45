"""Values that a double holds, but not their squares: anybody can send them."""

import pytest

from tests.results.conftest import AMOUNT, WEEK, metric, purchases
from tests.results.test_criteria import seen, sums

REVENUE = metric(source=purchases(**AMOUNT), **WEEK)


@pytest.mark.parametrize("amount", [1.7e308, -1e200, "1e300", 1e-200, 5e-324])
@pytest.mark.parametrize("math", ["sum", "avg", "max"])
def test_mean__amount_beyond_all_computing__counts_as_none(ask, mini, capture, math, amount):
    document = metric(source=purchases(math, **AMOUNT), **WEEK)
    before = sums(ask(mini, document))
    capture([seen("c3", 2600, "purchase", amount=amount)])

    assert sums(ask(mini, document)) == before


def test_ratio__amount_beyond_all_computing__counts_as_none(ask, mini, capture):
    members = {"numerator": purchases(**AMOUNT), "denominator": purchases(**AMOUNT)}
    capture([seen("c3", 2600, "purchase", amount=1.7e308)])

    assert sums(ask(mini, metric("ratio", **members))) == {"control": 130, "test": 120}


@pytest.mark.parametrize("method", ["bayesian", "frequentist"])
def test_results__largest_amount_that_counts__a_reason_in_words(
    client, project, unvisited, capture, method
):
    unvisited.metrics, unvisited.stats_config = [REVENUE], {"method": method}
    unvisited.save()
    capture(exposed_buyers(1e100))

    url = f"/api/projects/{project.pk}/experiments/{unvisited.pk}/results/"
    [shown] = client.get(url).json()["metrics"]

    assert shown["result"]["baseline"]["sum"] == pytest.approx(1e100 * 30)
    assert "too large" in shown["estimates"]["test"]["reason"]


def exposed_buyers(amount):
    for place in range(120):
        arm = ("control", "test")[place % 2]
        exposure = {"$feature_flag": "my-flag", "$feature_flag_response": arm}
        yield seen(f"p{place}", 1500, "$feature_flag_called", **exposure)
        yield seen(f"p{place}", 1600, "purchase", amount=amount * (place // 2) / 59)
