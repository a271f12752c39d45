from datetime import UTC, datetime

import pytest

from core.exceptions import RuleBroken
from experiments import validation

EARLY, LATE = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end"), [(None, None), (EARLY, None), (None, EARLY), (EARLY, LATE)], ids=str
)
def test_check_dates__in_order_or_alone__passes(start, end):
    assert validation.check_dates(start_date=start, end_date=end) is None


@pytest.mark.parametrize(("start", "end"), [(EARLY, EARLY), (LATE, EARLY)], ids=str)
def test_check_dates__not_in_order__refused(start, end):
    with pytest.raises(RuleBroken, match="end_date must be after start_date"):
        validation.check_dates(start_date=start, end_date=end)


@pytest.mark.parametrize("config", [None, {}, {"method": None}, {"method": "bayesian"}], ids=str)
def test_check_stats_config__known_method_or_none__passes(config):
    assert validation.check_stats_config(config) is None


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ([1], "Metric 0: "),
        ([{"kind": "ExperimentMetric", "metric_type": "mean", "source": {}}, {}], "Metric 1: "),
        ([{"kind": "ExperimentTrendsQuery"}], "Legacy metrics are no longer accepted"),
        ([{"kind": "ExperimentMetric", "metric_type": "funnel", "series": []}], "at least one"),
    ],
    ids=str,
)
def test_check_metrics__bad_one__named_by_its_place(metrics, message):
    with pytest.raises(RuleBroken, match=message):
        validation.check_metrics(metrics)


@pytest.mark.parametrize(
    ("variants", "message"),
    [
        ([{"key": "control", "rollout_percentage": 0}] * 2, "must differ"),
        ([{"key": "control", "rollout_percentage": 0}], "at least 2"),
        ([{"key": str(n), "rollout_percentage": 0} for n in range(20)], "'control'"),
        ([{"key": str(n), "rollout_percentage": 0} for n in range(21)], "at most 20"),
        ([{"key": "control"}] * 2, "needs a rollout_percentage"),
        ([{"rollout_percentage": 1}] * 2, "needs a key"),
        ([{"key": "control", "rollout_percentage": 0, "name": False}] * 2, "name of a variant"),
    ],
    ids=["same", "one", "no control", "many", "no share", "no key", "name"],
)
def test_check_parameters__variants__first_problem_told(variants, message):
    parameters = {"feature_flag_variants": variants}

    with pytest.raises(RuleBroken, match=message):
        validation.check_parameters(parameters)


@pytest.mark.parametrize("variants", [None, []], ids=repr)
def test_check_parameters__no_variants__passes(variants):
    assert validation.check_parameters({"feature_flag_variants": variants}) is None
