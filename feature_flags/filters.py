"""Building and editing a flag's filters document; every function returns a new document."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

Document = dict[str, Any]
Variant = dict[str, Any]

CONTROL = "control"
_INDEX = "aggregation_group_type_index"
_ALIASES = {"min": "gte", "max": "lte"}
_HOLDOUT = ("id", "exclusion_percentage")
_FORMS_OF_THE_PAST = frozenset({"holdout_groups", "super_groups"})


class RolloutState(StrEnum):
    """Whether a flag serves everyone the same, nobody anything, or some people something."""

    FULL = "fully_rolled_out"
    NONE = "not_rolled_out"
    PARTIAL = "partial"


def new_filters(
    *,
    variants: Sequence[Variant],
    rollout_percentage: object,
    group_type_index: object,
    holdout: Document | None,
) -> Document:
    """Return the filters of a flag that serves these variants to a share of everyone."""
    return {
        "groups": [{"properties": [], "rollout_percentage": rollout_percentage}],
        "multivariate": {"variants": list(variants)},
        _INDEX: group_type_index,
        "holdout": holdout,
    }


def variants(filters: Mapping[str, object]) -> list[Variant]:
    """Return the variants a flag serves; none for a boolean flag."""
    multivariate = filters.get("multivariate")
    found = multivariate.get("variants") if isinstance(multivariate, dict) else None
    return _objects(found)


def count_variants(filters: Mapping[str, object]) -> int:
    """Return how many variants a flag serves."""
    return len(variants(filters))


def variant_keys(filters: Mapping[str, object]) -> list[object]:
    """Return the keys of the variants a flag serves, in order."""
    return [variant.get("key") for variant in variants(filters)]


def is_control_first(filters: Mapping[str, object]) -> bool:
    """Tell whether the first variant is the one that others are compared with."""
    return variant_keys(filters)[:1] == [CONTROL]


def with_variants(filters: Document, *, variants: Sequence[Variant]) -> Document:
    """Return the filters serving these variants instead."""
    return filters | {"multivariate": {"variants": list(variants)}}


def with_group_type_index(filters: Document, *, index: object) -> Document:
    """Return the filters aggregating by this group type, in every release group."""
    groups = [group | {_INDEX: index} for group in release_groups(filters)]
    return filters | {"groups": groups, _INDEX: index}


def is_about_groups(filters: Mapping[str, object]) -> bool:
    """Tell whether a flag, or any of its conditions, is about groups of people."""
    owners = (filters, *release_groups(filters))
    return any(owner.get(_INDEX) is not None for owner in owners)


def with_rollout_percentage(filters: Document, *, percentage: object) -> Document:
    """Return the filters releasing to this share in the first group; unchanged without groups."""
    groups = release_groups(filters)
    if not groups:
        return filters
    first, *others = groups
    return filters | {"groups": [first | {"rollout_percentage": percentage}, *others]}


def with_holdout(filters: Document, *, holdout: Document | None) -> Document:
    """Return the filters keeping this holdout's share of people out; None keeps nobody out."""
    return filters | {"holdout": holdout}


def holdout_entry(*, holdout_id: int, groups: Sequence[Mapping[str, object]]) -> Document | None:
    """Return what a flag stores of a holdout: only its first group counts."""
    if not groups:
        return None
    return {"id": holdout_id, "exclusion_percentage": groups[0].get("rollout_percentage")}


def is_rolled_out(filters: Mapping[str, object]) -> bool:
    """Tell whether everyone is served one and the same thing."""
    served = variants(filters)
    if served and all(variant.get("rollout_percentage") != 100 for variant in served):
        return False
    return any(map(is_for_everyone, release_groups(filters)))


def is_for_everyone(group: Mapping[str, object]) -> bool:
    """Tell whether a condition lets everyone through."""
    return group.get("rollout_percentage") in (None, 100) and not group.get("properties")


def rollout_state(filters: Mapping[str, object], *, active: bool) -> RolloutState:
    """Return how far a flag with these filters is rolled out."""
    shares = [group.get("rollout_percentage") for group in release_groups(filters)]
    if not active or all(share == 0 for share in shares):
        return RolloutState.NONE
    return RolloutState.FULL if is_rolled_out(filters) else RolloutState.PARTIAL


def everyones_variant(filters: Mapping[str, object]) -> object:
    """Return the key of the variant that filters which are rolled out serve; None without one."""
    # What the condition for everyone names counts before the shares of the variants.
    named = next(group for group in release_groups(filters) if is_for_everyone(group)).get(
        "variant"
    )
    whole = (each["key"] for each in variants(filters) if each.get("rollout_percentage") == 100)
    return named or next(whole, None)


