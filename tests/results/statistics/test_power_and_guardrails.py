import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from results.statistics import (
    Correction,
    Difference,
    GuardrailState,
    Method,
    MetricKind,
    StatsConfig,
    adjusted,
    bias_risk,
    compare,
    detectable_effect,
    guardrail,
    power_at,
    read_guardrails,
    read_stats_config,
    standings,
    units_needed,
)
from results.statistics.effects import Effect
from tests.results.statistics import golden

FIXED = StatsConfig(Method.FREQUENTIST)
ABSOLUTE = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE)
SEQUENTIAL = StatsConfig(Method.FREQUENTIST, tuning=5000)
ENGINES = {"bayesian": StatsConfig(), "fixed": FIXED, "sequential": SEQUENTIAL}
every_engine = pytest.mark.parametrize("config", ENGINES.values(), ids=ENGINES)
effects = st.builds(
    Effect, st.floats(-1, 1), st.floats(1e-6, 1), st.floats(50, 1e6), st.integers(100, 10**6)
)


@given(st.floats(0.1, 5), st.floats(98, 1e5))
@settings(max_examples=60, deadline=None)
def test_power_at__fixed_horizon__as_the_noncentral_t(size, degrees):
    critical = stats.t.ppf(0.975, degrees)
    expected = stats.nct.sf(critical, degrees, size) + stats.nct.cdf(-critical, degrees, size)

    assert power_at(Effect(0, 1, degrees, 1000), size, FIXED) == pytest.approx(expected, abs=0.006)


@every_engine
@given(effect=effects, power=st.floats(0.5, 0.99))
@settings(max_examples=40, deadline=None)
def test_detectable_effect__any_effect__has_the_power_asked_for(config, effect, power):
    size = detectable_effect(effect, config, power=power)

    assert power_at(effect, size, config) == pytest.approx(power, abs=1e-3)


def test_detectable_effect__textbook_sample__as_planned():
    # 14 744 people in each arm find 0.1 -> 0.11 four times out of five, by statsmodels.
    arms = golden.proportion(1474.4, 14744), golden.proportion(1474.4, 14744)
    effect = compare(*arms, MetricKind.FUNNEL, ABSOLUTE).effect

    assert detectable_effect(effect, ABSOLUTE) == pytest.approx(0.0098, abs=1e-4)
    assert power_at(effect, 0.0, ABSOLUTE) == pytest.approx(0.05, abs=1e-4)


@every_engine
@given(effect=effects, size=st.floats(0.01, 1))
@settings(max_examples=25, deadline=None)
def test_units_needed__any_effect__enough_and_not_too_many(config, effect, size):
    needed = units_needed(effect, size, config)
    scaled = [
        Effect(0, effect.variance / scale, max(effect.degrees * scale, 1), round(needed * part))
        for part in (1, 0.99)
        for scale in [needed * part / effect.units]
    ]

    if needed > 10_000:
        assert detectable_effect(scaled[0], config) <= size * 1.0001
        assert detectable_effect(scaled[1], config) > size


extreme = st.floats(-1e18, 1e18) | st.sampled_from([0.0, 1e-300, 1e150, 5e-324])
sums = st.builds(golden.Sums, st.integers(0, 10**9), *[extreme] * 8)


@every_engine
@given(arms=st.lists(sums, min_size=2, max_size=4), kind=st.sampled_from(MetricKind))
@settings(max_examples=60, deadline=None)
def test_all_of_them__any_sums__a_number_and_no_crash(config, arms, kind):
    compared = (compare(arms[0], arm, kind, config) for arm in arms[1:])
    found = {str(place): c.effect for place, c in enumerate(compared) if c.effect}

    for effect in found.values():
        assert detectable_effect(effect, config) >= 0
        assert 0 <= power_at(effect, 0.1, config) <= 1 + 1e-9
        assert guardrail(effect, 0.1, config).state in GuardrailState
        assert (units_needed(effect, 0.1, config) or 1) > 0
    standing = standings(found, baseline="control").values()
    assert not found or sum(s.chance_to_be_best for s in standing) == pytest.approx(1)


def test_units_needed__hopeless__none():
    assert units_needed(Effect(0, 1, 100, 1000), 1e-9, FIXED) is None


