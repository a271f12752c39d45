"""Base class of model serializers, with cheaper construction and field copying."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias, TypeVar

from django.db.models import Model
from rest_framework import fields, serializers
from rest_framework.fields import empty
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from core.characters import unstorable_character
from core.http.representation import Representation

# What a serializer of a request is told; one that is a part of another is told more.
_OF_A_REQUEST = frozenset({"context", "partial"})
# How fields call the field of their items.
_CHILDREN = frozenset({"child", "child_relation"})
Field: TypeAlias = fields.Field[Any, Any, Any, Any]
M = TypeVar("M", bound=Model)

_prototypes: dict[type, dict[str, Field]] = {}
_bound: dict[type, dict[str, Field]] = {}


class ModelSerializer(serializers.ModelSerializer[M]):
    # No docstring: it would become the published description of those that have none.
    #
    # The framework's, made in a fraction of the time; what it refuses is the same. What is shown by
    # the hundred is shown by a function that one can read; a test compares it with the fields.

    def __init__(self, instance: M | None = None, data: Any = empty, **options: Any) -> None:
        if not options.keys() <= _OF_A_REQUEST:
            super().__init__(instance, data, **options)
            return
        # The framework numbers all fields that are ever made, to know in which order they were
        # declared. A number that changes makes Python forget what it knows of the class of all
        # fields and of all classes below it.
        vars(self).update(_vars_of_a_new(type(self)))
        self.instance, self.partial = instance, options.get("partial", False)
        self._context = options.get("context", {})
        if data is not empty:
            self.initial_data = data

    def get_fields(self) -> dict[str, Field]:
        return {name: _copied(field) for name, field in self._declared.items()}

    @property
    def _declared(self) -> dict[str, Field]:
        # What a class declares stays the same: worked out once, and copied for each serializer.
        declared = _prototypes.get(type(self))
        if declared is None:
            declared = _prototypes[type(self)] = super().get_fields()
            for field in declared.values():
                if isinstance(field, serializers.CharField):
                    field.validators = [*map(_quicker, field.validators)]
        return declared

    def bound_field(self, name: str) -> Field:
        # Who shows a part, or takes a few values, needs few of its fields, and makes those alone.
        if "fields" in vars(self):
            return self.fields[name]
        field = _copied(self._bound[name])
        field.parent = self
        return field

    @property
    def _bound(self) -> dict[str, Field]:
        # What fields learn when they are bound is the same each time, but for the serializer.
        bound = _bound.get(type(self))
        if bound is None:
            bound = _bound[type(self)] = self.get_fields()
            for name, field in bound.items():
                field.bind(name, self)
                field.parent = None  # type: ignore[assignment]
        return bound

    @property
    def _writable_fields(self) -> list[Field]:
        # In a form a list has other names than its own, so all of them may be there.
        is_part = getattr(self, "parent", None) is not None
        sent: object = None if is_part else getattr(self, "initial_data", None)
        return [
            self.bound_field(name)
            for name, field in self._declared.items()
            if not field.read_only and (type(sent) is not dict or self._has_to_do(field, name))
        ]

    def _has_to_do(self, field: Field, name: str) -> bool:
        # What is not sent is left alone, unless it has to be there or something stands for it.
        if name in self.initial_data:
            return True
        return not self.partial and (field.required or field.default is not empty)

    def run_validators(self, value: object) -> None:
        # There are none: what must be unique among rows is the database's to say, when it is
        # written. Asked before, it could be otherwise by then.
        pass

    def to_representation(self, instance: M) -> dict[str, object]:
        shown = self.represent(instance) if isinstance(instance, self.Meta.model) else None
        return super().to_representation(instance) if shown is None else shown

    def represent(self, row: M) -> Representation | None:
        # None leaves it to the fields.
        return None


@cache
def _vars_of_a_new(cls: type[ModelSerializer[Any]]) -> dict[str, object]:
    made = object.__new__(cls)
    serializers.ModelSerializer.__init__(made)
    return vars(made)


class _WholePairsValidator(ProhibitSurrogateCharactersValidator):
    # The framework's looks at one character after the other.
    def __call__(self, value: object) -> None:
        if unstorable_character(str(value)) is not None:
            super().__call__(value)


def _quicker(validator: Callable[..., None]) -> Callable[..., None]:
    is_slow = type(validator) is ProhibitSurrogateCharactersValidator
    return _WholePairsValidator() if is_slow else validator


def _copied(field: Field) -> Field:
    # A shallow copy shares what nobody changes: messages, validators, choices. What it is bound to
    # is its own, and so are the fields below it, which find the request's context through it.
    copy = object.__new__(type(field))
    members = copy.__dict__
    members.update(field.__dict__)
    for name in _CHILDREN & members.keys():
        members[name] = _copied(members[name])
        members[name].parent = copy
    return copy
