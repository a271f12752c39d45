"""Compiled queries: SQL that is built once and executed many times with other parameters.

The ORM builds the SQL of a query at every call, and PostgreSQL plans it at every call. Both take
longer than executing it, so the queries of hot paths are compiled once per process and use prepared
statements. The rows of one become objects at once, or only those that somebody needs (`RawRows`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]
from django.db.models.sql.compiler import SQLCompiler

from core.db.conditions import Condition
from core.db.number_lists import numbers_parameter
from core.db.statement import Row, Statement

M = TypeVar("M", bound=Model)


class Connection(Protocol):
    """What our database backends add to Django's."""

    alias: str
    vendor: str

    def fetch(self, sql: str, values: Sequence[object]) -> list[Row]: ...
    def queue(self, sql: str, values: Sequence[object]) -> Statement: ...
    def queue_read(self, sql: str, values: Sequence[object]) -> Statement: ...
    def result(self, statement: Statement) -> list[Row]: ...


class Param(Expression):
    """A placeholder for a parameter, given at execution in the form that the database takes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        return "%s", [self]

    def value_of(self, values: Mapping[str, object], connection: "Connection") -> object:
        """Return its value as the database takes it."""
        return values[self.name]


class NumbersParam(Param):
    """A placeholder for many whole numbers, which `IsOneOf` compares with."""

    def value_of(self, values: Mapping[str, object], connection: "Connection") -> object:
        """Return the numbers as the one parameter that they are."""
        numbers = cast("Collection[int]", values[self.name])
        return numbers_parameter(cast("BaseDatabaseWrapper", connection), numbers)


class IsOneOf(Condition):
    """Whether a column holds one of many numbers, a `NumbersParam`."""

    in_sqlite = "{0} IN (SELECT value FROM json_each({1}))"
    in_postgresql = "{0} = ANY({1}::bigint[])"


def fetch(sql: str, values: Sequence[object]) -> list[Row]:
    """Execute a prepared statement and return its rows.

    :raises DatabaseError: when it cannot be executed.
    """
    return _connection(DEFAULT_DB_ALIAS).fetch(sql, values)


def queue(sql: str, values: Sequence[object]) -> None:
    """Queue a prepared statement for the next round trip or COMMIT; its error surfaces there."""
    _connection(DEFAULT_DB_ALIAS).queue(sql, values)


def _connection(alias: str) -> Connection:
    return cast("Connection", connections[alias])


@dataclass(frozen=True)
class _Compiled(Generic[M]):
    """The SQL of a query for one database, and how its rows become objects."""

    sql: str
    parameters: Sequence[object]
    converters: dict[int, tuple[list[Callable[..., object]], object]]
    model: type[M]
    start: int
    end: int
    names: list[str]
    annotations: dict[str, int]
    related: list[Any]


class RawRows(Generic[M]):
    """Rows as the database sent them: quickly compared, and objects where they are needed."""

    def __init__(self, compiled: _Compiled[M], rows: list[Row], connection: Connection) -> None:
        self._compiled = compiled
        self._rows = rows
        self._connection = connection

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def place_of(self, column: str) -> int:
        """Return where a row holds a column of its model, by the attribute's name."""
        return self._compiled.start + self._compiled.names.index(column)

    def objects(self, rows: Iterable[Row]) -> list[M]:
        """Return what some of these rows stand for."""
        return [_object(self._compiled, list(row), self._connection) for row in rows]


class CompiledQuery(Generic[M]):
    """A query with named parameters; calling it returns the objects that a queryset would hold.

    `build` makes the queryset once for each kind of database, with a `Param` for every value that
    differs between calls. It may select related rows and annotate, but not prefetch.
    """

    def __init__(self, build: Callable[[], QuerySet[M]], *, alias: str = DEFAULT_DB_ALIAS) -> None:
        self._build, self._alias = build, alias
        self._compiled: dict[str, _Compiled[M]] = {}

    def __call__(self, **values: object) -> list[M]:
        rows = self.raw(**values)
        return rows.objects(rows)

    def raw(self, **values: object) -> RawRows[M]:
        """Return the rows instead of the objects."""
        connection = _connection(self._alias)
        compiled = self._compiled_for(connection)
        rows = connection.fetch(compiled.sql, _parameters(compiled, values, connection))
        return RawRows(compiled, rows, connection)

    def first(self, **values: object) -> M | None:
        """Return the first object, if any."""
        return next(iter(self(**values)), None)

    def queue(self, **values: object) -> Callable[[], list[M]]:
        """Queue the query as `queue` does; the function returned gives the objects."""
        return _objects_of(self._deferred(_connection(self._alias).queue, values))

    def queue_read(self, **values: object) -> Callable[[], list[M]]:
        """Queue a query that only reads; the function returned gives the objects.

        It runs with the next statement, inside a transaction or not, and may never run when nobody
        wants its objects.
        """
        return _objects_of(self.queue_raw(**values))

    def queue_raw(self, **values: object) -> Callable[[], RawRows[M]]:
        """Queue a query that only reads; the function returned gives the rows."""
        return self._deferred(_connection(self._alias).queue_read, values)

    def _deferred(
        self, put: Callable[[str, Sequence[object]], Statement], values: Mapping[str, object]
    ) -> Callable[[], RawRows[M]]:
        connection = _connection(self._alias)
        compiled = self._compiled_for(connection)
        statement = put(compiled.sql, _parameters(compiled, values, connection))
        return lambda: RawRows(compiled, connection.result(statement), connection)

    def _compiled_for(self, connection: Connection) -> _Compiled[M]:
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = _compiled(self._build(), connection)
            self._compiled[connection.vendor] = compiled
        return compiled


def _parameters(
    compiled: _Compiled[M], values: Mapping[str, object], connection: Connection
) -> list[object]:
    return [
        value.value_of(values, connection) if isinstance(value, Param) else value
        for value in compiled.parameters
    ]


def _objects_of(deferred: Callable[[], RawRows[M]]) -> Callable[[], list[M]]:
    def objects() -> list[M]:
        rows = deferred()
        return rows.objects(rows)

    return objects


def _compiled(queryset: QuerySet[M], connection: Connection) -> _Compiled[M]:
    compiler = queryset.query.get_compiler(connection.alias)
    sql, parameters = compiler.as_sql()
    info, select = compiler.klass_info, compiler.select
    fields = [select[position][0].target.attname for position in info["select_fields"]]
    return _Compiled(
        sql=sql,
        parameters=parameters,
        converters=compiler.get_converters([column for column, _sql, _alias in select]),
        model=info["model"],
        start=info["select_fields"][0],
        end=info["select_fields"][-1] + 1,
        names=fields,
        annotations=compiler.annotation_col_map,
        related=get_related_populators(info, select, connection.alias),
    )


def _object(compiled: _Compiled[M], row: list[object], connection: Connection) -> M:
    for position, (converters, expression) in compiled.converters.items():
        for convert in converters:
            row[position] = convert(row[position], expression, connection)
    found = compiled.model.from_db(
        connection.alias, compiled.names, row[compiled.start : compiled.end]
    )
    for populator in compiled.related:
        populator.populate(row, found)
    for name, position in compiled.annotations.items():
        setattr(found, name, row[position])
    return found
