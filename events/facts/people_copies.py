"""Copies of people in ClickHouse, which follow the relational database: the truth."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from events.clickhouse import client
from events.clickhouse.literals import literals
from events.clickhouse.properties import arrays_of
from events.facts.watermarks import settled_moment
from events.models import Merge, Person
from events.numbers import NOBODY
from events.selectors import persons_by_actor

# Merges that are copied at a time, and rows of people that are looked up with one statement.
_MERGES = 2_000
_ROWS = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# More than the clocks of two servers differ.
_OVERLAP = 5 * 60 * 1_000_000
T = TypeVar("T")


def copy_merges(project_id: int, *, upto: int) -> None:
    """Copy which person each actor belongs to, after all merges up to this one."""
    seen = newest_merge_copied(project_id)
    while seen < upto:
        merges = Merge.objects.filter(project_id=project_id, id__gt=seen, id__lte=upto)
        found = list(merges.order_by("id")[:_MERGES])
        if not found:
            return
        seen = found[-1].pk
        _copy_what_merges_moved(project_id, found, version=seen)


def newest_merge_copied(project_id: int) -> int:
    """Return the newest merge that the copies contain; 0 without."""
    [(seen,)] = client.rows(
        f"SELECT max(version) FROM person_ids WHERE project_id = {project_id} AND actor = {NOBODY}"
    )
    return int(seen)


def copy_persons(project_id: int) -> None:
    """Copy the properties of the persons that have changed since they were copied last.

    The mark moves to the moment at which all changes before it were there to be read. The newest
    change would not do: an earlier one may be committed after it.
    """
    [(seen,)] = client.rows(
        f"SELECT max(version) FROM persons WHERE project_id = {project_id} AND person = {NOBODY}"
    )
    settled = settled_moment(project_id)
    since = _EPOCH + _MICROSECOND * max(0, min(seen, settled) - _OVERLAP)
    changed = Person.objects.filter(project_id=project_id, updated_at__gte=since).order_by("id")
    has_news, last = False, 0
    while some := list(changed.filter(id__gt=last)[:_ROWS]):
        rows = [_row_of(project_id, each) for each in some]
        client.insert("persons", rows)
        has_news, last = has_news or any(row["version"] > seen for row in rows), some[-1].pk
    if has_news:
        # Only now: whoever is interrupted begins again.
        client.insert("persons", [_row_without_properties(project_id, NOBODY, settled)])


def forget_copies(project_id: int) -> None:
    """Delete the copies of a project, so that they are made anew."""
    for table in ("person_ids", "persons"):
        client.command(f"DELETE FROM {table} WHERE project_id = {project_id}")


def _copy_what_merges_moved(project_id: int, merges: Sequence[Merge], *, version: int) -> None:
    """Copy the persons of today of every actor whom these merges may have moved."""
    touched = {number for each in merges for number in (each.old, each.new)} - {None, NOBODY}
    numbers = sorted(number for number in touched if number is not None)
    actors = set(numbers)
    for some in _batches(numbers):
        moved = client.rows(
            f"SELECT actor FROM person_ids FINAL WHERE project_id = {project_id}"
            f" AND person IN ({literals(some)})"
        )
        actors.update(actor for (actor,) in moved)
    _insert_person_ids(project_id, sorted(actors), version)
    for some in _batches(numbers):
        _copy_these_persons(project_id, some)


def _insert_person_ids(project_id: int, actors: Sequence[int], version: int) -> None:
    persons = {NOBODY: NOBODY}
    for some in _batches(actors):
        persons |= persons_by_actor(project_id=project_id, actors=some)
    # One block, which is there as a whole or not at all.
    client.insert(
        "person_ids",
        [
            {"project_id": project_id, "actor": actor, "person": person, "version": version}
            for actor, person in persons.items()
        ],
    )


def _copy_these_persons(project_id: int, numbers: Sequence[int]) -> None:
    """Copy these persons, and of those that are gone that nothing is known."""
    # Before they are read: who comes back meanwhile is of a later moment, and copied with the next.
    settled = settled_moment(project_id)
    stored = Person.objects.filter(project_id=project_id, person__in=numbers)
    rows = [_row_of(project_id, each) for each in stored]
    known = {row["person"] for row in rows}
    rows += [
        _row_without_properties(project_id, number, settled)
        for number in numbers
        if number not in known
    ]
    client.insert("persons", rows)


def _row_without_properties(project_id: int, person: int, version: int) -> dict[str, Any]:
    return {"project_id": project_id, "person": person, **arrays_of({}), "version": version}


def _row_of(project_id: int, person: Person) -> dict[str, Any]:
    version = (person.updated_at - _EPOCH) // _MICROSECOND
    arrays = arrays_of(person.properties)
    return {"project_id": project_id, "person": person.person, **arrays, "version": version}


def _batches(found: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(found)
    while some := list(islice(rest, _ROWS)):
        yield some
