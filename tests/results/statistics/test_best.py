import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from results.statistics import Difference, Method, MetricKind, StatsConfig, Sums, compare, standings
from results.statistics.effects import Effect
from tests.results.statistics import golden

MEAN, FUNNEL = MetricKind.MEAN, MetricKind.FUNNEL


@st.composite
def effects(draw):
    own = draw(st.floats(0.2, 5))
    shared = draw(st.floats(-3, 3))
    return Effect(draw(st.floats(-6, 6)), own**2 + shared**2, 100, 1000, shared)


def named(found):
    return {f"v{index}": effect for index, effect in enumerate(found)}


def moments(found):
    """Return the means and covariances of the baseline's effect, which is 0, and the others."""
    shared = np.array([0.0, *(e.shared for e in found)])
    own = np.array([0.0, *(e.own_deviation for e in found)])
    return np.array([0.0, *(e.difference for e in found)]), np.outer(shared, shared) + np.diag(
        own**2
    )


def chance_of(index, means, covariances):
    others = [other for other in range(len(means)) if other != index]
    contrast = np.zeros((len(others), len(means)))
    contrast[range(len(others)), others] = 1
    contrast[:, index] = -1
    return stats.multivariate_normal.cdf(
        np.zeros(len(others)),
        contrast @ means,
        contrast @ covariances @ contrast.T,
        allow_singular=True,
        abseps=1e-6,
        rng=1,
    )


@given(st.lists(effects(), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_standings__any_effects__chances_as_scipy(found):
    expected = [chance_of(index, *moments(found)) for index in range(len(found) + 1)]

    chances = [s.chance_to_be_best for s in standings(named(found), baseline="control").values()]

    assert chances == pytest.approx(expected, abs=2e-5)


@given(st.lists(effects(), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_standings__any_effects__losses_as_simulated(found):
    means, covariances = moments(found)
    draws = np.random.default_rng(7).multivariate_normal(means, covariances, 200_000)
    expected = (draws.max(1, keepdims=True) - draws).mean(0)
    noise = 5 * max(draws.std(0)) / 200_000**0.5

    losses = [s.expected_loss for s in standings(named(found), baseline="control").values()]

    assert losses == pytest.approx(list(expected), abs=noise)


@given(st.lists(effects(), min_size=1, max_size=8), st.booleans())
@settings(max_examples=25, deadline=None)
def test_standings__any_effects__chances_add_up_and_lowest_is_the_mirror(found, is_lower_better):
    mirrored = [Effect(-e.difference, e.variance, 100, 1000, -e.shared) for e in found]

    here = standings(named(found), baseline="c", is_lower_better=is_lower_better)
    there = standings(named(mirrored), baseline="c", is_lower_better=not is_lower_better)

    assert sum(s.chance_to_be_best for s in here.values()) == pytest.approx(1)
    assert all(s.expected_loss >= 0 for s in here.values())
    assert here == there


@pytest.mark.parametrize("difference", Difference)
@pytest.mark.parametrize(("arms", "kind"), [(golden.A, MEAN), (golden.D, FUNNEL)])
def test_standings__one_variant__chance_to_win_and_losses_of_the_comparison(arms, kind, difference):
    found = compare(*arms, kind, StatsConfig(difference=difference))

    control, test = standings({"test": found.effect}, baseline="control").values()

    assert test.chance_to_be_best == pytest.approx(found.evidence.chance_to_win)
    assert control.chance_to_be_best == pytest.approx(1 - found.evidence.chance_to_win)
    assert test.expected_loss == pytest.approx(found.evidence.loss_of_variant)
    assert control.expected_loss == pytest.approx(found.evidence.loss_of_control)


def test_standings__three_equal_arms__a_third_each():
    arm = Sums(1000, 5000, 30_000)
    config = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE)
    effect = compare(arm, arm, MEAN, config).effect

    found = standings({"a": effect, "b": effect}, baseline="control")

    assert [s.chance_to_be_best for s in found.values()] == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("count", [2, 19])
def test_standings__a_variant_that_does_not_vary__still_adds_up(count):
    still = Effect(0.5, 1.0, 100, 1000, -1.0)

    found = standings(dict.fromkeys(map(str, range(count)), still), baseline="control")

    assert sum(s.chance_to_be_best for s in found.values()) == pytest.approx(1)
    assert found["control"].chance_to_be_best == pytest.approx(stats.norm.cdf(-0.5), abs=1e-4)


def test_standings__no_effects__nobody():
    assert standings({}, baseline="control") == {}


@pytest.mark.parametrize("better", [0.8, -0.8])
def test_standings__differences_beyond_all_doubt__one_is_certain(better):
    found = {"a": Effect(-1.0, 3e-34, 100, 1000), "b": Effect(better, 4e-35, 100, 1000, -6e-18)}

    control, _worse, other = standings(found, baseline="control").values()

    assert (control.chance_to_be_best, other.chance_to_be_best) == (better < 0, better > 0)
    assert control.expected_loss == max(better, 0)
