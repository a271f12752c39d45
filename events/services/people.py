"""What events say about people: their properties, and which ids are one person."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction

from events.models import Person, person_uuid
from events.numbers import actor_number
from events.routers import events_alias
from events.selectors import persons_by_actor
from events.services.crowds import Crowd, batched, write
from events.services.limits import limited
from events.storable import storable
from events.stores.locks import share_merge_lock, take_merge_lock
from events.wire import CapturedEvent, distinct_id_of, storable_text

Document = Mapping[str, object]

_CHANGING = frozenset({"$set", "$set_once", "$unset"})
IDENTIFY, ALIAS = "$identify", ("$create_alias", "$merge_dangerously")
# Ids that broken clients send for everybody.
_NOBODY = frozenset(
    {
        "anonymous", "guest", "distinctid", "distinct_id", "id", "not_authenticated", "email",
        "undefined", "null", "none", "nil", "nan", "true", "false", "0", "[object object]",
    }
)  # fmt: skip


def apply(*, project_id: int, events: Sequence[CapturedEvent], now: datetime) -> None:
    """Merge people and change their properties, in the order of the events.

    Each person is written once, however many events are about them.
    """
    steps = [step for event in events for step in _steps_of(event)]
    if steps:
        _take(project_id, steps, now)


def merge(*, project_id: int, old: str, new: str, now: datetime) -> None:
    """Make the person of one distinct id a part of the person of another one.

    The other person's properties win. Nothing is written when they are one person already.
    """
    with transaction.atomic(using=events_alias()):
        _take(project_id, [_Merging(old, new)], now)


class _Merging:
    """Two distinct ids that an event declares one person; the second one stays."""

    def __init__(self, old: str, new: str) -> None:
        self.distinct_id, self.new_distinct_id = old, new
        self.actor, self.new_actor = actor_number(old), actor_number(new)
        self.actors = (self.actor, self.new_actor)

    def is_about_two(self, persons: Mapping[int, int]) -> bool:
        """Tell whether the ids belong to two persons."""
        return persons[self.actor] != persons[self.new_actor]


class _Changes:
    """The changes of a person's properties that one event asks for."""

    def __init__(self, event: CapturedEvent) -> None:
        properties = event.properties
        self.actor, self.distinct_id = event.actor, event.distinct_id
        self.actors = (event.actor,)
        self.set = _object(properties.get("$set"))
        self.set_once = _object(properties.get("$set_once"))
        self.unset = _names(properties.get("$unset"))
        self.is_profile_wanted = properties.get("$process_person_profile") is not False

    def __bool__(self) -> bool:
        return self.is_profile_wanted and bool(self.set or self.set_once or self.unset)

    def applied_to(self, stored: Document) -> dict[str, object]:
        """Return the properties after the changes; names beyond the limit are left out."""
        kept = {name: value for name, value in stored.items() if name not in self.unset}
        changes = self.set | {n: v for n, v in self.set_once.items() if n not in kept | self.set}
        return limited(kept, {n: v for n, v in changes.items() if n not in self.unset})


_Step = _Changes | _Merging


def _take(project_id: int, steps: Sequence[_Step], now: datetime) -> None:
    persons = _persons_of(project_id, steps)
    # Most pairs are one person already.
    steps = [step for step in steps if isinstance(step, _Changes) or step.is_about_two(persons)]
    is_merging = any(isinstance(step, _Merging) for step in steps)
    if is_merging:
        # One transaction after the other, so from here on nobody else changes who is who.
        take_merge_lock(project_id)
        persons = _persons_of(project_id, steps)
    persons, rows = _with_rows(project_id, steps, persons, now, is_settled=is_merging)
    crowd = Crowd(persons, rows)
    for step in steps:
        if isinstance(step, _Changes):
            crowd.change(step.actor, step.applied_to)
        else:
            crowd.merge(step.actor, step.new_actor, step.distinct_id)
    write(project_id, crowd)


def _persons_of(project_id: int, steps: Iterable[_Step]) -> dict[int, int]:
    actors = sorted({actor for step in steps for actor in step.actors})
    persons: dict[int, int] = {}
    for some in batched(actors):
        persons |= persons_by_actor(project_id=project_id, actors=some)
    return persons


def _with_rows(
    project_id: int,
    steps: Sequence[_Step],
    persons: dict[int, int],
    now: datetime,
    *,
    is_settled: bool,
) -> tuple[dict[int, int], dict[int, Person]]:
    """Return who is who, and the locked rows of all persons that the steps concern.

    Those whom something is told of get one, and those whom others become a part of. Unless it
    `is_settled` who is who, somebody may be merged, and their row deleted, while this waits for it.
    """
    wanted = _who_get_rows(steps, persons)
    concerned = wanted.keys() | {persons[step.actor] for step in steps}
    found = _locked(project_id, concerned)
    missing = sorted(wanted.keys() - found.keys())
    if not missing:
        return persons, found
    if not is_settled:
        share_merge_lock(project_id)
        current = _persons_of(project_id, steps)
        if current != persons:
            return _with_rows(project_id, steps, current, now, is_settled=True)
    Person.objects.bulk_create(
        [_person(project_id, person, wanted[person], now) for person in missing],
        ignore_conflicts=True,
    )
    return persons, _locked(project_id, concerned)


def _who_get_rows(steps: Sequence[_Step], persons: Mapping[int, int]) -> dict[int, str]:
    """Return the persons that are to have a row, each with one of their distinct ids."""
    wanted: dict[int, str] = {}
    for step in steps:
        if isinstance(step, _Changes):
            wanted.setdefault(persons[step.actor], step.distinct_id)
        elif step.is_about_two(persons):
            wanted.setdefault(persons[step.new_actor], step.new_distinct_id)
    return wanted


def _person(project_id: int, person: int, distinct_id: str, now: datetime) -> Person:
    return Person(
        project_id=project_id,
        person=person,
        uuid=person_uuid(project_id, person),
        distinct_id=distinct_id,
        created_at=now,
        updated_at=now,
    )


def _locked(project_id: int, persons: Collection[int]) -> dict[int, Person]:
    """Return those of these persons that have a row, locked in the order of their numbers."""
    found: dict[int, Person] = {}
    for some in batched(sorted(persons)):
        rows = Person.objects.filter(project_id=project_id, person__in=some)
        found |= {row.person: row for row in rows.select_for_update().order_by("person")}
    return found


def _steps_of(event: CapturedEvent) -> Iterator[_Step]:
    pair = _merged_ids(event)
    if pair is not None:
        yield _Merging(*pair)
    if not _CHANGING.isdisjoint(event.properties) and (changes := _Changes(event)):
        yield changes


def _merged_ids(event: CapturedEvent) -> tuple[str, str] | None:
    """Return the two distinct ids that an event declares one person; the second one stays."""
    if event.event == IDENTIFY:
        old, new = distinct_id_of(event.properties.get("$anon_distinct_id")), event.distinct_id
    elif event.event in ALIAS:
        old, new = distinct_id_of(event.properties.get("alias")), event.distinct_id
    else:
        return None
    if not old or old == new or _NOBODY & {old.strip().lower(), new.strip().lower()}:
        return None
    return old, new


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", storable(value)) if isinstance(value, dict) else {}


def _names(value: object) -> frozenset[str]:
    if isinstance(value, dict | list):
        return frozenset(storable_text(str(name)) for name in value)
    return frozenset()
