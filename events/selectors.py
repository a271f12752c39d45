"""Every read of people and groups."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery, Window
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, RowNumber

from core.db.compiled_query import CompiledQuery, Param
from core.db.folding import contains
from core.exceptions import NotFound
from events.lines import line_of
from events.models import (
    EventDefinition,
    Group,
    GroupType,
    Merge,
    MergedActor,
    Person,
    person_uuid,
    projects_of,
)
from events.numbers import actor_number
from events.routers import events_alias
from events.stores import event_store
from events.wire import distinct_id_of

NO_PROPERTIES: dict[str, object] = {}
_MAX_PARAMETERS = 10_000
# Wire quirk: lists-without-pages-have-a-maximum, see docs/quirks.md.
MAX_DISTINCT_IDS = 1_000
MAX_DISTINCT_IDS_OF_A_PAGE = 50_000


@dataclass(frozen=True)
class KnownPerson:
    """A person by one of their distinct ids, with what is stored of them."""

    person: int
    properties: dict[str, object]


def person_of(project_id: int, actor: int) -> int:
    """Return the person that an actor belongs to: itself, unless it was merged."""
    merged = MergedActor.objects.filter(project_id=project_id, actor=actor)
    return merged.values_list("person", flat=True).first() or actor


def person_with_id(project_id: int, distinct_id: str) -> int:
    """Return the person with a distinct id, which is read as captures read it."""
    return person_of(project_id, actor_number(distinct_id_of(distinct_id)))


def find_person(*, project_id: int, distinct_id: str) -> KnownPerson:
    """Return who a distinct id is, with their stored properties; most have none."""
    person = person_with_id(project_id, distinct_id)
    return KnownPerson(person, find_properties(project_id=project_id, distinct_id=distinct_id))


def find_properties(*, project_id: int, distinct_id: str) -> dict[str, object]:
    """Return what is stored of the person with a distinct id; of most it is nothing."""
    actor = actor_number(distinct_id_of(distinct_id))
    found = _PERSON.first(project=project_id, actor=actor)
    return NO_PROPERTIES if found is None else found.properties


def _person_of_actor() -> QuerySet[Person]:
    merged = MergedActor.objects.filter(project_id=Param("project"), actor=Param("actor"))
    person = Coalesce(Subquery(merged.values("person")[:1]), Param("actor"))
    return Person.objects.filter(project_id=Param("project"), person=person)


_PERSON = CompiledQuery(_person_of_actor, alias=events_alias())


def list_persons(
    *, project_id: int, distinct_id: str = "", email: str = "", search: str = ""
) -> QuerySet[Person]:
    """Return the stored persons of a project, newest first: those with an id, or that match."""
    found = Person.objects.filter(project_id=project_id).order_by("-created_at", "-id")
    if distinct_id:
        found = found.filter(person=person_with_id(project_id, distinct_id))
    if email:
        found = found.filter(properties__email=email)
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
    """Return the persons, each with their `distinct_ids`: the oldest, so many as are shown."""
    # Sets that keep the order.
    ids = {
        row.person: dict.fromkeys([row.distinct_id] if row.distinct_id else []) for row in persons
    }
    merged = MergedActor.objects.filter(project_id=project_id, person__in=ids)
    place = Window(RowNumber(), partition_by="person", order_by="id")
    shown = merged.alias(place=place).filter(place__lte=MAX_DISTINCT_IDS).order_by("id")
    pairs = shown.values_list("person", "distinct_id")[:MAX_DISTINCT_IDS_OF_A_PAGE]
    for person, distinct_id in pairs:
        ids[person][distinct_id] = None
    for row in persons:
        row.distinct_ids = [*ids[row.person]]
    return [*persons]


def latest_properties(
    *, project_id: int, event: str, since: datetime, limit: int
) -> list[dict[str, object]]:
    """Return the properties of those of the newest events of a name that are not older."""
    oldest = int(since.timestamp() * 1_000_000)
    rows = event_store().latest(project_id, event, limit)
    return [properties for ts, properties in rows if ts >= oldest]


def count_events(*, project_id: int) -> int:
    """Return how many events of a project are stored."""
    return event_store().count(project_id)


def exported_lines(*, project_id: int) -> Iterator[bytes]:
    """Return the events of a project as lines of JSON, in the order in which they arrived."""
    return (line_of(**each._asdict()) for each in event_store().in_order(project_id))


def projects_with_events() -> Iterator[int]:
    """Return the ids of projects that something is stored of, also of deleted ones."""
    yield from event_store().projects()
    for model in (Person, Merge, GroupType, EventDefinition):
        yield from projects_of(model)


def actors_of(*, project_id: int, person: int) -> list[int]:
    """Return the actors that are one person."""
    merged = MergedActor.objects.filter(project_id=project_id, person=person)
    return [person, *merged.values_list("actor", flat=True)]


def actors_by_person(*, project_id: int, persons: Collection[int]) -> dict[int, list[int]]:
    """Return the actors that each of these persons is, the one that stands for them first."""
    found = {person: [person] for person in persons}
    merged = MergedActor.objects.filter(project_id=project_id, person__in=found)
    for actor, person in merged.values_list("actor", "person"):
        found[person].append(actor)
    return found


def persons_after(
    *, project_id: int, position: int, most: int
) -> list[tuple[int, int, str, dict[str, object]]]:
    """Return id, number, distinct id and properties of the next stored persons, by their ids."""
    rows = Person.objects.filter(project_id=project_id, pk__gt=position).order_by("pk")
    return list(rows.values_list("pk", "person", "distinct_id", "properties")[:most])


def persons_by_actor(*, project_id: int, actors: Collection[int]) -> dict[int, int]:
    """Return the person that each of these actors belongs to."""
    merged, listed = dict[int, int](), [*actors]
    # A statement takes only so many parameters.
    for start in range(0, len(listed), _MAX_PARAMETERS):
        some = listed[start : start + _MAX_PARAMETERS]
        rows = MergedActor.objects.filter(project_id=project_id, actor__in=some)
        merged |= dict(rows.values_list("actor", "person"))
    return {actor: merged.get(actor, actor) for actor in actors}


def people_of(*, project_id: int, actors: Sequence[int]) -> list[Person]:
    """Return the persons that these actors belong to, in this order and each once.

    They have all their `distinct_ids`. Of whom nothing is stored there are none.
    """
    persons = persons_by_actor(project_id=project_id, actors=actors)
    numbers = list(dict.fromkeys(persons[actor] for actor in actors))
    rows = Person.objects.filter(project_id=project_id, person__in=numbers)
    found = {row.person: row for row in rows}
    for number in numbers:
        if number not in found:
            uuid = person_uuid(project_id, number)
            found[number] = Person(uuid=uuid, project_id=project_id, person=number)
    return with_distinct_ids(project_id=project_id, persons=[found[each] for each in numbers])


def is_known(*, project_id: int, person: int) -> bool:
    """Tell whether anything is stored of a person beside their events."""
    return any(
        model.objects.filter(project_id=project_id, person=person).exists()
        for model in (Person, MergedActor)
    )


def list_group_types(*, project_id: int) -> dict[str, int]:
    """Return the index of each group type of a project, in their order."""
    rows = GroupType.objects.filter(project_id=project_id).order_by("index")
    return dict(rows.values_list("name", "index"))


def find_group_properties(*, project_id: int, type_index: int, key: str) -> dict[str, object]:
    """Return what is stored of a group; most have nothing."""
    rows = Group.objects.filter(project_id=project_id, type_index=type_index, key=key)
    return rows.values_list("properties", flat=True).first() or NO_PROPERTIES


def count_stored(*, project_id: int, type_index: int | None) -> int:
    """Count the groups of a type of which something is stored; without a type, the persons."""
    if type_index is None:
        return Person.objects.filter(project_id=project_id).count()
    return Group.objects.filter(project_id=project_id, type_index=type_index).count()


def newest_persons(
    *, project_id: int, before: int | None, most: int
) -> list[tuple[int, int, str, dict[str, object]]]:
    """Return id, number, distinct id and properties of the newest stored persons before an id."""
    rows = Person.objects.filter(project_id=project_id).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.values_list("pk", "person", "distinct_id", "properties")[:most])


def newest_groups(
    *, project_id: int, type_index: int, before: int | None, most: int
) -> list[tuple[int, str, dict[str, object]]]:
    """Return id, key and properties of the newest stored groups of a type before an id."""
    rows = Group.objects.filter(project_id=project_id, type_index=type_index).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.values_list("pk", "key", "properties")[:most])
