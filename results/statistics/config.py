"""What `stats_config` of an experiment says about its statistics; nonsense falls back silently."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from results.statistics.corrections import Correction

DEFAULT_LEVEL, DEFAULT_ALPHA = 0.95, 0.05
DEFAULT_TUNING = 5_000
_LARGEST_TUNING = 1_000_000_000
_LARGEST_NUMBER = 1e15
DEFAULT_LOOKBACK_DAYS, MAX_LOOKBACK_DAYS = 14, 30
CONTROL = "control"
_Choice = TypeVar("_Choice", bound=StrEnum)


class Method(StrEnum):
    """The engine."""

    BAYESIAN = "bayesian"
    FREQUENTIST = "frequentist"


class Difference(StrEnum):
    """What a difference is measured in."""

    RELATIVE = "RELATIVE"
    ABSOLUTE = "ABSOLUTE"


@dataclass(frozen=True, slots=True)
class Cuped:
    """The adjustment by a covariate: what units did in the days before their exposure."""

    enabled: bool = False
    lookback_days: int = DEFAULT_LOOKBACK_DAYS


@dataclass(frozen=True, slots=True)
class StatsConfig:
    """How variants are compared.

    `level` is the credible level of the Bayesian engine, `alpha` the frequentist one's error rate.
    `tuning` is N* of the confidence sequence; None means a fixed horizon.
    """

    method: Method = Method.BAYESIAN
    level: float = DEFAULT_LEVEL
    alpha: float = DEFAULT_ALPHA
    difference: Difference = Difference.RELATIVE
    tuning: int | None = None
    cuped: Cuped = Cuped()
    baseline: str = CONTROL
    # The hosted service's narrower relative intervals after CUPED; see docs/statistics.md.
    has_hosted_cuped_intervals: bool = False
    # For the verdict only: what it calls better or worse among many comparisons.
    correction: Correction = Correction.NONE


def read_stats_config(document: object) -> StatsConfig:
    """Return what a `stats_config` document says; what is missing or wrong has its default."""
    config = document if isinstance(document, Mapping) else {}
    is_frequentist = config.get("method") == Method.FREQUENTIST
    own = _mapping(config, "frequentist" if is_frequentist else "bayesian")
    baseline = config.get("baseline_variant_key")
    return StatsConfig(
        method=Method.FREQUENTIST if is_frequentist else Method.BAYESIAN,
        level=_share(own.get("ci_level"), DEFAULT_LEVEL),
        alpha=_share(own.get("alpha"), DEFAULT_ALPHA),
        difference=_member(own.get("difference_type"), Difference.RELATIVE),
        tuning=_tuning(own) if is_frequentist else None,
        cuped=_cuped(_mapping(config, "cuped")),
        baseline=baseline if isinstance(baseline, str) and baseline else CONTROL,
        has_hosted_cuped_intervals=_mapping(config, "cuped").get("hosted_intervals") is True,
        correction=_member(config.get("multiple_comparisons"), Correction.NONE),
    )


def number(value: object) -> float | None:
    """Return a JSON number as a float; None for everything else, booleans too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= _LARGEST_NUMBER else None


def _member(value: object, default: _Choice) -> _Choice:
    return next((member for member in type(default) if member == value), default)


def _share(value: object, default: float) -> float:
    found = number(value)
    return found if found is not None and 0 <= found <= 1 else default


def _tuning(own: Mapping[str, object]) -> int | None:
    if own.get("sequential_testing_enabled") is not True:
        return None
    value = number(own.get("sequential_tuning_parameter"))
    return int(value) if value is not None and 1 <= value <= _LARGEST_TUNING else DEFAULT_TUNING


def _cuped(own: Mapping[str, object]) -> Cuped:
    days = number(own.get("lookback_days"))
    clamped = DEFAULT_LOOKBACK_DAYS if days is None else min(max(int(days), 1), MAX_LOOKBACK_DAYS)
    return Cuped(own.get("enabled") is True, clamped)


def _mapping(config: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = config.get(name)
    return found if isinstance(found, Mapping) else {}
