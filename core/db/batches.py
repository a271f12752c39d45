"""Batches the writes of `core.db.rows`, 100 rows per statement.

Inside `batched` an update or an insertion waits, and the rows of a kind go a hundred at a time. So
services write each row as they write one, and a change of 500 rows is ten statements.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Model

from core.db.compiled_query import queue

Field: TypeAlias = "models.Field[Any, Any]"
Found = TypeVar("Found")
_Kind = tuple[type[Model], tuple[Field, ...], bool]

ROWS = 100


@dataclass
class Batch:
    """Rows that wait to be written, by their tables and columns."""

    waiting: dict[_Kind, list[Sequence[object]]] = field(default_factory=dict)
    updated: set[tuple[type[Model], object]] = field(default_factory=set)
    known: dict[object, Any] = field(default_factory=dict)

    def insert(self, model: type[Model], fields: tuple[Field, ...], values: list[object]) -> None:
        """Insert a row with these values later."""
        self.waiting.setdefault((model, fields, True), []).append(values)

    def update(self, row: Model, fields: tuple[Field, ...], values: list[object]) -> None:
        """Write these fields of a row later; its documents stay as they are in memory."""
        name = (type(row), row.pk)
        if name in self.updated:
            # Only one after the other do two updates of a row say what it is in the end.
            self.send()
        self.updated.add(name)
        kind = (type(row), (*fields, row._meta.pk), False)  # noqa: SLF001
        self.waiting.setdefault(kind, []).append([*values, row.pk])

    def send(self) -> None:
        """Write what waits.

        :raises IntegrityError: when a constraint refuses it; `compiled_query.queue` says when.
        """
        waiting, self.waiting = self.waiting, {}
        self.updated.clear()
        for (model, fields, is_new), rows in waiting.items():
            for start in range(0, len(rows), ROWS):
                piece = rows[start : start + ROWS]
                build = insertion if is_new else _update
                sql = build(model, fields, len(piece))
                queue(sql, [value for values in piece for value in values])


_current: ContextVar[Batch | None] = ContextVar("batch", default=None)


def current_batch() -> Batch | None:
    """Return where writes wait, if they do."""
    return _current.get()


@contextmanager
def batched() -> Iterator[None]:
    """Let the writes of `core.db.rows` wait for each other; nobody may read what waits.

    When an error ends it, nothing of it is written. Inside another batch they wait for its end.
    """
    if _current.get() is not None:
        yield
        return
    batch = Batch()
    token = _current.set(batch)
    try:
        yield
    finally:
        _current.reset(token)
    batch.send()


def once_in_batch(name: object, find: Callable[[], Found]) -> Found:
    """Return what `find` returns; in a batch it is asked once for each name.

    For what none of the rows of the batch can change.
    """
    batch = _current.get()
    if batch is None:
        return find()
    if name not in batch.known:
        batch.known[name] = find()
    found: Found = batch.known[name]
    return found


@cache
def insertion(model: type[Model], fields: tuple[Field, ...], number: int = 1) -> str:
    """Return the statement that inserts so many rows with these columns."""
    places = f"({', '.join(['%s'] * len(fields))})"
    return (
        f'INSERT INTO "{model._meta.db_table}" ({column_names(fields)})'  # noqa: S608, SLF001
        f" VALUES {', '.join([places] * number)}"
    )


def _update(model: type[Model], fields: tuple[Field, ...], number: int) -> str:
    *changed, key = fields
    connection = connections[DEFAULT_DB_ALIAS]
    typed = ["%s"] * len(fields)
    if connection.vendor == "postgresql":
        # There a list of values has no types of its own. Without a length: a cast cuts off.
        types = [
            str(cast("Any", each).cast_db_type(connection)).partition("(")[0] for each in fields
        ]
        typed = [f"CAST(%s AS {name})" for name in types]
    changes = ", ".join(f'"{each.column}" = new."{each.column}"' for each in changed)
    table = f'"{model._meta.db_table}"'  # noqa: SLF001
    places = f"({', '.join(typed)})"
    return (
        f"WITH new ({column_names(fields)}) AS (VALUES {', '.join([places] * number)})"  # noqa: S608
        f' UPDATE {table} SET {changes} FROM new WHERE {table}."{key.column}" = new."{key.column}"'
    )


def column_names(fields: Iterable[Field]) -> str:
    """Return the columns of these fields as a statement lists them."""
    return ", ".join(f'"{each.column}"' for each in fields)
