"""Winsorization in SQL against numpy, on random values."""

import numpy as np
import pytest
from django.db import connection
from scipy.stats import mstats

from results.queries.outliers import Outliers, with_clipped

pytestmark = pytest.mark.django_db
every_seed = pytest.mark.parametrize("seed", range(8))


def clipped(values, outliers, groups=None):
    keys = () if groups is None else ("b0",)
    rows = ", ".join(
        f"({who}, {who % 2}, {group}, CAST({value!r} AS DOUBLE PRECISION))"
        for who, (value, group) in enumerate(zip(values, groups or [0] * len(values), strict=True))
    )
    parts = with_clipped(outliers, "x", source="units", keys=keys, carried=("x",))
    steps = ", ".join(f"{name} AS ({body})" for name, body in parts)
    query = f"WITH units(who, arm, b0, x) AS (VALUES {rows}), {steps}"
    with connection.cursor() as cursor:
        cursor.execute(f"{query} SELECT x FROM clipped_x ORDER BY who")  # noqa: S608 (our own)
        return [x for (x,) in cursor.fetchall()]


def random_values(seed):
    chance = np.random.default_rng(seed)
    values = chance.lognormal(2, 1.5, chance.integers(1, 200)) * (chance.random() < 0.9)
    values[chance.random(len(values)) < 0.3] = 0.0
    levels = sorted(chance.random(2).round(2).tolist())
    return values.tolist(), levels


@every_seed
def test_outliers__interpolated__clipped_as_by_numpy(seed):
    values, (low, high) = random_values(seed)
    bounds = np.quantile(values, [low, high])

    found = clipped(values, Outliers(low, high))

    assert found == pytest.approx(np.clip(values, *bounds).tolist())


@every_seed
def test_outliers__exact__clipped_at_the_values_in_order(seed):
    values, (low, high) = random_values(seed)
    ordered = sorted(values)
    places = [min(int(level * len(values)), len(values) - 1) for level in (low, high)]

    found = clipped(values, Outliers(low, high, is_interpolated=False))

    assert found == pytest.approx(np.clip(values, *(ordered[at] for at in places)).tolist())


def test_outliers__exact_tenths__as_scipys_winsorization():
    values = np.random.default_rng(9).permutation(np.arange(1.0, 101.0)).tolist()
    # scipy counts how many values it replaces; a place is one more than that.
    expected = mstats.winsorize(np.array(values), limits=(0.1, 0.09))

    assert clipped(values, Outliers(0.1, 0.9, is_interpolated=False)) == list(expected)


@every_seed
def test_outliers__zeros_ignored__only_the_upper_bound_knows(seed):
    values, (low, high) = random_values(seed)
    positive = [x for x in values if x] or [0.0]
    bounds = np.quantile(values, low), np.quantile(positive, high)
    outliers = Outliers(low, high, is_zero_ignored=True)

    if any(values) and bounds[0] <= bounds[1]:
        assert clipped(values, outliers) == pytest.approx(np.clip(values, *bounds).tolist())


@every_seed
def test_outliers__one_side__the_other_stays(seed):
    values, (low, high) = random_values(seed)

    upper = clipped(values, Outliers(None, high))
    lower = clipped(values, Outliers(low, None))

    assert upper == pytest.approx(np.minimum(values, np.quantile(values, high)).tolist())
    assert lower == pytest.approx(np.maximum(values, np.quantile(values, low)).tolist())


@every_seed
def test_outliers__breakdown__bounds_of_each_value(seed):
    values, (low, high) = random_values(seed)
    groups = np.random.default_rng(seed).integers(0, 3, len(values)).tolist()
    expected = np.array(values)
    for group in set(groups):
        chosen = np.array(groups) == group
        bounds = np.quantile(expected[chosen], [low, high])
        expected[chosen] = np.clip(expected[chosen], *bounds)

    found = clipped(values, Outliers(low, high), groups)

    assert found == pytest.approx(expected.tolist())
