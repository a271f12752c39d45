"""Showing some fields of a row as the API shows them."""

from collections.abc import Iterable
from typing import Any

from rest_framework.fields import SkipField
from rest_framework.serializers import Serializer


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
