"""Writes a row in one statement, which returns its documents as the database keeps them.

PostgreSQL orders the members of a document anew and writes some numbers otherwise. So whoever
answers with what was written needs it as it is kept; `RETURNING` saves reading the row again.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Model

from core.db.batches import Field, column_names, current_batch, insertion
from core.db.compiled_query import fetch, queue
from core.db.derived import Derived

_PLAIN = (
    ((models.CharField, models.TextField), str),
    ((models.IntegerField,), int),
    ((models.BooleanField,), bool),
)


def insert(row: Model) -> None:
    """Insert the row; it gets its id, and its documents as they are kept.

    :raises IntegrityError: when a constraint refuses it.
    """
    if not _inserted(row, unless=""):
        raise RuntimeError(f"{row} was not inserted.")


def insert_or_ignore(row: Model) -> bool:
    """Insert the row and return True, unless it collides with another one by a unique constraint.

    It waits, as an insert does, for whoever inserts such a row at the same time. Unlike a caught
    IntegrityError it needs no savepoint.

    :raises IntegrityError: when another constraint refuses it.
    """
    return _inserted(row, unless=" ON CONFLICT DO NOTHING")


def insert_values(model: type[Model], values: Mapping[str, object]) -> None:
    """Insert a row with these values, one for each of its columns; nothing is read back.

    :raises IntegrityError: when a constraint refuses it; `compiled_query.queue` says when.
    """
    fields = tuple(model._meta.concrete_fields)  # noqa: SLF001
    columns = _for_columns(fields, [values[field.attname] for field in fields])
    if batch := current_batch():
        batch.insert(model, fields, columns)
    else:
        queue(insertion(model, fields), columns)


def update(row: Model, *, columns: Iterable[str]) -> None:
    """Write these fields, if any, of a locked row; its documents become as they are kept.

    What is derived from them is written as well.

    In a batch they stay as they are.

    :raises IntegrityError: when a constraint refuses it; `compiled_query.queue` says when.
    """
    options = row._meta  # noqa: SLF001
    fields = tuple(
        cast("Field", options.get_field(name)) for name in _with_derived(type(row), columns)
    )
    if not fields:
        return
    if batch := current_batch():
        batch.update(row, fields, _values(row, fields))
        return
    statement, values = _update(type(row), fields), [*_values(row, fields), row.pk]
    documents = _documents(fields)
    if not documents:
        queue(statement, values)
        return
    [kept] = fetch(statement, values)
    _take_over(row, documents, kept)


def _inserted(row: Model, *, unless: str) -> bool:
    model, options = type(row), row._meta  # noqa: SLF001
    fields = tuple(field for field in options.concrete_fields if not field.primary_key)
    documents = _documents(fields)
    returned = column_names((options.pk, *documents))
    sql = f"{insertion(model, fields)}{unless} RETURNING {returned}"
    found = fetch(sql, _values(row, fields))
    if not found:
        return False
    row.pk = found[0][0]
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001
    _take_over(row, documents, found[0][1:])
    return True


def _take_over(row: Model, fields: Sequence[Field], values: Sequence[object]) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    for field, value in zip(fields, values, strict=True):
        convert = cast("models.JSONField[Any, Any]", field).from_db_value
        setattr(row, field.attname, convert(cast("str", value), cast("Any", None), connection))


def _values(row: Model, fields: Sequence[Field]) -> list[object]:
    is_new = row._state.adding  # noqa: SLF001
    return _for_columns(fields, [field.pre_save(row, is_new) for field in fields])


def _for_columns(fields: Sequence[Field], values: Sequence[object]) -> list[object]:
    connection = connections[DEFAULT_DB_ALIAS]
    return [
        value
        if value is None or type(value) is _plain_type(field)
        else field.get_db_prep_save(value, connection=connection)
        for field, value in zip(fields, values, strict=True)
    ]


def _with_derived(model: type[Model], columns: Iterable[str]) -> list[str]:
    names = set(columns)
    return sorted(names.union(field.name for field in _derived(model) if field.of in names))


@cache
def _derived(model: type[Model]) -> tuple[Derived, ...]:
    fields = model._meta.concrete_fields  # noqa: SLF001
    return tuple(field for field in fields if isinstance(field, Derived))


@cache
def _plain_type(field: Field) -> type | None:
    """Return the type whose values go into the field's column as they are."""
    if isinstance(field, models.ForeignKey):
        return _plain_type(field.target_field)
    return next((plain for kinds, plain in _PLAIN if isinstance(field, kinds)), None)


def _documents(fields: Iterable[Field]) -> tuple[Field, ...]:
    return tuple(field for field in fields if isinstance(field, models.JSONField))


@cache
def _update(model: type[Model], fields: tuple[Field, ...]) -> str:
    options = model._meta  # noqa: SLF001
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    documents = _documents(fields)
    returned = f" RETURNING {column_names(documents)}" if documents else ""
    return (
        f'UPDATE "{options.db_table}" SET {changes}'  # noqa: S608
        f' WHERE "{options.pk.column}" = %s{returned}'
    )
