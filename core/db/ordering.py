"""Order expressions that stop the planner from scanning an index just for the order."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DurationField, Expression, F, Func
from django.db.models.sql.compiler import SQLCompiler

from core.db.conditions import InBothDatabases

_PLUS = "+%(expressions)s"


class WithoutIndex(Func):
    """A number for whose order neither database reads an index from its beginning."""

    template = _PLUS


class WithoutIndexInPostgreSQL(Func):
    """The same where SQLite has the rows in this order anyway: ids, within an index."""

    template = "%(expressions)s"

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self.as_sql(compiler, connection, template=_PLUS, **context)


class TimeBetween(InBothDatabases):
    """How much later one moment is than another, to order by; null when one of them is null.

    Django's difference of two columns is computed by a function in Python on SQLite.
    """

    in_sqlite = """(
        (strftime('%%s', {1}) - strftime('%%s', {0})) * 1000000
        + substr({1} || '.000000', 21, 6) - substr({0} || '.000000', 21, 6)
    )"""
    in_postgresql = "({1} - {0})"

    def __init__(self, earlier: Expression | F, later: Expression | F) -> None:
        super().__init__(earlier, later, output_field=DurationField())
