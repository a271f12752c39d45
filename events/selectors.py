"""Every read of people and groups."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from core.db.folding import contains
from core.exceptions import NotFound
from events.lines import line_of
from events.models import Event, EventDefinition, Group, GroupType, Merge, MergedActor, Person
from events.numbers import actor_number
from events.routers import events_alias

_EXPORTED_AT_ONCE = 5_000
NO_PROPERTIES: dict[str, object] = {}


@dataclass(frozen=True)
class KnownPerson:
    """A person by one of their distinct ids, with what is stored of them."""

    person: int
    properties: dict[str, object]


def person_of(project_id: int, actor: int) -> int:
    """Return the person that an actor belongs to: itself, unless it was merged."""
    merged = MergedActor.objects.filter(project_id=project_id, actor=actor)
    return merged.values_list("person", flat=True).first() or actor


def find_person(*, project_id: int, distinct_id: str) -> KnownPerson:
    """Return who a distinct id is, with their stored properties; most have none."""
    person = person_of(project_id, actor_number(distinct_id))
    stored = Person.objects.filter(project_id=project_id, person=person)
    return KnownPerson(person, stored.values_list("properties", flat=True).first() or NO_PROPERTIES)


def list_persons(*, project_id: int, distinct_id: str = "", search: str = "") -> QuerySet[Person]:
    """Return the stored persons of a project, newest first: those with an id, or that match."""
    found = Person.objects.filter(project_id=project_id).order_by("-created_at", "-id")
    if distinct_id:
        found = found.filter(person=person_of(project_id, actor_number(distinct_id)))
    if search:
        merged = MergedActor.objects.filter(contains("distinct_id", search), project_id=project_id)
        persons = list(merged.values_list("person", flat=True)[:1000])
        found = found.filter(
            contains("distinct_id", search)
            | contains(KeyTextTransform("email", "properties"), search)
            | contains(KeyTextTransform("name", "properties"), search)
            | Q(person__in=persons)
        )
    return found


def get_person(*, project_id: int, reference: str) -> Person:
    """Return a person by uuid.

    :raises NotFound: when there is none.
    """
    try:
        uuid = UUID(reference)
    except ValueError:
        raise NotFound from None
    found = Person.objects.filter(project_id=project_id, uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def with_distinct_ids(*, project_id: int, persons: Sequence[Person]) -> list[Person]:
    """Return the persons, each with all their `distinct_ids`."""
    ids = {row.person: [row.distinct_id] for row in persons}
    merged = MergedActor.objects.filter(project_id=project_id, person__in=ids).order_by("id")
    for row in merged:
        if row.distinct_id not in ids[row.person]:
            ids[row.person].append(row.distinct_id)
    for person in persons:
        person.distinct_ids = ids[person.person]
    return [*persons]


def latest_properties(
    *, project_id: int, event: str, since: datetime, limit: int
) -> list[dict[str, object]]:
    """Return the properties of those of the newest events of a name that are not older."""
    newest = Event.objects.filter(project_id=project_id, event=event).order_by("-id")[:limit]
    oldest = int(since.timestamp() * 1_000_000)
    rows = newest.values_list("ts", "properties")
    return [properties for ts, properties in rows if ts >= oldest]


def count_events(*, project_id: int) -> int:
    """Return how many events of a project are stored."""
    return Event.objects.filter(project_id=project_id).count()


def exported_lines(*, project_id: int) -> Iterator[bytes]:
    """Return the events of a project as lines of JSON, in the order in which they arrived.

    They are read a few thousand at a time, so that no transaction is long; events that arrive
    meanwhile are among them.
    """
    connection = connections[events_alias()]
    # JSON is written as it is stored.
    properties = "properties::text" if connection.vendor == "postgresql" else "properties"
    sql = (
        f"SELECT id, key, event, distinct_id, ts, {properties} FROM events_event"  # noqa: S608
        " WHERE project_id = %s AND id > %s ORDER BY id LIMIT %s"
    )
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [project_id, last, _EXPORTED_AT_ONCE])
            rows = cursor.fetchall()
        for _id, key, event, distinct_id, ts, text in rows:
            yield line_of(
                key=bytes(key), event=event, distinct_id=distinct_id, ts=ts, properties=text
            )
        if len(rows) < _EXPORTED_AT_ONCE:
            return
        last = rows[-1][0]


def projects_with_events() -> Iterator[int]:
    """Return the ids of projects that something is stored of, also of deleted ones."""
    for model in (Event, Person, Merge, GroupType, EventDefinition):
        project_id = 0
        # One look into the index for each project, however many events it has.
        ids = model.objects.order_by("project_id").values_list("project_id", flat=True)
        while (found := ids.filter(project_id__gt=project_id).first()) is not None:
            project_id = found
            yield project_id


def actors_of(*, project_id: int, person: int) -> list[int]:
    """Return the actors that are one person."""
    merged = MergedActor.objects.filter(project_id=project_id, person=person)
    return [person, *merged.values_list("actor", flat=True)]


def persons_by_actor(*, project_id: int, actors: Collection[int]) -> dict[int, int]:
    """Return the person that each of these actors belongs to."""
    rows = MergedActor.objects.filter(project_id=project_id, actor__in=actors)
    merged = dict(rows.values_list("actor", "person"))
    return {actor: merged.get(actor, actor) for actor in actors}


def list_group_types(*, project_id: int) -> dict[str, int]:
    """Return the index of each group type of a project, in their order."""
    rows = GroupType.objects.filter(project_id=project_id).order_by("index")
    return dict(rows.values_list("name", "index"))


def find_group_properties(*, project_id: int, type_index: int, key: str) -> dict[str, object]:
    """Return what is stored of a group; most have nothing."""
    rows = Group.objects.filter(project_id=project_id, type_index=type_index, key=key)
    return rows.values_list("properties", flat=True).first() or NO_PROPERTIES


def list_event_properties(
    *, project_id: int, event_ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return the properties of events by id; those that are gone are missing."""
    rows = Event.objects.filter(project_id=project_id, pk__in=event_ids)
    return dict(rows.values_list("id", "properties"))


def count_stored(*, project_id: int, type_index: int | None) -> int:
    """Count the groups of a type of which something is stored; without a type, the persons."""
    if type_index is None:
        return Person.objects.filter(project_id=project_id).count()
    return Group.objects.filter(project_id=project_id, type_index=type_index).count()


def newest_persons(*, project_id: int, limit: int) -> Iterator[tuple[int, str, dict[str, object]]]:
    """Return number, distinct id and properties of the newest stored persons."""
    rows = Person.objects.filter(project_id=project_id).order_by("-id")
    return rows.values_list("person", "distinct_id", "properties")[:limit].iterator()


def newest_groups(
    *, project_id: int, type_index: int, limit: int
) -> Iterator[tuple[str, dict[str, object]]]:
    """Return key and properties of the newest stored groups of a type."""
    rows = Group.objects.filter(project_id=project_id, type_index=type_index).order_by("-id")
    return rows.values_list("key", "properties")[:limit].iterator()
