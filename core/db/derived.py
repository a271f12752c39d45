"""Columns computed from another column of the row, so that they can be indexed.

Django asks every field before it writes a row (`Field.pre_save`), and so does `core.db.rows`, which
adds these columns to what they follow from: no service has to name them.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

Rule = Callable[[Any], Any]

# What it is mixed into.
if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = object


class Derived(_Field):
    """A field whose value is what its rule makes of another one, `of`; nobody sets it."""

    def __init__(self, *args: Any, of: str = "", rule: Rule | None = None, **options: Any) -> None:
        self.of, self.rule = of, rule
        super().__init__(*args, **options | {"editable": False})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        # Of no matter for the column: migrations see Django's own field.
        name, _path, args, options = super().deconstruct()
        return name, f"django.db.models.{type(self).__bases__[1].__name__}", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Return the value, and let the row have it."""
        if self.rule is None:
            return super().pre_save(model_instance, add)
        value = self.rule(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class DerivedBoolean(Derived, models.BooleanField):  # type: ignore[type-arg]
    """Whether something holds for the row."""


class DerivedCount(Derived, models.PositiveSmallIntegerField):  # type: ignore[type-arg]
    """How many of something the row has."""
