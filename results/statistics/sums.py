"""The sums over a variant's units, from which every statistic follows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of one variant: x is the metric's value of a unit, d its denominator, c its covariate.

    `step_counts` holds, for funnels, how many units reached each step.
    """

    n: int = 0
    x: float = 0.0
    xx: float = 0.0
    d: float | None = None
    dd: float | None = None
    xd: float | None = None
    c: float | None = None
    cc: float | None = None
    xc: float | None = None
    step_counts: tuple[int, ...] | None = None
