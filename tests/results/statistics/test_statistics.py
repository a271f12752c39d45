import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from results.statistics import (
    Cuped,
    Difference,
    Method,
    MetricKind,
    StatsConfig,
    Sums,
    compare,
    read_stats_config,
    sample_ratio,
    validation_failures,
)
from results.statistics.corrections import benjamini_hochberg, holm
from results.statistics.special import chi_squared_tail, normal_cdf, t_quantile, t_tail
from tests.results.statistics import golden

ABSOLUTE = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE)


def added_up(value, people):
    """Return the sums of people who all have the same value, rounded at each as databases do."""
    x = xx = 0.0
    for _ in range(people):
        x, xx = x + value, xx + value * value
    return Sums(people, x, xx, x, xx, xx)


@pytest.mark.parametrize("kind", [MetricKind.MEAN, MetricKind.RATIO])
@pytest.mark.parametrize("value", [0.1, 9.99, 33.33, 1e9 + 0.1])
@pytest.mark.parametrize("people", [50, 77, 1234])
def test_compare__everybody_the_same__nothing_varies(kind, value, people):
    found = compare(added_up(value, people), added_up(value, 61), kind, StatsConfig())

    assert found.reason == "Nothing varies, so there is no interval."


@pytest.mark.parametrize(("sign", "is_open"), [(-1, True), (1, False)], ids=["above", "below"])
def test_compare__ratio_with_negative_denominators__by_its_baseline_mean(sign, is_open):
    control = Sums(100, sign * 500.0, 2_600.0, -500.0, 2_600.0, -sign * 2_550.0)
    found = compare(control, control, MetricKind.RATIO, StatsConfig())

    assert (found.evidence is not None) is is_open
    assert is_open or "above zero" in found.reason


@given(st.floats(0, 1e3), st.floats(0.1, 1e9))
@settings(max_examples=300, deadline=None)
def test_t_tail__any_arguments__as_scipy(t, degrees):
    assert t_tail(t, degrees) == pytest.approx(stats.t.sf(t, degrees), rel=1e-7, abs=1e-300)


@given(st.sampled_from([0.75, 0.9, 0.95, 0.975, 0.995]), st.floats(1, 1e5))
@settings(max_examples=60, deadline=None)
def test_t_quantile__any_arguments__as_scipy(probability, degrees):
    assert t_quantile(probability, degrees) == pytest.approx(stats.t.ppf(probability, degrees))


def test_compare__huge_effect_in_a_huge_sample__at_once():
    arms = golden.proportion(100_000, 1_000_000), golden.proportion(120_000, 1_000_000)

    found = compare(*arms, MetricKind.FUNNEL, StatsConfig(Method.FREQUENTIST))

    assert found.evidence.p_value == pytest.approx(0, abs=1e-100)
    assert found.evidence.interval == pytest.approx((0.190495, 0.209505), abs=1e-5)


@given(st.floats(-30, 30))
def test_normal_cdf__any_z__as_scipy(z):
    assert normal_cdf(z) == pytest.approx(stats.norm.cdf(z), rel=1e-9)


@given(st.floats(0, 500), st.integers(1, 30))
@settings(deadline=None)
def test_chi_squared_tail__any_arguments__as_scipy(statistic, degrees):
    expected = stats.chi2.sf(statistic, degrees)
    assert chi_squared_tail(statistic, degrees) == pytest.approx(expected, rel=1e-8)


samples = st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=60)


@given(samples, samples)
@settings(max_examples=80, deadline=None)
def test_compare__random_samples__welch_as_scipy(control, test):
    arms = [Sums(len(v), sum(v), sum(x * x for x in v)) for v in (control, test)]
    if min(np.var(control), np.var(test)) < 1e-6:
        return

    evidence = compare(*arms, MetricKind.MEAN, ABSOLUTE).evidence
    expected = stats.ttest_ind(test, control, equal_var=False)

    assert evidence.p_value == pytest.approx(expected.pvalue, rel=1e-4, abs=1e-9)
    assert evidence.interval == pytest.approx(tuple(expected.confidence_interval()), rel=1e-4)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrections__random_p_values__as_scipy(p_values):
    expected = stats.false_discovery_control(p_values)

    assert benjamini_hochberg(p_values) == pytest.approx(list(expected))
    for raw, adjusted in zip(p_values, holm(p_values), strict=True):
        assert raw <= adjusted <= min(1.0, raw * len(p_values)) + 1e-12


