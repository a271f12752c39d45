"""How rows are shown: the fields of a serializer as plain steps, worked out once for each class."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Model
from django.utils import timezone
from rest_framework import fields, relations
from rest_framework.fields import Field
from rest_framework.settings import ISO_8601, api_settings

if TYPE_CHECKING:
    from core.http.serializers import ModelSerializer

Function = Callable[[object], object]
# In the place of a function: only the field itself, bound to a serializer, knows.
_ASKED = object()


class Step(NamedTuple):
    """How one member is shown: got from the row and, unless it is null, converted."""

    name: str
    get: Function
    # None for what shows itself.
    convert: Function | None


def steps_of(serializer: "ModelSerializer") -> list[Step]:
    """Return the steps that show a row of the serializer's model as its fields would.

    What a field of the framework's own does with a column needs nothing but the value; every
    other field is asked, as it is bound to this serializer.
    """
    steps, asked = _plan(type(serializer))
    steps = steps.copy()
    for place, name, get in asked:
        field = serializer.bound_field(name)
        steps[place] = Step(name, get or field.get_attribute, field.to_representation)
    return steps


@cache
def _plan(
    cls: "type[ModelSerializer]",
) -> tuple[list[Step | None], list[tuple[int, str, Function | None]]]:
    """Return the steps that are the same for all serializers of a class, and the others' places."""
    steps: list[Step | None] = []
    asked = []
    for field in cls().fields.values():
        if field.write_only:
            continue
        get, convert = _getter(field, cls.Meta.model), _converter(field)
        if get is None or convert is _ASKED:
            asked.append((len(steps), field.field_name, get))
            steps.append(None)
        else:
            steps.append(Step(field.field_name, get, convert))
    return steps, asked


def _getter(field: Field, model: type[Model]) -> Function | None:
    get = type(field).get_attribute
    if get is Field.get_attribute and field.source == "*":
        return _itself
    if not _names_value(field.source, model):
        return None
    if get is Field.get_attribute:
        return attrgetter(field.source)
    return attrgetter(_columns(model)[field.source].attname) if _is_key(field) else None


def _itself(row: object) -> object:
    return row


def _names_value(source: str, model: type[Model] | None) -> bool:
    """Tell whether each part of the source is there and not something that would be called."""
    for name in source.split("."):
        if model is None or not hasattr(model, name) or callable(getattr(model, name)):
            return False
        column = _columns(model).get(name)
        model = column.related_model if column else None
    return True


def _columns(model: type[Model]) -> dict[str, object]:
    return {column.name: column for column in model._meta.get_fields()}  # noqa: SLF001


def _is_key(field: Field) -> bool:
    return (
        type(field).get_attribute is relations.RelatedField.get_attribute
        and type(field).to_representation is relations.PrimaryKeyRelatedField.to_representation
        and field.pk_field is None
        and "." not in field.source
    )


def _converter(field: Field) -> Function | object | None:
    if _is_key(field):
        return None
    # By the function, not by the class: many only take values in otherwise.
    make = _CONVERTERS.get(type(field).to_representation)
    return make(field) if make else _ASKED


def _switch(field: fields.BooleanField) -> Function:
    return lambda value: value if isinstance(value, bool) else field.to_representation(value)


def _moment(field: fields.DateTimeField) -> Function | object:
    is_ordinary = api_settings.DATETIME_FORMAT == ISO_8601 and not hasattr(field, "format")
    if not is_ordinary or timezone.get_default_timezone_name() != "UTC":
        return _ASKED

    def shown(moment: datetime) -> object:
        if moment.tzinfo is not UTC:
            return field.to_representation(moment)
        return moment.isoformat()[:-6] + "Z"

    return shown


def _whole_number(field: fields.BigIntegerField) -> Function | object:
    is_text = getattr(field, "coerce_to_string", api_settings.COERCE_BIGINT_TO_STRING)
    return _ASKED if is_text else int


def _items(field: fields.ListField) -> Function | object:
    convert = _converter(field.child)
    if convert is None or convert is _ASKED:
        return _ASKED
    return lambda items: [None if item is None else convert(item) for item in items]


_CONVERTERS: dict[object, Callable[[Field], Function | object | None]] = {
    fields.CharField.to_representation: lambda _: str,
    fields.IntegerField.to_representation: lambda _: int,
    fields.BigIntegerField.to_representation: _whole_number,
    fields.ListField.to_representation: _items,
    fields.BooleanField.to_representation: _switch,
    fields.DateTimeField.to_representation: _moment,
    fields.JSONField.to_representation: lambda field: _ASKED if field.binary else None,
    fields.ChoiceField.to_representation: lambda field: field.to_representation,
    fields.UUIDField.to_representation: lambda field: field.to_representation,
}
