"""Conditions on columns that each database says in its own words."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler

_SQL = tuple[str, list[str | int]]


class Condition(Func):
    """A condition in which every expression can be named more than once, by its number."""

    output_field = BooleanField()
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
        names = [name for name, _parameters in parts]
        return template.format(*names), [value for _name, values in parts for value in values]
