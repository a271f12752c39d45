"""Guardrails: is a variant at most a margin worse than the baseline (non-inferiority)?

The interval of the configured engine is compared with the margin, which is a one-sided test at half
the two-sided error rate; ICH E9 (1998), section 3.3.2, recommends this convention.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from results.statistics.comparison import evidence_of
from results.statistics.config import StatsConfig, number
from results.statistics.effects import Effect


class GuardrailState(StrEnum):
    """Whether the whole interval lies above the margin, the whole below it, or neither."""

    HELD = "held"
    BROKEN = "broken"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class GuardrailReading:
    """What the data say of a guardrail; a p-value of being too much worse, or a chance to hold."""

    state: GuardrailState
    margin: float
    p_value: float | None = None
    chance: float | None = None


def guardrail(
    effect: Effect, margin: float, config: StatsConfig, *, is_lower_better: bool = False
) -> GuardrailReading:
    """Return whether the variant is worse by less than the margin, in the unit of the effect.

    :raises NotComputable: when the level leaves no interval.
    """
    sign = -1 if is_lower_better else 1
    # The distance from the margin: positive is on the good side.
    above = replace(effect, difference=sign * effect.difference + margin)
    evidence = evidence_of(above, config)
    low, high = evidence.interval
    state = GuardrailState.HELD if low > 0 else GuardrailState.OPEN
    if high < 0:
        state = GuardrailState.BROKEN
    p_value = evidence.p_value
    if p_value is not None and config.tuning is None:
        p_value = p_value / 2 if above.difference > 0 else 1 - p_value / 2
    elif p_value is not None and above.difference <= 0:
        p_value = 1.0
    return GuardrailReading(state, margin, p_value, evidence.chance_to_win)


def read_guardrails(document: object) -> dict[str, float]:
    """Return the margin of each metric that `guardrails` of a `stats_config` names by its uuid.

    An entry whose margin is no number of at least 0 is left out.
    """
    config = document if isinstance(document, Mapping) else {}
    entries = config.get("guardrails")
    found = {
        str(uuid): number(entry.get("margin"))
        for uuid, entry in (entries.items() if isinstance(entries, Mapping) else ())
        if isinstance(entry, Mapping)
    }
    return {uuid: margin for uuid, margin in found.items() if margin is not None and margin >= 0}
