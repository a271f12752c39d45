"""In-memory persons of one request; each is written once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connections
from django.utils import timezone

from events.models import Merge, MergedActor, Person
from events.routers import events_alias
from events.services.limits import limited
from events.stores import event_store

_ROWS_PER_STATEMENT = 200
_CHANGING = ("properties", "created_at", "updated_at")
_UPDATE = "UPDATE events_person SET properties = %s, created_at = %s, updated_at = %s WHERE id = %s"
_LOOKED_UP = 1_000
_MICROSECOND = timedelta(microseconds=1)

Document = Mapping[str, object]
T = TypeVar("T")


class Crowd:
    """Who is who, and what is known of them; whoever makes one has locked all of it."""

    def __init__(self, persons: Mapping[int, int], rows: Mapping[int, Person]) -> None:
        """Begin with the person of each actor, and the rows of those persons that have one."""
        self._persons, self._rows = persons, rows
        self._before = {person: row.properties for person, row in rows.items()}
        self._touched: set[int] = set()
        self._became: dict[int, int] = {}
        # Of those who became others, by their number.
        self.distinct_ids: dict[int, str] = {}

    def change(self, actor: int, changed: Callable[[Document], dict[str, object]]) -> None:
        """Change the properties of an actor's person, who has a row."""
        row = self._rows[self._person_of(actor)]
        row.properties = changed(row.properties)

    def merge(self, actor: int, new: int, distinct_id: str) -> None:
        """Make the person of an actor, known by this id, a part of another one, who has a row.

        What is known of the other one wins.
        """
        old, new = self._person_of(actor), self._person_of(new)
        if old == new:
            return
        former, target = self._rows.get(old), self._rows[new]
        # Else the id names a person that stands under another of its ids.
        self.distinct_ids[old] = distinct_id if actor == old or not former else former.distinct_id
        self._became[old] = new
        if former is not None:
            known = {**former.properties, **target.properties}
            target.properties = limited(target.properties, known)
            target.created_at = min(former.created_at, target.created_at)
            target.updated_at = max(former.updated_at, target.updated_at)
            self._touched.add(new)

    @property
    def became(self) -> dict[int, int]:
        """The persons who became a part of others, and of whom."""
        return {old: self._final(old) for old in self._became}

    @property
    def gone(self) -> list[Person]:
        """The rows of those who became a part of others."""
        return [row for person, row in self._rows.items() if person in self._became]

    @property
    def changed(self) -> list[Person]:
        """The other rows of which something has changed."""
        return [
            row
            for person, row in self._rows.items()
            if person not in self._became
            and (person in self._touched or row.properties != self._before[person])
        ]

    def _person_of(self, actor: int) -> int:
        return self._final(self._persons[actor])

    def _final(self, person: int) -> int:
        path = []
        while person in self._became:
            path.append(person)
            person = self._became[person]
        # Shorter for the next one: long chains would take long.
        self._became.update(dict.fromkeys(path, person))
        return person


def write(project_id: int, crowd: Crowd) -> None:
    """Store what became of the people of a project."""
    became = crowd.became
    for some in batched(crowd.gone):
        Person.objects.filter(pk__in=[row.pk for row in some]).delete()
    if became:
        _move_ids(project_id, became, crowd.distinct_ids)
    changed = crowd.changed
    for row in changed:
        row.updated_at = _changed_at(row.updated_at)
    if len(changed) == 1:
        changed[0].save(update_fields=_CHANGING)
    elif changed:
        _update(changed)


def _update(rows: Sequence[Person]) -> None:
    # The framework's own bulk update takes a millisecond for each row.
    connection = connections[events_alias()]
    ops = connection.ops
    values = [
        (
            ops.adapt_json_value(row.properties, None),
            ops.adapt_datetimefield_value(row.created_at),
            ops.adapt_datetimefield_value(row.updated_at),
            row.pk,
        )
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, values)


def batched(found: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return as many at a time as one statement looks up."""
    return (found[start : start + _LOOKED_UP] for start in range(0, len(found), _LOOKED_UP))


def _move_ids(project_id: int, became: Mapping[int, int], distinct_ids: Mapping[int, str]) -> None:
    ids = MergedActor.objects.filter(project_id=project_id)
    for some in batched(list(became)):
        moved = list(ids.filter(person__in=some))
        for row in moved:
            row.person = became[row.person]
        MergedActor.objects.bulk_update(moved, ["person"], batch_size=_ROWS_PER_STATEMENT)
    MergedActor.objects.bulk_create(
        MergedActor(project_id=project_id, actor=old, person=new, distinct_id=distinct_ids[old])
        for old, new in became.items()
    )
    store = event_store()
    upto = store.newest(project_id) if store.is_transactional else 0
    Merge.objects.bulk_create(
        Merge(project_id=project_id, old=old, new=new, upto=upto) for old, new in became.items()
    )


def _changed_at(before: datetime) -> datetime:
    """Return the time of a change of a row that is locked: later than all changes of it before.

    Copies keep the latest change. So it is the time of the lock, not that of the request, and a
    server whose clock is behind changes nothing in the past.
    """
    return max(timezone.now(), before + _MICROSECOND)
