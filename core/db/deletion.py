"""Deletes the rows that belong to a row in portions, each in a short transaction."""

from collections.abc import Sequence
from functools import cache
from graphlib import TopologicalSorter
from typing import Any, TypeAlias, cast

from django.db.models import CASCADE, Model

ForeignKey: TypeAlias = Any

# That many rows go in one statement.
_ROWS = 500


def delete_below(row: Model, *, most: int) -> int:
    """Delete rows that would go with this one, at most so many; return how many.

    The deepest go first, so that nothing is ever left that points to what is gone. Fewer than
    `most` say that nothing is left below the row.
    """
    return _delete_below(type(row), [row.pk], most)


def _delete_below(model: type[Model], ids: Sequence[object], most: int) -> int:
    deleted = 0
    for field in _referrers(model):
        table = field.model._base_manager  # noqa: SLF001
        rows = table.filter(**{f"{field.name}__in": ids})
        while deleted < most:
            found = list(rows.values_list("pk", flat=True)[: min(_ROWS, most - deleted)])
            if not found:
                break
            deleted += _delete_below(field.model, found, most - deleted)
            # What stands below them comes first, and may be all that this portion takes.
            last = found[: most - deleted]
            table.filter(pk__in=last).delete()
            deleted += len(last)
    return deleted


@cache
def _referrers(model: type[Model]) -> list[ForeignKey]:
    """Return the foreign keys whose rows go with a row of the model.

    Those of models that point to others in the list come before these: deleting an experiment
    first is less than taking its holdout from it.
    """
    related = [
        cast("Any", each).field
        for each in model._meta.get_fields(include_hidden=True)  # noqa: SLF001
        if each.auto_created and not each.concrete and each.on_delete is CASCADE  # type: ignore[union-attr]
    ]
    models = {field.model for field in related}
    order = TopologicalSorter({each: set() for each in models})
    for each in models:
        for target in _targets(each) & models - {each}:
            order.add(target, each)
    place = {each: number for number, each in enumerate(order.static_order())}
    return sorted(related, key=lambda field: place[field.model])


def _targets(model: type[Model]) -> set[type[Model]]:
    return {field.related_model for field in model._meta.concrete_fields if field.is_relation}  # type: ignore[misc]  # noqa: SLF001
