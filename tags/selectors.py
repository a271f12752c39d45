"""Looking up tags, and locking what has them."""

from collections.abc import Collection, Iterable
from typing import Any

from core.db.transactions import require_transaction
from tags.registry import TaggedKind
from tenants.access import Access
from tenants.levels import PROJECT
from tenants.models import Project


def tags_of(*, project: Project, kinds: Iterable[TaggedKind], access: Access) -> list[str]:
    """Return every tag of the project's objects of these kinds that the caller may know of."""
    chosen = [*kinds]
    access.prepare(kind.resource for kind in chosen)
    found: set[str] = set()
    for kind in chosen:
        rows = kind.rows(project=project).exclude(tags=[])
        if kind.resource != PROJECT:
            rows = access.visible(kind.resource, rows)
        for tags in rows.order_by().values_list("tags", flat=True).distinct().iterator():
            found.update(tags)
    return sorted(found)


def lock_tagged(*, kind: TaggedKind, project: Project, ids: Collection[int]) -> list[Any]:
    """Lock those of these objects that the project has, and return them by ascending id."""
    require_transaction()
    rows = kind.rows(project=project).filter(pk__in=ids).order_by("pk")
    return list(rows.select_for_update(of=("self",)))
