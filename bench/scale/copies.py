"""Many rows out of a few: the database copies samples of them, and computes what differs."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

Row = TypeVar("Row", bound=Model)

# The place of a copy, from 0 on; every expression of SQL may use it.
PLACE = "place.number"
_NEWEST = "2026-01-01 12:00:00"


def copy_rows(samples: Sequence[Row], number: int, columns: Mapping[str, str]) -> int:
    """Write that many copies of the samples, in turn, and return the id of the first.

    `columns` are expressions of SQL for the columns that are not those of the sample. The samples
    themselves are gone afterwards. Rows whose ids are UUIDs say theirs.
    """
    model = type(samples[0])
    table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001
    with transaction.atomic(), connection.cursor() as cursor:
        _keep(cursor, samples)
        newest = 0 if key in columns else max(sample.pk for sample in samples)
        values = {
            field.column: f'sample."{field.column}"'
            for field in model._meta.concrete_fields  # noqa: SLF001
        }
        values |= {key: f"{newest + 1} + {PLACE}"} | columns
        names = ", ".join(f'"{name}"' for name in values)
        cursor.execute(
            f'INSERT INTO "{table}" ({names})'  # noqa: S608 (nobody sends this)
            " WITH RECURSIVE place(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM place"
            f" WHERE number + 1 < {number}) SELECT {', '.join(values.values())} FROM place"
            f" JOIN samples AS sample ON sample.turn = {PLACE} % {len(samples)} WHERE {number} > 0"
        )
        cursor.execute("DROP TABLE samples")
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return newest + 1


def _keep(cursor: CursorWrapper, samples: Sequence[Row]) -> None:
    # Written and read back, so that they are as the database keeps them.
    model = type(samples[0])
    table, key = model._meta.db_table, model._meta.pk.column  # noqa: SLF001
    model.objects.bulk_create(samples)
    chosen = model.objects.filter(pk__in=[sample.pk for sample in samples])
    sql, parameters = chosen.values_list("pk").query.sql_with_params()
    turn = f'row_number() OVER (ORDER BY "{key}") - 1 AS turn'
    cursor.execute(
        f"CREATE TEMPORARY TABLE samples AS SELECT *, {turn}"  # noqa: S608
        f' FROM "{table}" WHERE "{key}" IN ({sql})',
        parameters,
    )
    cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" IN ({sql})', parameters)  # noqa: S608


def minutes_after(place: str) -> str:
    """Return the expression of a time that many minutes after a year before the newest one."""
    if connection.vendor == "postgresql":
        return f"timestamptz '{_NEWEST}+00' - interval '400 days' + ({place}) * interval '1 minute'"
    return (
        f"strftime('%Y-%m-%d %H:%M:%f', '{_NEWEST}', '-400 days', ({place}) || ' minutes') || '000'"
    )


def uuid_of(number: str) -> str:
    """Return the expression of a UUID that grows with a number."""
    if connection.vendor == "postgresql":
        return f"lpad(to_hex(({number})::bigint), 32, '0')::uuid"
    return f"printf('%032x', {number})"


def text_of(number: str) -> str:
    """Return the expression of a number as text."""
    return f"CAST({number} AS varchar)"


def choice(cases: Mapping[str, str], default: str) -> str:
    """Return the expression of what belongs to the first condition that holds."""
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value in cases.items())
    return f"CASE {whens} ELSE {default} END"
