"""Freezing the exposure of a flag: every condition requires membership in a cohort."""

from collections.abc import Mapping

from feature_flags.filters import Document, release_groups

FROZEN, FROZEN_COHORT = "exposure_frozen", "exposure_frozen_cohort"
_MARKS = frozenset({FROZEN, FROZEN_COHORT})
NOTE = "Exposure is frozen: only who was exposed until then is let in."


def is_frozen(filters: Mapping[str, object]) -> bool:
    """Tell whether any condition of a flag is frozen."""
    return bool(frozen_cohorts(filters))


def frozen_cohorts(filters: Mapping[str, object]) -> set[int]:
    """Return the ids of the cohorts that the frozen conditions of a flag let in."""
    found = (_frozen_cohort(group) for group in release_groups(filters))
    return {each for each in found if each is not None}


def named_cohorts(filters: Mapping[str, object]) -> list[object]:
    """Return what the conditions of a flag name as frozen cohorts, frozen or not."""
    named = (group.get(FROZEN_COHORT) for group in release_groups(filters))
    return [each for each in named if each is not None]


def with_freeze(filters: Document, *, cohort_id: int) -> Document:
    """Return the filters with each condition narrowed to the members of a cohort."""
    groups = [_frozen(group, cohort_id) for group in release_groups(filters)]
    return filters | {"groups": groups}


def without_freeze(filters: Document) -> Document:
    """Return the filters as they were before they were frozen; the same when they name no freeze.

    A mark whose condition does not ask for its cohort goes too; nothing else of that condition.
    """
    groups = release_groups(filters)
    if not any(group.keys() & _MARKS for group in groups):
        return filters
    return filters | {"groups": [_thawed(group) for group in groups]}


def _frozen_cohort(group: Document) -> int | None:
    # Only a mark and its condition together are a freeze.
    cohort_id = group.get(FROZEN_COHORT)
    if group.get(FROZEN) is not True or type(cohort_id) is not int:
        return None
    properties = group.get("properties")
    asked = properties if isinstance(properties, list) else []
    return cohort_id if any(_asks_for(each, cohort_id) for each in asked) else None


def _frozen(group: Document, cohort_id: int) -> Document:
    own = group.get("description")
    return group | {
        "properties": [*(group.get("properties") or []), _members_of(cohort_id)],
        "description": f"{own}\n{NOTE}" if own else NOTE,
        FROZEN: True,
        FROZEN_COHORT: cohort_id,
    }


def _thawed(group: Document) -> Document:
    kept = {name: value for name, value in group.items() if name not in _MARKS}
    cohort_id = _frozen_cohort(group)
    if cohort_id is None:
        return kept
    kept["properties"] = [each for each in group["properties"] if not _asks_for(each, cohort_id)]
    if str(kept.get("description", "")).endswith(NOTE):
        kept["description"] = str(kept["description"]).removesuffix(NOTE).removesuffix("\n")
        if not kept["description"]:
            del kept["description"]
    return kept


def _members_of(cohort_id: int) -> Document:
    return {"key": "id", "type": "cohort", "value": cohort_id, "operator": "in"}


def _asks_for(wanted: object, cohort_id: int) -> bool:
    # Clients may send a condition back with less or more than they read.
    return (
        isinstance(wanted, dict)
        and wanted.get("type") == "cohort"
        and str(wanted.get("value")) == str(cohort_id)
        and wanted.get("operator") in (None, "in")
    )
