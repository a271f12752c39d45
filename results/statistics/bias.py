"""The risk that leaving out units with several variants biases an experiment."""

from collections.abc import Mapping

MULTIPLE_KEY = "$multiple"
SMALLEST_PERCENTAGE = 0.1


def bias_risk(
    counts: Mapping[str, int], shares: Mapping[str, float], *, handling: str, has_ended: bool
) -> float | None:
    """Return the percentage of exposed units that saw several variants, where that is a risk.

    `counts` are the exposures of every variant and of `$multiple`, `shares` the flag's percentages.
    The risk is there when such units are excluded and the split is uneven: the smaller a variant,
    the larger the part of its units that another variant takes away. None when nothing is at risk,
    the percentage is at most 0.1, or the experiment has ended.
    """
    total = sum(counts.values())
    is_even = len({share for share in shares.values() if share > 0}) <= 1
    if has_ended or handling != "exclude" or is_even or total <= 0:
        return None
    percentage = 100 * counts.get(MULTIPLE_KEY, 0) / total
    return percentage if percentage > SMALLEST_PERCENTAGE else None
