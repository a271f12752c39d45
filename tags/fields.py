"""Tags on the wire."""

from typing import Any

from rest_framework import serializers

from core.http.fields import ListField
from tags.validation import MAX_TAG_LENGTH, MAX_TAGS, tidied


class TagsField(ListField):
    """Words to find an object by; kept trimmed, in lower case, once each, in order."""

    child = serializers.CharField(max_length=MAX_TAG_LENGTH, allow_blank=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_TAGS, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        return tidied(super().to_internal_value(data))
