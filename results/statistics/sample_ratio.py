"""Whether people were split as the flag says: Pearson's chi-squared test of the sample ratio."""

from collections.abc import Mapping
from dataclasses import dataclass

from results.statistics.special import chi_squared_tail

MIN_EXPOSURES = 100


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """How many units each variant should have, and the p-value of what was counted."""

    expected: dict[str, float]
    p_value: float


def sample_ratio(counts: Mapping[str, int], shares: Mapping[str, float]) -> SampleRatio | None:
    """Return the test of the counted units against the shares; None when there are too few.

    `shares` are percentages or any other weights. A variant with none takes no part, one that
    nobody saw does.
    """
    taking_part = {key: share for key, share in shares.items() if share > 0}
    total = sum(counts.get(key, 0) for key in taking_part)
    whole = sum(taking_part.values())
    if len(taking_part) < 2 or total < MIN_EXPOSURES:
        return None
    expected = {key: share / whole * total for key, share in taking_part.items()}
    statistic = sum((counts.get(key, 0) - wanted) ** 2 / wanted for key, wanted in expected.items())
    return SampleRatio(expected, chi_squared_tail(statistic, len(expected) - 1))
