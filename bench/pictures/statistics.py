"""The pictures of docs/statistics.md: peeking, the covariate, the sample ratio."""

from collections.abc import Callable, Sequence
from math import log10, sqrt

import numpy as np

from bench.pictures.svg import BLUE, GREEN, GREY, ORANGE, Plot, side_by_side
from results.statistics import (
    Comparison,
    Cuped,
    Difference,
    Method,
    MetricKind,
    StatsConfig,
    Sums,
    compare,
    sample_ratio,
)

SEED, ALPHA = 20261129, 0.05
FIXED = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE)
SEQUENTIAL = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE, tuning=5_000)
TRIALS, LOOKS = 200, range(200, 8_001, 200)


def peeking() -> str:
    """Draw one experiment without an effect, and how often such ones mislead who looks daily."""
    random = np.random.default_rng(SEED)
    experiments = [_looks(random) for _ in range(TRIALS)]
    one = Plot("One experiment without an effect", (0, 16_000), (-0.2, 0.2))
    one.axes(
        "people in both variants",
        {n: f"{n // 1000} k" for n in (4_000, 8_000, 12_000, 16_000)},
        "interval of the difference",
        {y: f"{y:+.1f}" for y in (-0.2, -0.1, 0, 0.1, 0.2)},
    )
    xs = [2 * n for n in LOOKS]
    # The one that only a fixed horizon calls significant, most often on the way, not at its end.
    calm = (each for each in experiments if not each[0][-1] and not any(each[1]))
    shown = max(calm, key=lambda each: sum(each[0]))
    for ends, colour in ((shown[3], ORANGE), (shown[2], BLUE)):
        one.band(xs, ends, colour)
    one.line([(0, 0), (16_000, 0)], GREY)
    one.label(8_600, 0.12, "sequential", ORANGE)
    one.label(8_600, -0.075, "fixed horizon", BLUE)
    return side_by_side(
        "Peeking: a fixed horizon misleads who looks often, a sequential test does not",
        one,
        _misled(xs, experiments),
    )


Looks = tuple[list[bool], list[bool], list[tuple[float, float]], list[tuple[float, float]]]


def _looks(random: np.random.Generator) -> Looks:
    """Return at each look whether both tests call it significant, and both intervals."""
    x = random.normal(1, 1, (2, max(LOOKS)))
    sums, squares = x.cumsum(1), (x * x).cumsum(1)
    found = [
        [_compared([Sums(n, sums[arm][n - 1], squares[arm][n - 1]) for arm in (0, 1)], config)
         for n in LOOKS]
        for config in (FIXED, SEQUENTIAL)
    ]  # fmt: skip
    fixed, open_ended = found
    return (
        [_is_clear(each) for each in fixed],
        [_is_clear(each) for each in open_ended],
        [_interval(each) for each in fixed],
        [_interval(each) for each in open_ended],
    )


def _misled(xs: Sequence[int], experiments: list[Looks]) -> Plot:
    plot = Plot("Called significant without an effect", (0, 16_000), (0, 0.4))
    plot.axes(
        "people when last looked at",
        {n: f"{n // 1000} k" for n in (4_000, 8_000, 12_000, 16_000)},
        "share that was significant at any look so far",
        {share: f"{share:.0%}" for share in (0, 0.1, 0.2, 0.3, 0.4)},
    )
    for which, colour in ((0, BLUE), (1, ORANGE)):
        ever = np.logical_or.accumulate([e[which] for e in experiments], axis=1).mean(0)
        plot.line(zip(xs, map(float, ever), strict=True), colour)
    plot.line([(0, ALPHA), (16_000, ALPHA)], GREY, is_dashed=True)
    plot.label(15_800, ALPHA + 0.012, "promised: 5 %", GREY, "end")
    plot.label(9_000, 0.32, "fixed horizon", BLUE, "end")
    plot.label(6_000, 0.025, "sequential", ORANGE)
    return plot


def covariate() -> str:
    """Draw how a covariate narrows intervals, and what the hosted convention does to them."""
    random = np.random.default_rng(SEED)
    narrow = Plot("Intervals get narrower", (0, 1), (0, 1.05))
    narrow.axes(
        "correlation of the metric with its past",
        {r: f"{r:g}" for r in (0, 0.25, 0.5, 0.75, 1)},
        "width of the interval, of that without CUPED",
        {share: f"{share:.0%}" for share in (0, 0.25, 0.5, 0.75, 1)},
    )
    curve = [(r / 100, sqrt(1 - (r / 100) ** 2)) for r in range(101)]
    narrow.line(curve, GREY, is_dashed=True)
    narrow.dots([(r, _width(random, r)) for r in np.arange(0, 1, 0.1)], BLUE)
    narrow.label(0.04, 0.3, "dots: simulated", BLUE)
    narrow.label(0.04, 0.22, "line: \u221a(1 \u2212 correlation²)", GREY)
    return side_by_side(
        "CUPED: narrower intervals, and false positives at their rate", narrow, _false(random)
    )


