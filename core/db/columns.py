"""Columns that read what they hold in less time than the framework's."""

from collections.abc import Sequence
from json import JSONDecodeError, JSONDecoder
from typing import Any, cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

_decode = JSONDecoder().raw_decode


class DocumentColumn(models.JSONField):
    """A JSON column; to migrations it is the ordinary one.

    Usually nothing stands around a document in its column. `json.loads` looks for it slowly.
    """

    def from_db_value(
        self, value: str | None, expression: Expression | None, connection: BaseDatabaseWrapper
    ) -> object:
        if value is None:
            return None
        try:
            document, end = _decode(value)
        except (TypeError, JSONDecodeError):
            return super().from_db_value(value, cast("Expression", expression), connection)
        if end != len(value):
            return super().from_db_value(value, cast("Expression", expression), connection)
        return document

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
