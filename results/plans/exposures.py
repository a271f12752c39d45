"""What counts as an exposure: from an experiment's criteria to a source and its arms."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.facts import Matcher, SourceDefinition
from results.plans.sources import Document, Reading, text_value

DEFAULT_EVENT = "$feature_flag_called"
NEWER_EVENT = "$experiment_exposure"
_RESPONSE, _FLAG = "$feature_flag_response", "$feature_flag"


@dataclass(frozen=True, slots=True)
class ExposurePlan:
    """Which events expose, from when to when, and to which variants.

    `start` and `end` are microseconds since 1970 UTC, both included. `now` decides what is mature,
    and no later event counts.
    """

    source: SourceDefinition
    variants: tuple[str, ...]
    start: int
    end: int
    now: int
    is_first_variant_kept: bool = False
    is_matured_only: bool = False
    activation: SourceDefinition | None = None


def exposure_source(
    criteria: object, *, flag_key: str, test_filters: Sequence[object], reading: Reading
) -> SourceDefinition:
    """Return the source of exposures; its value is the variant.

    Test accounts are left out unless the criteria say otherwise, and only here: metrics count all
    events of whoever was exposed.

    :raises UnsupportedMetric: for filters that events cannot be asked.
    """
    known = criteria if isinstance(criteria, Mapping) else {}
    config = _config(known, "exposure_config")
    extra = (
        () if known.get("filterTestAccounts") is False else tuple(reading.readable(test_filters))
    )
    if config.get("kind") == "ActionsNode":
        matchers, shown = reading.matchers(config), f"$feature/{flag_key}"
    else:
        matchers, shown = _by_event(config, flag_key, reading)
    narrowed = tuple(Matcher(each.event, (*each.filters, *extra)) for each in matchers)
    return reading.source(narrowed, text_value(shown))


def activation_source(criteria: object, *, reading: Reading) -> SourceDefinition | None:
    """Return the source of events that must follow a default exposure; None when there is none."""
    known = criteria if isinstance(criteria, Mapping) else {}
    config = _config(known, "activation_config")
    if not config or not _is_by_flag(_config(known, "exposure_config")):
        return None
    return reading.source(reading.matchers(config))


def keeps_first_variant(criteria: object) -> bool:
    """Tell whether who saw several variants stays in the first one, instead of in none."""
    return (
        isinstance(criteria, Mapping) and criteria.get("multiple_variant_handling") == "first_seen"
    )


def _config(criteria: Document, name: str) -> Document:
    config = criteria.get(name)
    return config if isinstance(config, Mapping) else {}


def _is_by_flag(config: Document) -> bool:
    """Tell whether exposures are evaluations of the flag: by default, or named as such."""
    is_action = config.get("kind") == "ActionsNode"
    return not is_action and config.get("event", DEFAULT_EVENT) in (DEFAULT_EVENT, NEWER_EVENT)


def _by_event(config: Document, flag_key: str, reading: Reading) -> tuple[tuple[Matcher, ...], str]:
    name = config.get("event", DEFAULT_EVENT)
    filters = reading.filters_of(config)
    if not _is_by_flag(config):
        event = name if isinstance(name, str) else None
        return (Matcher(event, filters),), f"$feature/{flag_key}"
    # Not `exact`, which ignores case: flags may differ in nothing else.
    pattern = f"^{re.escape(flag_key)}$"
    of_flag = {"key": _FLAG, "value": pattern, "operator": "regex", "type": "event"}
    return (Matcher(str(name), (of_flag, *filters)),), _RESPONSE