def with_shipped_variant(filters: Document, *, key: str, note: str | None) -> Document:
    """Return the filters serving one variant; unchanged when they do so already.

    With a note they serve it to everyone, by a first group that carries the note.
    """
    shipped = [_shipped(variant, key=key) for variant in variants(filters)]
    if note is None:
        return with_variants(filters, variants=shipped)
    everyone = {"properties": [], "rollout_percentage": 100, "description": note}
    first, *_ = release_groups(filters) or [{}]
    is_open = all(first.get(member) == value for member, value in everyone.items())
    groups = release_groups(filters) if is_open else [everyone, *release_groups(filters)]
    payloads = filters.get("payloads") or {}
    return with_variants(filters, variants=shipped) | {"groups": groups, "payloads": payloads}


def _shipped(variant: Variant, *, key: str) -> Variant:
    name = {"name": variant["name"]} if variant.get("name") else {}
    share = 100 if variant.get("key") == key else 0
    return {"key": variant.get("key"), **name, "rollout_percentage": share}


def is_change(sent: Mapping[str, object]) -> bool:
    """Tell whether filters that are sent replace the stored ones; without groups they do not."""
    return "groups" in sent


def with_everyone(filters: Document) -> Document:
    """Return the filters releasing to everyone in every group that releases to nobody.

    A remote configuration reads its payload from the flag, so nobody is left without.
    """
    sent = filters.get("groups") or [{"properties": []}]
    groups = [_released(group) for group in sent] if isinstance(sent, list) else sent
    return filters | {"groups": groups}


def normalised(filters: Document) -> Document:
    """Return the filters as they are stored; parts that validation will refuse stay as they are.

    Every group carries its group type index, and so does the flag when they agree. Aliases of
    operators are spelled out, payloads are JSON text, and forms of the past are dropped.
    """
    stored = {key: value for key, value in filters.items() if key not in _FORMS_OF_THE_PAST}
    if isinstance(filters.get("payloads"), dict):
        stored["payloads"] = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in filters["payloads"].items()
        }
    if isinstance(filters.get("holdout"), dict):
        # The wire drops what it does not know of it.
        holdout = filters["holdout"]
        stored["holdout"] = {name: holdout[name] for name in _HOLDOUT if name in holdout}
    return stored | _normalised_groups(filters)


def dependencies(filters: Mapping[str, object]) -> set[str]:
    """Return the ids, as text, of the flags whose values the filters ask for."""
    return {str(wanted.get("key")) for wanted in _properties(filters, kind="flag")}


def cohort_references(filters: Mapping[str, object]) -> set[str]:
    """Return the ids, as text, of the cohorts whose members the filters ask for."""
    return {str(wanted.get("value")) for wanted in _properties(filters, kind="cohort")}


def release_groups(filters: Mapping[str, object]) -> list[Document]:
    """Return the conditions by which a flag finds its people, in order."""
    return _objects(filters.get("groups"))


def properties(filters: Mapping[str, object]) -> list[Document]:
    """Return the property filters of all groups, in order."""
    return [
        wanted for group in release_groups(filters) for wanted in _objects(group.get("properties"))
    ]


def with_properties(group: Document, *, change: Callable[[Document], Document]) -> Document:
    """Return a group with each of its property filters changed by a function."""
    asked = group.get("properties")
    if not isinstance(asked, list):
        return group
    return group | {
        "properties": [change(each) if isinstance(each, dict) else each for each in asked]
    }


def _properties(filters: Mapping[str, object], *, kind: str) -> Iterator[Document]:
    return (wanted for wanted in properties(filters) if wanted.get("type") == kind)


def _released(group: object) -> object:
    if not isinstance(group, dict):
        return group
    share = group.get("rollout_percentage")
    is_closed = share is None or (share == 0 and not isinstance(share, bool))
    return group | {"rollout_percentage": 100} if is_closed else group


def _normalised_groups(filters: Mapping[str, object]) -> Document:
    sent = release_groups(filters)
    if filters.get("groups") != sent:
        # There are none, or broken ones: validation refuses those.
        return {}
    index = {_INDEX: filters.get(_INDEX)}
    groups = [index | with_properties(group, change=_with_operator) for group in sent]
    indexes = [group[_INDEX] for group in groups]
    is_common = bool(indexes) and all(index == indexes[0] for index in indexes)
    # A flag without groups keeps the index it was given.
    common = indexes[0] if is_common else (None if indexes else filters.get(_INDEX))
    return {"groups": groups, _INDEX: common}


def _with_operator(wanted: Document) -> Document:
    operator = wanted.get("operator")
    if not isinstance(operator, str) or operator not in _ALIASES:
        return wanted
    return {**wanted, "operator": _ALIASES[operator]}


def _objects(value: object) -> list[Document]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