def _width(random: np.random.Generator, correlation: float, units: int = 4_000) -> float:
    arms = []
    for _ in range(2):
        past, fresh = random.normal(0, 1, (2, units))
        x = 10 + correlation * past + sqrt(1 - correlation**2) * fresh
        arms.append(_with_covariate(x, past + 10))
    adjusted = StatsConfig(Method.FREQUENTIST, difference=Difference.ABSOLUTE, cuped=Cuped(True))
    (low, high), (lowest, highest) = (
        _interval(_compared(arms, config)) for config in (adjusted, FIXED)
    )
    return (high - low) / (highest - lowest)


def _false(random: np.random.Generator, trials: int = 1_500) -> Plot:
    configs = {
        "no CUPED": StatsConfig(Method.FREQUENTIST),
        "CUPED": StatsConfig(Method.FREQUENTIST, cuped=Cuped(True)),
        "hosted": StatsConfig(
            Method.FREQUENTIST, cuped=Cuped(True), has_hosted_cuped_intervals=True
        ),
    }
    wrong = dict.fromkeys(configs, 0)
    for _ in range(trials):
        arms = []
        for _arm in range(2):
            past = random.gamma(4, 2.5, 400)
            arms.append(_with_covariate(0.8 * past + random.gamma(2, 1.5, 400), past))
        for name, config in configs.items():
            wrong[name] += _is_clear(_compared(arms, config))
    plot = Plot("Called significant without an effect", (0, 3), (0, 0.2))
    names = {0.5: "no CUPED", 1.5: "CUPED, ours", 2.5: "hosted convention"}
    shares = {share: f"{share:.0%}" for share in (0, 0.05, 0.1, 0.15, 0.2)}
    plot.axes("relative differences", names, "share that was significant", shares)
    for (x, name), colour in zip(
        zip(names, configs, strict=True), (GREY, GREEN, ORANGE), strict=True
    ):
        share = wrong[name] / trials
        plot.bar(x, share, colour)
        plot.label(x, max(share, ALPHA) + 0.005, f"{share:.1%}", colour, "middle")
    plot.line([(0, ALPHA), (3, ALPHA)], GREY, is_dashed=True)
    return plot


def split() -> str:
    """Draw how far a split may be off before it cannot be chance, by how many people there are."""
    plot = Plot("When is a 50 : 50 split broken?", (47, 53), (1e-8, 1), log10)
    plot.axes(
        "people in control",
        {share: f"{share} %" for share in range(47, 54)},
        "p-value of the sample ratio",
        {10.0**power: f"1e{power}" if power else "1" for power in (0, -2, -4, -6, -8)},
    )
    for people, colour, x, y in (
        (1_000, GREEN, 52.95, 0.4),
        (10_000, BLUE, 52.95, 0.012),
        (100_000, ORANGE, 49.1, 1e-7),
    ):
        points = []
        for step in range(121):
            share = 47 + step / 20
            counts = {"control": round(people * share / 100)}
            counts["test"] = people - counts["control"]
            found = sample_ratio(counts, {"control": 50, "test": 50})
            points.append((share, max(found.p_value, 1e-8) if found else 1.0))
        plot.line(points, colour)
        plot.label(x, y, f"{people:,} people".replace(",", " "), colour, "end")
    plot.line([(47, 0.001), (53, 0.001)], GREY, is_dashed=True)
    plot.label(50, 1e-7, "do not trust", GREY, "middle")
    return side_by_side("Sample ratio: small deviations of large samples are no chance", plot)


def _with_covariate(x: np.ndarray, past: np.ndarray) -> Sums:
    sums = [float(value) for value in (x.sum(), x @ x, past.sum(), past @ past, x @ past)]
    return Sums(len(x), sums[0], sums[1], c=sums[2], cc=sums[3], xc=sums[4])


def _compared(arms: list[Sums], config: StatsConfig) -> Comparison:
    control, test = arms
    return compare(control, test, MetricKind.MEAN, config)


def _interval(found: Comparison) -> tuple[float, float]:
    return found.evidence.interval if found.evidence else (0.0, 0.0)


def _is_clear(found: Comparison) -> bool:
    low, high = _interval(found)
    return not low <= 0 <= high


PICTURES: dict[str, Callable[[], str]] = {
    "statistics-peeking.svg": peeking,
    "statistics-cuped.svg": covariate,
    "statistics-split.svg": split,
}
