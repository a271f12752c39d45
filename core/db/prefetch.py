"""Fetching the rows that many rows of a page refer to, once each."""

from collections.abc import Sequence

from django.db.models import Model


def prefetch_shared(rows: Sequence[Model], *, name: str) -> list[Model]:
    """Fetch what a foreign key of these rows refers to, and return it.

    Each row is fetched once and shared by all that refer to it, where a join would make another
    copy of it for each of them. What is gone by now is as if there were none.
    """
    if not rows:
        return []
    field = rows[0]._meta.get_field(name)  # noqa: SLF001
    wanted = {getattr(row, field.attname) for row in rows} - {None}
    found = field.related_model.objects.in_bulk(wanted)
    for row in rows:
        field.set_cached_value(row, found.get(getattr(row, field.attname)))
    return list(found.values())
