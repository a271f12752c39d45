"""Cache versions: one token per project and a global one, changed by database triggers.

The triggers (`core.db.triggers`) give a project another version in every transaction that changes
one of its rows. A cache reads the versions before it reads the rows, stores both, and serves the
entry while the versions are still the current ones. A version never comes back, unless the rows do,
with a backup or a rollback of the whole database: then `renew_cache_versions` is called for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import TypeVar, cast

from django.db import Error
from django.db.models import Model

from core.db.compiled_query import CompiledQuery, fetch
from core.models import CacheVersion

# The scope of rows that are in no project or decide who may enter one: users, keys, memberships.
GLOBAL_SCOPE = 0
TABLE = CacheVersion._meta.db_table  # noqa: SLF001

_SELECT = f"SELECT scope, version FROM {TABLE} WHERE scope IN ({GLOBAL_SCOPE}, %s)"  # noqa: S608

M = TypeVar("M", bound=type[Model])
# The version of a project, and the global one.
CacheVersions = tuple[str, str]


@dataclass(frozen=True)
class InvalidatingTable:
    """A table whose changes invalidate caches, and how a row names the project it belongs to."""

    model: type[Model]
    # The foreign key to the project; without it and without `through` a change is global.
    project: str = ""
    # The foreign key to a row that has a foreign key `project`.
    through: str = ""
    # Fields whose changes invalidate nothing.
    ignore: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table  # noqa: SLF001


_tables: list[InvalidatingTable] = []


def invalidates_cache(
    *, project: str = "", through: str = "", ignore: tuple[str, ...] = ()
) -> Callable[[M], M]:
    """Change cache versions whenever rows of this model change."""

    def mark(model: M) -> M:
        _tables.append(InvalidatingTable(model, project, through, ignore))
        return model

    return mark


def invalidating_tables() -> list[InvalidatingTable]:
    """Return every table whose changes invalidate caches."""
    return [*_tables]


def cache_versions(*, project_id: int) -> CacheVersions | None:
    """Return the current versions of a project and of the global scope.

    None when there are none or the database does not answer: then nothing may be cached.
    """
    try:
        versions = dict(cast("list[tuple[int, str]]", fetch(_SELECT, (project_id,))))
    except Error:
        # The caller's own query will raise, with the reason.
        return None
    if GLOBAL_SCOPE not in versions:
        return None
    # A project that has not changed since the triggers were installed has no version of its own.
    return versions.get(project_id, ""), versions[GLOBAL_SCOPE]


def renew_cache_versions() -> None:
    """Replace all cache versions, so that every cached response is stale."""
    for row in CacheVersion.objects.order_by("scope").select_for_update():
        row.version = token_hex(16)
        row.save(update_fields=["version"])


def prefetch_global_cache_version() -> Callable[[], str | None]:
    """Queue the read of the global version with the next statement.

    The function returned gives the version; None when there is none.
    """
    found = _GLOBAL.queue_read()
    return lambda: next((row.version for row in found()), None)


_GLOBAL = CompiledQuery(lambda: CacheVersion.objects.filter(scope=GLOBAL_SCOPE))
