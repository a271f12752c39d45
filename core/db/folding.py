"""Searching in texts whatever their case, alike on both databases and for all of Unicode."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, Q
from django.db.models.expressions import Combinable
from django.db.models.lookups import Contains, Exact, Regex
from django.db.models.sql.compiler import SQLCompiler

Column = str | Combinable

# The function of SQLite's connections, see `core.db.sqlite.base`.
FUNCTION = "FOLD"


def fold(text: str) -> str:
    """Return the text as one that differs in case only would be: in capitals, `ß` as `SS`."""
    return text.lower().upper()


def fold_value(value: object) -> object:
    """Return what `fold` does to a text, and anything else as it is: for SQLite, which has both."""
    return fold(value) if isinstance(value, str) else value


# Wire quirk: search-folds-case, see docs/quirks.md.
class Folded(Func):
    """A column as `fold` returns it."""

    function = FUNCTION
    output_field = CharField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: object
    ) -> tuple[str, list[str | int] | tuple[str | int, ...] | tuple[()]]:
        # The rules of Unicode itself, whatever language the database speaks.
        template = 'UPPER(LOWER(%(expressions)s COLLATE "und-x-icu"))'
        return super().as_sql(compiler, connection, template=template)


def contains(column: Column, text: str) -> Q:
    """Return the condition that the column has the text in it, whatever the case of both."""
    return Q(Contains(Folded(column), fold(text)))


def equals(column: Column, text: str) -> Q:
    """Return the condition that the column is the text, whatever the case of both."""
    return Q(Exact(Folded(column), fold(text)))


def matches(column: Column, pattern: str) -> Q:
    """Return the condition that the folded column matches a pattern; its letters are capitals."""
    return Q(Regex(Folded(column), pattern))
