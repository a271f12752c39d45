"""What a scheduled change must say."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from core.exceptions import RuleBroken, ValidationError, first_message
from core.http.query_text import is_id
from feature_flags.filters import normalised
from feature_flags.validation import check_filters, check_no_new_freeze
from scheduled_changes.documents import MEMBERS, Document, Operation
from scheduled_changes.schedule import BadCron, check_cron

MAX_PARTS = 1000


class BadPayload(RuleBroken):
    """Raised for a payload that no flag can be changed by, or that its flag does not take."""


def read_id(record_id: str) -> int | None:
    """Return the id that a text spells, perhaps behind zeros; None when it spells none."""
    digits = record_id.lstrip("0")
    return int(digits) if is_id(digits) else None


def check_payload(payload: Mapping[str, Any]) -> Document:
    """Return the payload when it names an operation and has what that needs.

    Whether the flag it is for takes it is asked when it is made.

    :raises BadPayload: when it does not.
    """
    operation, value = payload.get("operation"), payload.get("value")
    if operation not in list(Operation):
        raise BadPayload(f"operation must be one of {', '.join(Operation)}.")
    if payload.keys() - {"operation", "value"}:
        raise BadPayload("A payload has operation and value, and nothing else.")
    if operation == Operation.UPDATE_STATUS:
        if not isinstance(value, bool):
            raise BadPayload("The value of update_status must be true or false.")
    elif not isinstance(value, dict):
        raise BadPayload(f"The value of {operation} must be an object.")
    else:
        _check_members(Operation(operation), value)
    return {"operation": operation, "value": value}


def check_times(
    values: Mapping[str, Any], *, operation: str, is_new: bool, zone: tzinfo, now: datetime
) -> None:
    """Check that the times of a change go together.

    :raises RuleBroken: when they do not; it names the field.
    """
    interval, cron = values["recurrence_interval"], values["cron_expression"]
    if cron is not None:
        _check_cron(cron, interval=interval, zone=zone, now=now)
    if values["is_recurring"]:
        if interval is None and cron is None:
            raise RuleBroken("Say how often it shall recur.", attr="recurrence_interval")
        if operation == Operation.ADD_RELEASE_CONDITION:
            raise BadPayload("A condition is added once: it cannot recur.", attr="payload")
    elif is_new and (interval or cron):
        name = "recurrence_interval" if interval else "cron_expression"
        raise RuleBroken("What does not recur has no interval.", attr=name)
    end = values["end_date"]
    if end is not None and end <= values["scheduled_at"]:
        raise RuleBroken("The end must be after scheduled_at.", attr="end_date")


def _check_cron(cron: str, *, interval: str | None, zone: tzinfo, now: datetime) -> None:
    try:
        if interval is not None:
            raise BadCron("Send an interval or a cron expression.")
        check_cron(cron, after=now, zone=zone)
    except BadCron as error:
        raise RuleBroken(str(error), attr="cron_expression") from None


def _check_members(operation: Operation, value: Document) -> None:
    if unknown := value.keys() - MEMBERS[operation]:
        raise BadPayload(f"The value of {operation} takes no {min(unknown)[:40]}.")
    name = "groups" if operation == Operation.ADD_RELEASE_CONDITION else "variants"
    parts = value.get(name)
    if not isinstance(parts, list) or not 0 < len(parts) <= MAX_PARTS:
        raise BadPayload(f"{name} must be a list of 1 to {MAX_PARTS} objects.")
    if not isinstance(value.get("payloads", {}), dict | None):
        raise BadPayload("payloads must be an object.")
    if operation == Operation.UPDATE_VARIANTS:
        if not all(isinstance(part, dict) and isinstance(part.get("key"), str) for part in parts):
            raise BadPayload("Each of the variants must be an object with a key.")
        return
    # Conditions are tried as they are, without the variants that they may name.
    unpinned = [_without_variant(part) for part in parts]
    added = normalised({"groups": unpinned})
    try:
        check_filters(added)
        check_no_new_freeze(added)
    except ValidationError as error:
        raise BadPayload(first_message(error)) from None


def _without_variant(group: object) -> object:
    if not isinstance(group, dict):
        return group
    return {name: part for name, part in group.items() if name != "variant"}