@pytest.mark.parametrize(
    ("counts", "shares", "p_value"),
    [
        ((90, 10), (50, 50), 1.24419e-15),
        ((100, 0), (50, 50), 1.52397e-23),
        ((5200, 4800), (50, 50), 6.33425e-05),
        ((49000, 51000), (50, 50), 2.53963e-10),
        ((80, 70, 0), (45, 45, 10), 0.00016597),
        ((3400, 3300, 3300), (1, 1, 1), 0.367879),
        ((310, 340, 350), (33, 33, 34), 0.404690),
        ((20, 40, 40), (20, 40, 40), 1),
        ((50, 50, 1), (50, 50, 0), 1),
    ],
)
def test_sample_ratio__golden_counts__p_value(counts, shares, p_value):
    keys = "abc"[: len(counts)]
    found = sample_ratio(dict(zip(keys, counts, strict=True)), dict(zip(keys, shares, strict=True)))

    assert found.p_value == pytest.approx(p_value, rel=1e-5)


@pytest.mark.parametrize(
    ("counts", "shares"),
    [({"a": 40, "b": 40}, {"a": 50, "b": 50}), ({"a": 500}, {"a": 100}), ({}, {})],
)
def test_sample_ratio__too_little__none(counts, shares):
    assert sample_ratio(counts, shares) is None


@pytest.mark.parametrize(
    ("sums", "kind", "is_baseline", "expected"),
    [
        (Sums(49, 10), MetricKind.MEAN, False, ["not-enough-exposures"]),
        (Sums(50, 4), MetricKind.FUNNEL, False, ["not-enough-metric-data"]),
        (Sums(50, 4), MetricKind.MEAN, False, []),
        (Sums(50, 0), MetricKind.MEAN, True, ["baseline-mean-is-zero"]),
        (Sums(50, 0), MetricKind.MEAN, False, []),
        (Sums(0, 0), MetricKind.RETENTION, True,
         ["not-enough-exposures", "not-enough-metric-data", "baseline-mean-is-zero"]),
    ],
)  # fmt: skip
def test_validation_failures__any_sums__codes(sums, kind, is_baseline, expected):
    assert validation_failures(sums, kind, is_baseline=is_baseline) == expected


sums = st.builds(
    Sums,
    st.integers(0, 10**9),
    *[st.floats(-1e18, 1e18) | st.sampled_from([0.0, math.inf, math.nan]) for _ in range(8)],
)


@given(
    sums, sums, st.sampled_from(MetricKind), st.sampled_from(Method), st.booleans(), st.booleans()
)
@settings(max_examples=300, deadline=None)
def test_compare__any_sums__evidence_or_a_reason(control, test, kind, method, is_adjusted, is_open):
    config = StatsConfig(method, cuped=Cuped(is_adjusted), tuning=5000 if is_open else None)

    found = compare(control, test, kind, config)

    assert (found.evidence is None) == bool(found.reason)
    if found.evidence:
        assert all(map(math.isfinite, found.evidence.interval))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, StatsConfig()),
        ({"method": "nonsense"}, StatsConfig()),
        ({"method": "bayesian", "bayesian": {"ci_level": 0.9}}, StatsConfig(level=0.9)),
        ({"bayesian": {"ci_level": 7, "difference_type": "relative"}}, StatsConfig()),
        (
            {"method": "frequentist", "frequentist": {"alpha": 0.1, "difference_type": "ABSOLUTE"}},
            StatsConfig(Method.FREQUENTIST, alpha=0.1, difference=Difference.ABSOLUTE),
        ),
        (
            {"method": "frequentist", "frequentist": {"sequential_testing_enabled": True}},
            StatsConfig(Method.FREQUENTIST, tuning=5000),
        ),
        (
            {"cuped": {"enabled": True, "lookback_days": 99}},
            StatsConfig(cuped=Cuped(True, 30)),
        ),
        ({"baseline_variant_key": "a"}, StatsConfig(baseline="a")),
    ],
)
def test_read_stats_config__any_document__with_defaults(document, expected):
    assert read_stats_config(document) == expected
