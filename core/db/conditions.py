"""Expressions whose SQL differs between SQLite and PostgreSQL."""

from string import Formatter

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler

_SQL = tuple[str, list[str | int]]


class InBothDatabases(Func):
    """An expression in words of each database; its parts are named by their numbers."""

    in_sqlite: str
    in_postgresql: str

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: object
    ) -> _SQL:
        return self._filled(self.in_sqlite, compiler)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: object
    ) -> _SQL:
        return self._filled(self.in_postgresql, compiler)

    def _filled(self, template: str, compiler: SQLCompiler) -> _SQL:
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        sql, parameters = "", list[str | int]()
        for text, number, _format, _conversion in Formatter().parse(template):
            sql += text
            if number is not None:
                sql += parts[int(number)][0]
                parameters += parts[int(number)][1]
        return sql, parameters


class Condition(InBothDatabases):
    """A condition on columns."""

    output_field = BooleanField()
