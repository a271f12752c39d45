"""What events say about people: their properties, and which ids are one person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.utils import timezone

from events.models import Merge, MergedActor, Person, person_uuid
from events.numbers import actor_number
from events.routers import events_alias
from events.selectors import person_of, persons_by_actor
from events.services.limits import limited
from events.storable import storable
from events.stores.locks import take_merge_lock
from events.wire import CapturedEvent, distinct_id_of, storable_text

Document = Mapping[str, object]

_CHANGING = frozenset({"$set", "$set_once", "$unset"})
IDENTIFY, ALIAS = "$identify", ("$create_alias", "$merge_dangerously")
_ROWS_PER_STATEMENT = 200
_MICROSECOND = timedelta(microseconds=1)
# Ids that broken clients send for everybody.
_NOBODY = frozenset(
    {
        "anonymous", "guest", "distinctid", "distinct_id", "id", "not_authenticated", "email",
        "undefined", "null", "none", "nil", "nan", "true", "false", "0", "[object object]",
    }
)  # fmt: skip


def apply(*, project_id: int, events: Sequence[CapturedEvent], now: datetime) -> None:
    """Merge people and change their properties, in the order of the events.

    Changes between two merges are written together, each person once.
    """
    waiting: list[_Changes] = []
    for event in events:
        pair = _merged_ids(event)
        if pair is not None and _are_apart(project_id, *pair):
            _write(project_id, waiting, now)
            waiting = []
            merge(project_id=project_id, old=pair[0], new=pair[1], now=now)
        if not _CHANGING.isdisjoint(event.properties) and (changes := _Changes(event)):
            waiting.append(changes)
    _write(project_id, waiting, now)


def merge(*, project_id: int, old: str, new: str, now: datetime) -> None:
    """Make the person of one distinct id a part of the person of another one.

    The other person's properties win. Nothing is written when they are one person already.
    """
    with transaction.atomic(using=events_alias()):
        actors = {text: actor_number(text) for text in (old, new)}
        if person_of(project_id, actors[old]) == person_of(project_id, actors[new]):
            return
        take_merge_lock(project_id)
        from_person = person_of(project_id, actors[old])
        to_person = person_of(project_id, actors[new])
        if from_person == to_person:
            return
        _move_ids(project_id, from_person, to_person, old)
        Merge.objects.create(project_id=project_id, old=from_person, new=to_person)
        _join_properties(project_id, from_person, to_person, new, now)


class _Changes:
    """The changes of a person's properties that one event asks for."""

    def __init__(self, event: CapturedEvent) -> None:
        properties = event.properties
        self.actor, self.distinct_id = event.actor, event.distinct_id
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


def _are_apart(project_id: int, old: str, new: str) -> bool:
    actors = [actor_number(old), actor_number(new)]
    return len({*persons_by_actor(project_id=project_id, actors=actors).values()}) > 1


def _write(project_id: int, changes: Sequence[_Changes], now: datetime) -> None:
    if not changes:
        return
    persons, rows = _locked_persons_of(project_id, changes, now)
    before = {person: row.properties for person, row in rows.items()}
    for each in changes:
        row = rows[persons[each.actor]]
        row.properties = each.applied_to(row.properties)
    changed = [row for person, row in rows.items() if row.properties != before[person]]
    for row in changed:
        row.updated_at = _changed_at(row.updated_at)
    if len(changed) == 1:
        changed[0].save(update_fields=["properties", "updated_at"])
    elif changed:
        names = ["properties", "updated_at"]
        Person.objects.bulk_update(changed, names, batch_size=_ROWS_PER_STATEMENT)


def _locked_persons_of(
    project_id: int, changes: Sequence[_Changes], now: datetime
) -> tuple[dict[int, int], dict[int, Person]]:
    """Return the person of each actor that changes concern, and their locked rows by person."""
    actors = {each.actor for each in changes}
    persons = persons_by_actor(project_id=project_id, actors=actors)
    ids = {persons[each.actor]: each.distinct_id for each in reversed(changes)}
    found = _locked(project_id, ids)
    if len(found) == len(ids):
        return persons, found
    if persons_by_actor(project_id=project_id, actors=actors) != persons:
        # Somebody was merged, and their row deleted, while this waited for it.
        return _locked_persons_of(project_id, changes, now)
    return persons, _with_missing(project_id, ids, found, now)


def _with_missing(
    project_id: int, distinct_ids: Mapping[int, str], found: Mapping[int, Person], now: datetime
) -> dict[int, Person]:
    """Store the persons that are not among those that were found; return all of them, locked."""
    Person.objects.bulk_create(
        [
            Person(
                project_id=project_id,
                person=person,
                uuid=person_uuid(project_id, person),
                distinct_id=distinct_ids[person],
                created_at=now,
                updated_at=now,
            )
            for person in sorted(distinct_ids)
            if person not in found
        ],
        ignore_conflicts=True,
    )
    return _locked(project_id, distinct_ids)


def _locked(project_id: int, persons: Collection[int]) -> dict[int, Person]:
    """Return those of these persons that have a row, locked in the order of their numbers."""
    rows = Person.objects.filter(project_id=project_id, person__in=sorted(persons))
    return {row.person: row for row in rows.select_for_update().order_by("person")}


def _move_ids(project_id: int, old: int, new: int, distinct_id: str) -> None:
    ids = MergedActor.objects.filter(project_id=project_id)
    ids.filter(person=old).update(person=new)
    if actor_number(distinct_id) != old:
        # The id names a person that stands under another of its ids.
        distinct_id = Person.objects.get(project_id=project_id, person=old).distinct_id
    ids.create(project_id=project_id, actor=old, person=new, distinct_id=distinct_id)


def _join_properties(project_id: int, old: int, new: int, distinct_id: str, now: datetime) -> None:
    # Locked: what another request is changing is taken over, too.
    found = _locked(project_id, (old, new))
    former = found.get(old)
    target = found.get(new) or _with_missing(project_id, {new: distinct_id}, {}, now)[new]
    if former is None:
        return
    missing = {n: v for n, v in former.properties.items() if n not in target.properties}
    target.properties = limited(target.properties, missing)
    target.created_at = min(former.created_at, target.created_at)
    target.updated_at = _changed_at(target.updated_at, former.updated_at)
    target.save(update_fields=["properties", "created_at", "updated_at"])
    former.delete()


def _changed_at(*before: datetime) -> datetime:
    """Return the time of a change of rows that are locked: later than all changes of them before.

    Copies keep the latest change. So it is the time of the lock, not that of the request, and a
    server whose clock is behind changes nothing in the past.
    """
    return max(timezone.now(), *(each + _MICROSECOND for each in before))


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
