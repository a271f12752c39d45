"""The sources of a project: made when something names them, deleted when nothing does."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connections
from django.db.models import F, Min
from django.utils import timezone

from events.facts.definitions import SourceDefinition
from events.models import Source
from events.routers import facts_alias

# The facts of persons are deleted about that many at a time.
_PIECE = 5_000
# Sources that are looked up with one statement: databases bound the values that it takes.
_BATCH = 1_000
_FIRST, _LAST = -(2**63), 2**63 - 1
_WANTED_EXACT_TO = timedelta(hours=1)
_KEPT_WITHOUT_BEING_NAMED = timedelta(days=1)
# Instead of the newest event that facts contain: they are all to be deleted, and derived anew.
START_OVER = -1


def get_or_create_sources(project_id: int, definitions: Sequence[SourceDefinition]) -> list[int]:
    """Return the ids of the sources with these definitions, in their order.

    They are kept for a day from now, whether or not something names them then.
    """
    return [
        source_id
        for start in range(0, len(definitions), _BATCH)
        for source_id in _get_or_create(project_id, definitions[start : start + _BATCH])
    ]


def _get_or_create(project_id: int, definitions: Sequence[SourceDefinition]) -> list[int]:
    texts = {_digest(text): text for text in (each.as_text() for each in definitions)}
    now = timezone.now()
    known = _recently_wanted(project_id, texts, since=now - _WANTED_EXACT_TO)
    missing = {digest: text for digest, text in texts.items() if digest not in known}
    if missing:
        Source.objects.bulk_create(
            [
                Source(project_id=project_id, digest=digest, definition=text, wanted_at=now)
                for digest, text in missing.items()
            ],
            ignore_conflicts=True,
        )
        rows = Source.objects.filter(project_id=project_id, digest__in=missing)
        rows.filter(wanted_at__lt=now).update(wanted_at=now)
        known |= _recently_wanted(project_id, missing, since=now)
    if known.keys() != texts.keys():
        # One was idle, and was deleted before it was wanted again.
        return _get_or_create(project_id, definitions)
    return [known[_digest(each.as_text())] for each in definitions]


def sources_by_project(*, project_id: int | None = None) -> dict[int, list[int]]:
    """Return the ids of all sources by project, or those of one project."""
    rows = Source.objects.order_by("project_id", "pk")
    if project_id is not None:
        rows = rows.filter(project_id=project_id)
    found: dict[int, list[int]] = {}
    for project, source in rows.values_list("project_id", "pk"):
        found.setdefault(project, []).append(source)
    return found


def delete_unused_sources(
    project_id: int, *, used: Collection[int], idle_since: datetime | None = None
) -> int:
    """Delete the sources of a project that are not among the used ones; return how many.

    With `idle_since`, those stay that something has named since then: a result may be reading them.
    """
    rows = Source.objects.filter(project_id=project_id)
    if idle_since is not None:
        rows = rows.filter(wanted_at__lt=idle_since)
    unused = {*rows.values_list("pk", flat=True)} - {*used}
    deleted = 0
    for source_id in unused:
        # Something may have named it meanwhile.
        if rows.filter(pk=source_id).delete()[0]:
            # Its facts are found again when this is interrupted: only they have no source.
            _delete_in_pieces(source_id, _LAST)
            deleted += 1
    return deleted


def keep_wanted_sources(
    wanted: Mapping[int, Sequence[SourceDefinition]], *, now: datetime
) -> tuple[int, int]:
    """Make the wanted sources of each project, and delete those that nothing has named for a day.

    Return how many there are and how many were deleted. The next catch-up fills the new ones.
    """
    kept = deleted = 0
    for project_id in {*wanted, *sources_by_project()}:
        used = get_or_create_sources(project_id, wanted.get(project_id, ()))
        kept += len(set(used))
        deleted += delete_unused_sources(
            project_id, used=used, idle_since=now - _KEPT_WITHOUT_BEING_NAMED
        )
    return kept, deleted


def delete_sources_but(existing: Callable[[], Collection[int]]) -> int:
    """Delete the sources and facts of other projects than these; return how many sources.

    Facts without a source, which an interruption left, go as well. Which projects exist is asked
    after sources are listed: a new project is no deleted one.
    """
    found = [*sources_by_project()]
    gone = {*found}.difference(existing())
    deleted = sum(delete_unused_sources(project_id, used=()) for project_id in gone)
    for source_id in set(_sources_with_facts()) - set(Source.objects.values_list("pk", flat=True)):
        _delete_in_pieces(source_id, _LAST)
    return deleted


def delete_facts_before(*, before: int) -> set[int]:
    """Delete the facts of events that happened before a time in microseconds, in pieces.

    Return the projects that had such facts.
    """
    projects = set()
    for source_id, project_id in Source.objects.values_list("pk", "project_id"):
        if _delete_in_pieces(source_id, before):
            projects.add(project_id)
    return projects


def rebuild(project_id: int) -> int:
    """Let the next catch-up forget all facts of a project and derive them anew.

    Return how many sources there are.
    """
    sources = Source.objects.filter(project_id=project_id)
    return sources.update(
        events_seen=START_OVER, merges_seen=0, last_key=b"", generation=F("generation") + 1
    )


def generations_of(source_ids: Collection[int]) -> dict[int, int]:
    """Return the generation of each of these sources that is there."""
    rows = Source.objects.filter(pk__in=set(source_ids))
    return dict(rows.values_list("pk", "generation"))


def newest_merge_seen(project_id: int) -> int:
    """Return up to which merge all sources of a project have come.

    Without any, it is any: a new one reads events with the persons of today.
    """
    sources = Source.objects.filter(project_id=project_id)
    seen: int | None = sources.aggregate(seen=Min("merges_seen"))["seen"]
    return _LAST if seen is None else seen


def delete_some_facts(source_id: int) -> bool:
    """Delete the facts of some persons of a source; return whether there are more."""
    following, _deleted = _delete_piece(source_id, _FIRST, _LAST)
    return following is not None


def _sources_with_facts() -> Iterator[int]:
    """Return the sources that facts name, by one look into the index for each."""
    source_id = 0
    with connections[facts_alias()].cursor() as cursor:
        while True:
            cursor.execute("SELECT MIN(source) FROM events_fact WHERE source > %s", [source_id])
            (found,) = cursor.fetchone()
            if found is None:
                return
            source_id = found
            yield source_id


def _delete_in_pieces(source_id: int, before: int) -> int:
    person: int | None = _FIRST
    deleted = 0
    while person is not None:
        person, count = _delete_piece(source_id, person, before)
        deleted += count
    return deleted


def _delete_piece(source_id: int, person: int, before: int) -> tuple[int | None, int]:
    """Delete the old facts of some persons from this one on; return the next one, and how many."""
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute(
            "SELECT person FROM events_fact WHERE source = %s AND person >= %s"
            " ORDER BY person LIMIT 1 OFFSET %s",
            [source_id, person, _PIECE],
        )
        row = cursor.fetchone()
        # A person with more facts than a piece has is one piece.
        following = None if row is None else max(row[0], person + 1)
        sql = "DELETE FROM events_fact WHERE source = %s AND ts < %s AND person >= %s"
        values = [source_id, before, person]
        if following is not None:
            sql, values = f"{sql} AND person < %s", [*values, following]
        cursor.execute(sql, values)
        return following, cursor.rowcount


def _recently_wanted(
    project_id: int, digests: Collection[str], *, since: datetime
) -> dict[str, int]:
    """Return the ids of those sources that nothing deletes, since something has named them."""
    rows = Source.objects.filter(
        project_id=project_id, digest__in=list(digests), wanted_at__gte=since
    )
    return dict(rows.values_list("digest", "pk"))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def count_facts(source_ids: Collection[int]) -> int:
    """Return how many facts these sources have."""
    if not source_ids:
        return 0
    places = ", ".join(["%s"] * len(source_ids))
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM events_fact WHERE source IN ({places})",
            list(source_ids),
        )
        [(count,)] = cursor.fetchall()
    return int(count)
