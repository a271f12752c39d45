"""Serializer fields that the wire needs and the framework lacks."""

import math
from collections.abc import Sequence
from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.utils import html

from core.documents import unstorable_part
from core.exceptions import ParseError
from core.http.parsers import parse_json

# Wire quirk: arrays-are-bounded, see docs/quirks.md.
MAX_ITEMS = 1000
MAX_RELATED = 100
_FREE_FORM_OBJECT = {"type": "object", "additionalProperties": {}}


class DocumentField(serializers.JSONField):
    """A JSON document that is kept as it was sent."""

    default_error_messages = {"unstorable": "This document {problem}."}

    def to_internal_value(self, data: Any) -> Any:
        if getattr(data, "is_json_string", False):
            # A form has only text; the text of a document is JSON.
            try:
                data = parse_json(str(data))
            except ParseError:
                self.fail("invalid")
            if data is None and not self.allow_null:
                self.fail("null")
        if problem := unstorable_part(data):
            # One code for all of them, the wire's plain one.
            raise serializers.ValidationError(
                self.error_messages["unstorable"].format(problem=problem), code="invalid"
            )
        return data


@extend_schema_field(_FREE_FORM_OBJECT)
class ObjectField(DocumentField):
    """A JSON object."""

    default_error_messages = {
        "not_a_dict": 'Expected a dictionary of items but got type "{input_type}".'
    }

    def to_internal_value(self, data: Any) -> Any:
        document = super().to_internal_value(data)
        if document is not None and not isinstance(document, dict):
            self.fail("not_a_dict", input_type=type(document).__name__)
        return document


@extend_schema_field({"type": "array", "items": {}})
class ArrayField(DocumentField):
    """A JSON array of bounded length."""

    default_error_messages = {"not_a_list": 'Expected a list of items but got type "{input_type}".'}

    def __init__(self, *, max_items: int = MAX_ITEMS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_items = max_items

    def to_internal_value(self, data: Any) -> Any:
        # Before it is looked into: that takes its time. A form has it as text until then.
        _check_length(data, most=self.max_items)
        document = super().to_internal_value(data)
        if document is not None and not isinstance(document, list):
            self.fail("not_a_list", input_type=type(document).__name__)
        _check_length(document, most=self.max_items)
        return document


class ListField(serializers.ListField):
    """A list of bounded length: what is too long is refused before its items are read."""

    max_length: int

    def __init__(self, *, max_length: int = MAX_ITEMS, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        _check_length(data, most=self.max_length)
        return super().to_internal_value(data)


class RelatedListField(serializers.ManyRelatedField):
    """The ids of related rows, each of which is looked up: a list of bounded length."""

    def to_internal_value(self, data: Any) -> Any:
        _check_length(data, most=MAX_RELATED)
        return super().to_internal_value(data)


def _check_length(items: object, *, most: int) -> None:
    if isinstance(items, list) and len(items) > most:
        raise serializers.ValidationError(f"Send at most {most} items.", code="invalid")


class LineField(serializers.CharField):
    """A text that lists, logs and terminals can show on one line."""

    def to_internal_value(self, data: Any) -> str:
        line: str = super().to_internal_value(data)
        if not line.isprintable():
            raise serializers.ValidationError(
                "Line breaks and control characters are not allowed.", code="invalid"
            )
        return line


class StrictTextField(serializers.CharField):
    """A text and nothing that merely has one, such as a number."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class RelatedIDField(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a related row: a whole number, or text that spells one."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int) and not (isinstance(data, str) and data.isascii()):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class NumberField(serializers.FloatField):
    """A number that can be counted with: not true, not NaN, not infinite."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if isinstance(data, bool) or not math.isfinite(number):
            self.fail("invalid")
        return number


class CaseInsensitiveChoiceField(serializers.ChoiceField):
    """One of a few words; a refusal lists them and does not repeat what was sent."""

    def __init__(self, choices: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self.error_messages["invalid_choice"] = (
            f"Choose one of {', '.join(map(str, self.choices))}."
        )


class StrictBooleanField(serializers.BooleanField):
    """True or false; a form that leaves it out says nothing about it."""

    default_empty_html = empty


class ExactBooleanField(StrictBooleanField):
    """True or false and nothing that merely means it; in a form, the words."""

    def to_internal_value(self, data: object) -> bool:
        is_word = html.is_html_input(getattr(self.parent, "initial_data", None))
        if not isinstance(data, bool) and not (is_word and data in ("true", "false")):
            self.fail("invalid", input=data)
        return super().to_internal_value(data)


_SCHEMA_OF = {
    # Text on other servers; and generators have no name for what is nothing but null.
    type(None): {"type": ["string", "null"]},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    list: {"type": "array", "items": {}},
    dict: _FREE_FORM_OBJECT,
}


class ConstantField(serializers.Field[Any, Any, Any, Any]):
    """A member whose value is the same for everyone: clients read it, nothing changes it."""

    def __init__(self, value: object, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.value = value
        set_override(self, "field", _SCHEMA_OF[type(value)])

    def get_attribute(self, instance: object) -> object:
        # Not the value itself: the framework shows no None to `to_representation`.
        return self

    def to_representation(self, value: object) -> object:
        return self.value
