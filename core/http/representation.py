"""JSON values of times, choices and chosen fields."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from rest_framework.fields import SkipField
from rest_framework.serializers import Serializer

Representation: TypeAlias = dict[str, object]


def shown_moment(moment: datetime | None) -> str | None:
    """Return a moment as the API writes it, such as `2026-01-02T03:04:05.000060Z`."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat()[:-6]}Z"


def shown_choice(value: str | None) -> str | None:
    """Return a value of an enumeration as plain text."""
    return None if value is None else str(value)


def shown_fields(serializer: Serializer[Any], *, names: Iterable[str]) -> dict[str, object]:
    """Return the writable ones among these fields of the serializer's instance."""
    shown = {}
    for name in sorted(names):
        field = serializer.fields.get(name)
        if field is None or field.read_only:
            continue
        try:
            value = field.get_attribute(serializer.instance)
        except SkipField:
            continue
        shown[name] = None if value is None else field.to_representation(value)
    return shown
