"""Funnels without a conversion window: their steps end with the experiment."""

import pytest

from tests.results.conftest import AMOUNT, metric, purchases, wire_event
from tests.results.mini_data import END, Seen
from tests.results.test_criteria import people, save, sums

BUYS = metric("funnel", series=[{"event": "purchase"}])
EVERYBODY = {"control": 5, "test": 4}
ORDERS = ("ordered", "unordered")


# c5 is exposed at the end, and buys later.
@pytest.mark.parametrize("order", ORDERS)
def test_funnel__no_window_and_step_after_the_end__not_counted(ask, mini, order):
    found = sums(ask(mini, BUYS | {"funnel_order_type": order}))

    assert found == {"control": 3, "test": 3}
    assert found == sums(ask(mini, metric(source=purchases("dau"))))


@pytest.mark.parametrize("order", ORDERS)
def test_funnel__no_window_and_step_at_the_end__counted(ask, mini, capture, order):
    capture([wire_event(Seen("c3", END, "purchase"))])

    assert sums(ask(mini, BUYS | {"funnel_order_type": order}))["control"] == 4


@pytest.mark.parametrize("window", [{}, {"conversion_window": 0}, {"conversion_window": 7}])
def test_funnel__no_window_and_matured_only__everybody_counts(ask, mini, window):
    save(mini, exposure_criteria={"only_count_matured_users": True})

    # A number without a unit is no window.
    found = people(ask(mini, BUYS | {"conversion_window_unit": None} | window))

    assert found == people(ask(mini, metric(source=purchases(**AMOUNT)))) == EVERYBODY
