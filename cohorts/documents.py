"""Reading the definition of a cohort: groups of conditions on persons, events and cohorts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum

Document = dict[str, object]

# Groups inside groups, and cohorts inside cohorts; evaluation goes no deeper.
MAX_DEPTH = 20


class CohortType(StrEnum):
    """What decides who is in a cohort."""

    STATIC = "static"
    PERSON_PROPERTY = "person_property"
    BEHAVIORAL = "behavioral"


def type_of(filters: Mapping[str, object], *, is_static: bool) -> CohortType:
    """Return what decides who is in a cohort with this definition."""
    if is_static:
        return CohortType.STATIC
    if any(each.get("type") == "behavioral" for each in conditions(filters)):
        return CohortType.BEHAVIORAL
    return CohortType.PERSON_PROPERTY


def conditions(filters: Mapping[str, object]) -> Iterator[Document]:
    """Return all conditions of a definition, without the groups that they stand in."""
    return (part for part in _parts(filters) if "values" not in part)


def has_empty_group(filters: Mapping[str, object]) -> bool:
    """Tell whether a definition has a group in which there is no condition."""
    return any(part.get("values") == [] for part in _parts(filters))


def _parts(filters: Mapping[str, object]) -> Iterator[Document]:
    """Iterate over the groups and the conditions of a definition."""
    pending = [filters.get("properties")]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            yield part
            values = part.get("values")
            pending += values if isinstance(values, list) else []


def with_conditions(filters: Document, *, change: Callable[[Document], Document]) -> Document:
    """Return a definition with each of its conditions changed by a function."""
    if "properties" not in filters:
        return filters
    return filters | {"properties": _changed(filters["properties"], change)}


def _changed(part: object, change: Callable[[Document], Document]) -> object:
    if not isinstance(part, dict):
        return part
    if "values" not in part:
        return change(part)
    values = part["values"]
    if not isinstance(values, list):
        return part
    return part | {"values": [_changed(each, change) for each in values]}


def needed_cohorts(filters: Mapping[str, object]) -> set[int]:
    """Return the ids of the cohorts whose members a definition is about."""
    wanted = (each.get("value") for each in conditions(filters) if each.get("type") == "cohort")
    return {found for found in map(id_of, wanted) if found is not None}


def nesting_depth(nested: Mapping[int, Iterable[int]], start: Iterable[int]) -> int:
    """Return how many cohorts the longest chain has that begins at one of these.

    No chain is followed beyond what is allowed, so that a circle ends as well.
    """
    depth, edge = 0, {*start}
    while edge and depth <= MAX_DEPTH:
        depth += 1
        edge = {each for pk in edge for each in nested.get(pk, ())}
    return depth


def needed_actions(filters: Mapping[str, object]) -> set[int]:
    """Return the ids of the actions that conditions of a definition are about."""
    about = (each for each in conditions(filters) if each.get("event_type") == "actions")
    return {found for found in (id_of(each.get("key")) for each in about) if found is not None}


def named_cohorts(document: object) -> set[int]:
    """Return the ids of the cohorts that filters anywhere inside a document name."""
    found: set[int] = set()
    pending = [document]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            named = id_of(part.get("value")) if part.get("type") == "cohort" else None
            found |= set() if named is None else {named}
            pending += part.values()
        elif isinstance(part, list):
            pending += part
    return found


def id_of(reference: object) -> int | None:
    """Return the id that a condition names, as a number or as text; None when it names none."""
    if isinstance(reference, int) and not isinstance(reference, bool):
        return reference if 0 < reference < 10**18 else None
    if isinstance(reference, str) and reference.isascii() and reference.isdecimal():
        return int(reference) if len(reference) <= 18 else None
    return None
