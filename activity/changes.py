"""Computes the changes between two snapshots, and can revert them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from activity.subjects import Subject

CREATED, UPDATED, DELETED, RESTORED = "created", "updated", "deleted", "restored"
CHANGED = "changed"
# What changed nothing but a version: kept, so that versions can be rebuilt, and not told.
COUNTED = "counted"

State = Mapping[str, object]
Change = dict[str, object]


def changes_between(before: State, after: State, *, subject: Subject) -> list[Change]:
    """Return what changed in the fields that the subject reports, field by field."""
    return [
        _change(field, before.get(field), after.get(field), subject)
        for field in dict.fromkeys([*before, *after])
        if subject.reports(field) and not _is_same(before.get(field), after.get(field))
    ]


def state_before(state: State, changes: Iterable[Change]) -> dict[str, object] | None:
    """Return the state from which these changes led to this one, or None if they lead elsewhere.

    Values are taken for what the history writes, so this is for fields that it writes as they are.
    """
    before = dict(state)
    for change in changes:
        field = str(change["field"])
        if field not in state or not _is_same(state[field], change["after"]):
            return None
        before[field] = change["before"]
    return before


def activity_between(before: State, after: State) -> str:
    """Return what happened: an update, unless it hid the thing or brought it back."""
    hidden_before, hidden_after = before.get("deleted", False), after.get("deleted", False)
    if hidden_before == hidden_after:
        return UPDATED
    return DELETED if hidden_after else RESTORED


def reported(value: object) -> object:
    """Return the value of a field as the history writes it; a document stays as it is."""
    if isinstance(value, float | Decimal):
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    if isinstance(value, date):
        return value.isoformat()
    return value


def _change(field: str, before: object, after: object, subject: Subject) -> Change:
    return {
        "type": subject.name,
        "action": _action(before, after),
        "field": field,
        "before": reported(before),
        "after": reported(after),
    }


def _action(before: object, after: object) -> str:
    if _is_empty(before) == _is_empty(after):
        return CHANGED
    return CREATED if _is_empty(before) else DELETED


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], {})


def _is_same(ours: object, theirs: object) -> bool:
    return ours is theirs or (ours == theirs and _is_written_alike(ours, theirs))


def _is_written_alike(ours: object, theirs: object) -> bool:
    # To Python 1 equals true, to readers of a document it does not.
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_is_written_alike(value, theirs[key]) for key, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return all(map(_is_written_alike, ours, theirs))
    return isinstance(ours, bool) == isinstance(theirs, bool)