@pytest.mark.parametrize(
    ("difference", "is_lower_better", "state"),
    [
        (0.0, False, GuardrailState.HELD),
        (-0.015, False, GuardrailState.OPEN),
        (-0.05, False, GuardrailState.BROKEN),
        (0.05, True, GuardrailState.BROKEN),
        (-0.05, True, GuardrailState.HELD),
    ],
)
@every_engine
def test_guardrail__margin_of_two_percent__state(config, difference, is_lower_better, state):
    effect = Effect(difference, 0.005**2, 10_000, 10_000)

    assert guardrail(effect, 0.02, config, is_lower_better=is_lower_better).state is state


@every_engine
@given(effect=effects, margin=st.floats(0, 1), is_lower_better=st.booleans())
@settings(max_examples=60, deadline=None)
def test_guardrail__any_effect__evidence_agrees_with_the_state(
    config, effect, margin, is_lower_better
):
    found = guardrail(effect, margin, config, is_lower_better=is_lower_better)

    limit = config.alpha if config.tuning else 0.025
    p_value = found.p_value if found.chance is None else 1 - found.chance
    if abs(p_value - limit) > 1e-9:
        assert (found.state is GuardrailState.HELD) == (p_value < limit)


def test_guardrail__fixed_horizon__p_value_as_scipys_one_sided_test():
    control, test = [3.1, 2.7, 4.0, 3.3, 2.9, 3.8], [2.9, 3.0, 3.6, 3.1, 2.8, 3.9]
    arms = [golden.Sums(6, sum(v), sum(x * x for x in v)) for v in (control, test)]
    effect = compare(*arms, MetricKind.MEAN, ABSOLUTE).effect
    expected = stats.ttest_ind(
        [x + 0.5 for x in test], control, equal_var=False, alternative="greater"
    )

    assert guardrail(effect, 0.5, ABSOLUTE).p_value == pytest.approx(expected.pvalue)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, {}),
        ({"guardrails": {"a": {"margin": 0.02}, "b": {"margin": 0}}}, {"a": 0.02, "b": 0.0}),
        ({"guardrails": {"a": {"margin": -1}, "b": {"margin": True}, "c": 1, "d": {}}}, {}),
        ({"guardrails": {"a": {"margin": float("nan")}}}, {}),
        ({"guardrails": ["a"]}, {}),
    ],
)
def test_read_guardrails__any_document__margins(document, expected):
    assert read_guardrails(document) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("holm", Correction.HOLM),
        ("benjamini_hochberg", Correction.BENJAMINI_HOCHBERG),
        ("bonferroni", Correction.NONE),
        (["holm"], Correction.NONE),
    ],
)
def test_read_stats_config__multiple_comparisons__correction(value, expected):
    assert read_stats_config({"multiple_comparisons": value}).correction is expected


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        (Correction.NONE, [0.01, 0.04, 0.03]),
        (Correction.HOLM, [0.03, 0.06, 0.06]),
        (Correction.BENJAMINI_HOCHBERG, [0.03, 0.04, 0.04]),
    ],
)
def test_adjusted__three_p_values__by_the_correction(correction, expected):
    assert adjusted([0.01, 0.04, 0.03], correction) == pytest.approx(expected)


@pytest.mark.parametrize("arms", [golden.A, golden.N], ids=["wide", "narrow"])
def test_two_sided_p_value__bayesian__that_of_a_z_test(arms):
    found = compare(*arms, MetricKind.MEAN, StatsConfig())
    z = abs(found.effect.difference) / found.effect.deviation

    assert found.evidence.two_sided_p_value == pytest.approx(2 * stats.norm.sf(z))


UNEVEN, EVEN = {"control": 80, "test": 20}, {"control": 50, "test": 50}
SEEN = {"control": 780, "test": 200, "$multiple": 20}


@pytest.mark.parametrize(
    ("counts", "shares", "handling", "has_ended", "expected"),
    [
        (SEEN, UNEVEN, "exclude", False, 2.0),
        (SEEN, EVEN, "exclude", False, None),
        (SEEN, UNEVEN, "first_seen", False, None),
        (SEEN, UNEVEN, "exclude", True, None),
        ({"control": 999, "$multiple": 1}, UNEVEN, "exclude", False, None),
        ({"control": 998, "$multiple": 2}, UNEVEN, "exclude", False, pytest.approx(0.2)),
        (SEEN, {**EVEN, "off": 0}, "exclude", False, None),
        ({}, UNEVEN, "exclude", False, None),
    ],
)
def test_bias_risk__any_exposures__percentage_or_none(
    counts, shares, handling, has_ended, expected
):
    assert bias_risk(counts, shares, handling=handling, has_ended=has_ended) == expected
