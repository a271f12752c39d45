"""Two-step paging of long lists: first the ids of a page, then the rows with all that they show.

A database that skips, sorts or filters whole rows with all that is joined to them takes time for
each row of the list, where ids come from an index, or make small rows to sort.
"""

from typing import Any, Generic, Self, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class PagedRows(Generic[M]):
    """A list as paginators use one: it can be counted, narrowed, ordered and cut."""

    def __init__(self, rows: QuerySet[M]) -> None:
        self._rows = rows
        self.ordered = rows.ordered

    def __getitem__(self, place: slice) -> list[M]:
        return page_of(self._rows, start=place.start or 0, end=place.stop)

    def count(self) -> int:
        """Return how many rows there are."""
        return self._rows.count()

    def filter(self, *args: Any, **conditions: Any) -> Self:
        """Return those rows that meet the conditions."""
        return type(self)(self._rows.filter(*args, **conditions))

    def order_by(self, *names: Any) -> Self:
        """Return the rows in another order."""
        return type(self)(self._rows.order_by(*names))


def page_of(rows: QuerySet[M], *, start: int, end: int | None) -> list[M]:
    """Return the rows of a list from one place up to another, by one statement."""
    if rows.query.distinct or rows.query.combinator:
        # A row of the list may stand for several of the table.
        return list(rows[start:end])
    ids = rows.values("pk")[start:end]
    return list(_unfiltered(rows).filter(pk__in=ids))


def ids_of_page(rows: QuerySet[Any], *, start: int, end: int | None) -> list[int]:
    """Return the ids of the rows of a list from one place up to another."""
    return list(rows.values_list("pk", flat=True)[start:end])


def _unfiltered(rows: QuerySet[M]) -> QuerySet[M]:
    """Return all rows of the table in the order of the list, with what its rows show.

    A condition that is repeated beside the ids leads planners to its own index. What is computed
    for each row may depend on what the conditions join, so that the conditions stay then.
    """
    query = rows.query
    if query.annotations:
        return rows
    fresh = rows.model._default_manager.using(rows.db).order_by(*query.order_by)  # noqa: SLF001
    fresh.query.select_related = query.select_related
    fresh.query.deferred_loading = query.deferred_loading
    return fresh.prefetch_related(*rows._prefetch_related_lookups)  # type: ignore[attr-defined]  # noqa: SLF001
