"""Deleting people, projects and old events.

Relational databases delete many rows in pieces, so that captures go on meanwhile; ClickHouse marks
them as deleted by one statement.
"""

from collections.abc import Callable

from django.db import transaction

from core import preconditions
from core.db.pieces import delete_in_pieces
from core.db.transactions import attempted
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
from events.selectors import actors_of, person_of, projects_with_events
from events.stores import event_store
from events.stores.locks import take_capture_lock, take_merge_lock

_NAMES = (EventDefinition, PropertyDefinition, EventProperty)


def delete_person(*, project_id: int, person: int) -> int:
    """Delete a person's events, properties and ids; return how many events there were.

    Whoever becomes a part of somebody else meanwhile is that one, of whom all is deleted. What
    other apps store about them goes with it. The facts derived from the events go at the next
    catch-up of each source, by the log of merges.

    :raises ETagMismatch: when the person is not as the client expects; nothing is deleted then.
    """
    last = _announce(project_id, person)
    # Captures wait for the transaction, so nearly all is deleted before it, and inside it only what
    # has arrived meanwhile.
    actors = actors_of(project_id=project_id, person=person)
    deleted = event_store().delete_of(project_id, actors)
    return deleted + attempted(lambda: _delete_the_rest(project_id, person, last))


def _announce(project_id: int, person: int) -> int:
    """Check what the client expects, and log that events go: up to the newest one, returned."""
    last = event_store().newest(project_id)
    with transaction.atomic(using=events_alias(), durable=True):
        rows = Person.objects.select_for_update().filter(project_id=project_id, person=person)
        for row in rows:
            preconditions.check(row)
        # Else a source that has seen the newest one takes it for restored events.
        Merge.objects.create(project_id=project_id, old=NOBODY, new=None, upto=last)
    return last


def _delete_the_rest(project_id: int, person: int, last: int) -> int:
    store = event_store()
    with transaction.atomic(using=events_alias(), durable=True):
        # In the order of captures that merge.
        take_capture_lock(project_id)
        take_merge_lock(project_id)
        # From here on nobody is merged any more.
        person = person_of(project_id, person)
        upto = max(last, store.newest(project_id))
        actors = actors_of(project_id=project_id, person=person)
        deleted = store.delete_of(project_id, actors)
        MergedActor.objects.filter(project_id=project_id, person=person).delete()
        Person.objects.filter(project_id=project_id, person=person).delete()
        Merge.objects.create(project_id=project_id, old=person, new=None, upto=upto)
        # At the end: on SQLite it is in another database, which this transaction does not undo.
        forget_elsewhere(project_id, actors)
    return deleted


def forget_project(*, project_id: int, most: int | None = None) -> int:
    """Delete what belongs to a project that is gone, or at most so many rows; return how many."""
    deleted = event_store().delete_project(project_id, most=most)
    for model in (Person, MergedActor, Merge, Group, GroupType, *_NAMES):
        left = None if most is None else max(0, most - deleted)
        deleted += delete_in_pieces(model.objects.filter(project_id=project_id), most=left)
    return deleted


def forget_projects_but(existing: Callable[[], set[int]]) -> int:
    """Delete what belongs to other projects than these; return how many rows.

    Which projects exist is asked after those that have something are listed: a new project is no
    deleted one.
    """
    found = set(projects_with_events())
    gone = sorted(found - existing())
    return sum(forget_project(project_id=project_id) for project_id in gone)


def delete_events_before(*, before: int, facts: Callable[[int], set[int]]) -> int:
    """Delete events that happened before a time in microseconds; return how many.

    `facts` deletes their facts and tells of which projects. What is stored of people stays.
    """
    store = event_store()
    newest = {project_id: store.newest(project_id) for project_id in store.projects()}
    deleted = store.delete_before(before)
    for project_id in sorted({*deleted, *facts(before)}):
        # The watermark moves on at the end: results are computed anew, from the facts that stay.
        upto = newest.get(project_id, 0)
        Merge.objects.create(project_id=project_id, old=NOBODY, new=None, upto=upto)
    return sum(deleted.values())
