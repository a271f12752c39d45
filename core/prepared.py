"""Statements that are made once and executed again and again with other values.

The ORM builds the SQL of a query each time it is asked, and PostgreSQL plans it each time: both
take longer than doing it. What many requests ask in the same words need not be built and planned
again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from core.questions import Question, Row

M = TypeVar("M", bound=Model)


class Given(Expression):
    """The place of a value that comes when the query is asked: as the database takes it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[object]]:
        return "%s", [self]


def rows_of(statement: str, values: Sequence[object]) -> list[Row]:
    """Execute a statement that is the same each time but for its values, and return its rows.

    :raises DatabaseError: when it cannot be executed.
    """
    return connections[DEFAULT_DB_ALIAS].ask(statement, values)


def tell(statement: str, values: Sequence[object]) -> None:
    """Have such a statement executed without a wait.

    It is executed before whatever is asked next, or at the end of the transaction; there it fails,
    if it does.
    """
    connections[DEFAULT_DB_ALIAS].tell(statement, values)


@dataclass(frozen=True)
class _Compiled:
    """A query in the words of one database, and how its rows become objects."""

    sql: str
    parameters: Sequence[object]
    converters: dict[int, tuple[list[Callable[..., object]], object]]
    model: type[Model]
    start: int
    end: int
    names: list[str]
    annotations: dict[str, int]
    related: list[object]


class Prepared(Generic[M]):
    """A query without its values: calling it with them returns what a queryset would hold.

    `build` makes the queryset once for each kind of database, with `Given` for every value that
    differs from time to time. It may select related rows and annotate, but not prefetch.
    """

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, **values: object) -> list[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self._compiled_for(connection)
        rows = connection.ask(compiled.sql, _parameters(compiled, values))
        return _objects(compiled, rows, connection)

    def first(self, **values: object) -> M | None:
        """Return the first object, if any."""
        return next(iter(self(**values)), None)

    def tell(self, **values: object) -> Callable[[], list[M]]:
        """Ask without a wait, as `tell` does, and return what returns the objects."""
        connection = connections[DEFAULT_DB_ALIAS]
        return self._awaited(connection.tell, values, connection)

    def ask_along(self, **values: object) -> Callable[[], list[M]]:
        """Ask together with whatever is asked next, and return what returns the objects.

        It may only read: when nobody wants its objects, it may never be asked.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        return self._awaited(connection.ask_along, values, connection)

    def _awaited(
        self,
        put: Callable[[str, Sequence[object]], Question],
        values: Mapping[str, object],
        connection: BaseDatabaseWrapper,
    ) -> Callable[[], list[M]]:
        compiled = self._compiled_for(connection)
        question = put(compiled.sql, _parameters(compiled, values))
        return lambda: _objects(compiled, connection.rows_of(question), connection)

    def _compiled_for(self, connection: BaseDatabaseWrapper) -> _Compiled:
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = _compiled(self._build(), connection)
            self._compiled[connection.vendor] = compiled
        return compiled


def _parameters(compiled: _Compiled, values: Mapping[str, object]) -> list[object]:
    return [
        values[value.name] if isinstance(value, Given) else value for value in compiled.parameters
    ]


def _objects(compiled: _Compiled, rows: list[Row], connection: BaseDatabaseWrapper) -> list[Model]:
    return [_object(compiled, list(row), connection) for row in rows]


def _compiled(queryset: QuerySet[M], connection: BaseDatabaseWrapper) -> _Compiled:
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


def _object(compiled: _Compiled, row: list[object], connection: BaseDatabaseWrapper) -> M:
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
