"""Compares the statistics with gbstats and tea-tasting on random data.

Runs in an environment of its own, made from oracles.lock: gbstats needs old versions of numpy and
pandas, which exist for Python 3.11 only.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import tea_tasting as tt
from gbstats.bayesian.tests import EffectBayesianABTest, EffectBayesianConfig
from gbstats.frequentist.tests import (
    FrequentistConfig,
    SequentialConfig,
    SequentialTwoSidedTTest,
    TwoSidedTTest,
)
from gbstats.models.statistics import (
    ProportionStatistic,
    RatioStatistic,
    RegressionAdjustedStatistic,
    SampleMeanStatistic,
    compute_theta,
)

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from results.statistics import (
    Cuped,
    Difference,
    Method,
    MetricKind,
    StatsConfig,
    Sums,
    compare,
)

ROUNDS, TOLERANCE, SEED = 100, 1e-9, 20261129
KINDS = {"mean": MetricKind.MEAN, "proportion": MetricKind.FUNNEL, "ratio": MetricKind.RATIO}
Arm = dict[str, np.ndarray]


def random_arm(random: np.random.Generator, shift: float) -> Arm:
    """Return the values of random people: a value, a conversion, a denominator, a covariate."""
    size = int(random.integers(50, 3_000))
    covariate = random.gamma(random.uniform(1, 4), random.uniform(0.5, 3), size)
    value = random.uniform(0, 1) * covariate + random.gamma(2, random.uniform(0.5, 3), size) + shift
    denominator = 1.0 + random.poisson(random.uniform(0.5, 5), size)
    converted = (random.random(size) < random.uniform(0.2, 0.8)).astype(float)
    return {"x": value, "d": denominator, "c": covariate, "p": converted}


def sums_of(arm: Arm, kind: str) -> Sums:
    """Return the sums of an arm."""
    x, d, c = arm["p" if kind == "proportion" else "x"], arm["d"], arm["c"]
    products = (x.sum(), x @ x, d.sum(), d @ d, x @ d, c.sum(), c @ c, x @ c)
    return Sums(len(x), *map(float, products))


def gbstats_statistics(arms: list[Sums], kind: str) -> list[object]:
    """Return what gbstats makes of the same sums."""
    means = [SampleMeanStatistic(n=s.n, sum=s.x, sum_squares=s.xx) for s in arms]
    if kind == "mean":
        return means
    if kind == "proportion":
        return [ProportionStatistic(n=s.n, sum=s.x) for s in arms]
    if kind == "ratio":
        below = [SampleMeanStatistic(n=s.n, sum=s.d, sum_squares=s.dd) for s in arms]
        return [
            RatioStatistic(n=s.n, m_statistic=m, d_statistic=d, m_d_sum_of_products=s.xd)
            for s, m, d in zip(arms, means, below, strict=True)
        ]
    before = [SampleMeanStatistic(n=s.n, sum=s.c, sum_squares=s.cc) for s in arms]
    adjusted = [
        RegressionAdjustedStatistic(
            n=s.n, post_statistic=m, pre_statistic=c, post_pre_sum_of_products=s.xc, theta=0
        )
        for s, m, c in zip(arms, means, before, strict=True)
    ]
    theta = compute_theta(*adjusted)
    for statistic in adjusted:
        statistic.theta = theta
    return adjusted


def gbstats_pairs(arms: list[Sums], kind: str) -> Iterator[tuple[str, list[float], list[float]]]:
    """Yield what was compared, our numbers and gbstats', for each engine and difference."""
    statistics = gbstats_statistics(arms, kind)
    for difference in Difference:
        word = difference.lower()
        adjusted = Cuped(enabled=kind == "cuped")
        fixed, alpha = StatsConfig(Method.FREQUENTIST, difference=difference, cuped=adjusted), 0.05
        found = ours(arms, kind, fixed)
        theirs = TwoSidedTTest(
            *statistics, FrequentistConfig(difference_type=word, alpha=alpha)
        ).compute_result()
        yield f"{kind}, fixed horizon, {word}", found, [*theirs.ci, theirs.p_value]
        peeking = StatsConfig(
            Method.FREQUENTIST, difference=difference, tuning=5_000, cuped=adjusted
        )
        theirs = SequentialTwoSidedTTest(
            *statistics,
            SequentialConfig(difference_type=word, alpha=alpha, sequential_tuning_parameter=5_000),
        ).compute_result()
        yield f"{kind}, sequential, {word}", ours(arms, kind, peeking), [*theirs.ci, theirs.p_value]
        bayesian = StatsConfig(difference=difference, cuped=adjusted)
        theirs = EffectBayesianABTest(
            *statistics, EffectBayesianConfig(difference_type=word)
        ).compute_result()
        yield (
            f"{kind}, Bayesian, {word}",
            ours(arms, kind, bayesian),
            [*theirs.ci, theirs.chance_to_win],
        )


def ours(arms: list[Sums], kind: str, config: StatsConfig) -> list[float]:
    """Return the ends of our interval and our p-value or chance to win."""
    evidence = compare(*arms, KINDS.get(kind, MetricKind.MEAN), config).evidence
    chance = evidence.p_value if evidence.p_value is not None else evidence.chance_to_win
    return [*evidence.interval, chance]


def tea_tasting_pairs(arms: list[Arm]) -> Iterator[tuple[str, list[float], list[float]]]:
    """Yield the same with tea-tasting, which reads the people themselves; absolute differences."""
    table = pd.DataFrame(
        {key: np.concatenate([arm[key] for arm in arms]) for key in arms[0]}
        | {"variant": np.repeat([0, 1], [len(arm["x"]) for arm in arms])}
    )
    metrics = {
        "mean": tt.Mean("x", equal_var=False),
        "ratio": tt.RatioOfMeans("x", "d", equal_var=False),
        "cuped": tt.Mean("x", covariate="c", equal_var=False),
    }
    results = tt.Experiment(metrics).analyze(table)
    for kind in metrics:
        config = StatsConfig(
            Method.FREQUENTIST, difference=Difference.ABSOLUTE, cuped=Cuped(kind == "cuped")
        )
        found, theirs = ours([sums_of(arm, kind) for arm in arms], kind, config), results[kind]
        ends = [theirs.effect_size_ci_lower, theirs.effect_size_ci_upper]
        yield f"{kind}, tea-tasting, absolute", found, [*ends, theirs.pvalue]


def main() -> int:
    """Print the largest difference of each comparison and return the exit status."""
    np.seterr(over="ignore")  # gbstats' sequential p-value of a huge effect
    random = np.random.default_rng(SEED)
    worst: dict[str, float] = {}
    for _ in range(ROUNDS):
        arms = [random_arm(random, shift) for shift in (0, random.uniform(0, 1))]
        pairs = [*tea_tasting_pairs(arms)]
        for kind in ("mean", "proportion", "ratio", "cuped"):
            pairs += gbstats_pairs([sums_of(arm, kind) for arm in arms], kind)
        for name, found, expected in pairs:
            worst[name] = max(worst.get(name, 0.0), *map(abs, np.subtract(found, expected)))
    for name, difference in sorted(worst.items()):
        print(f"{difference:9.1e}  {name}")  # noqa: T201 (it is what the step shows)
    wrong = [name for name, difference in worst.items() if not difference < TOLERANCE]
    print(f"{ROUNDS} random experiments, {len(wrong)} of {len(worst)} comparisons differ")  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
