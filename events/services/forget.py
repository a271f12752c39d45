"""Deleting people, projects and old events.

Relational databases delete many rows in pieces, so that captures go on meanwhile; ClickHouse marks
them as deleted by one statement.
"""

from django.db import transaction

from core.db.pieces import delete_in_pieces
from events.models import (
    EventDefinition,
    EventProperty,
    Group,
    GroupType,
    Merge,
    MergedActor,
    Person,
    PropertyDefinition,
)
from events.numbers import NOBODY
from events.registry import forget_elsewhere
from events.routers import events_alias
from events.selectors import actors_of, projects_with_events
from events.stores import event_store
from events.stores.locks import take_capture_lock, take_merge_lock

_NAMES = (EventDefinition, PropertyDefinition, EventProperty)


def delete_person(*, project_id: int, person: int) -> int:
    """Delete a person's events, properties and ids; return how many events there were.

    What other apps store about them goes first. The facts derived from the events go at the next
    catch-up of each source, by the log of merges.
    """
    actors, store = actors_of(project_id=project_id, person=person), event_store()
    forget_elsewhere(project_id, actors)
    # Captures wait for the transaction. In another database nearly all is deleted before it, and
    # inside it only what has arrived meanwhile.
    deleted = 0 if store.is_transactional else store.delete_of(project_id, actors)
    with transaction.atomic(using=events_alias(), durable=True):
        take_merge_lock(project_id)
        take_capture_lock(project_id)
        last = store.newest(project_id)
        actors = actors_of(project_id=project_id, person=person)
        deleted += store.delete_of(project_id, actors)
        MergedActor.objects.filter(project_id=project_id, person=person).delete()
        Person.objects.filter(project_id=project_id, person=person).delete()
        Merge.objects.create(project_id=project_id, old=person, new=None, upto=last)
    return deleted


def forget_project(*, project_id: int, most: int | None = None) -> int:
    """Delete what belongs to a project that is gone, or at most so many rows; return how many."""
    deleted = event_store().delete_project(project_id, most=most)
    for model in (Person, MergedActor, Merge, Group, GroupType, *_NAMES):
        left = None if most is None else max(0, most - deleted)
        deleted += delete_in_pieces(model.objects.filter(project_id=project_id), most=left)
    return deleted


def forget_projects_but(existing: set[int]) -> int:
    """Delete what belongs to other projects than these; return how many rows."""
    gone = [each for each in projects_with_events() if each not in existing]
    return sum(forget_project(project_id=project_id) for project_id in gone)


def delete_events_before(*, before: int) -> int:
    """Delete events that happened before a time in microseconds; return how many.

    What is stored of people stays.
    """
    deleted = event_store().delete_before(before)
    for project_id in deleted:
        # The watermark moves on, since results may be others now.
        Merge.objects.create(project_id=project_id, old=NOBODY, new=None)
    return sum(deleted.values())
