"""Deleting people, projects and old events, in pieces that hold nobody up."""

import time

from django.db import models, transaction
from django.db.models import Max

from events.models import (
    Event,
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
from events.services.locks import take_capture_lock, take_merge_lock

# A transaction deletes at most that many rows, and after it others have the database for a while.
PIECE = 1_000
_PAUSE_SECONDS = 0.01
_SCANNED = 10_000
_NAMES = (EventDefinition, PropertyDefinition, EventProperty)


def delete_person(*, project_id: int, person: int) -> int:
    """Delete a person's events, properties and ids; return how many events there were.

    What other apps store about them goes first. The facts derived from the events go at the next
    catch-up of each source, by the log of merges.
    """
    forget_elsewhere(project_id, actors_of(project_id=project_id, person=person))
    with transaction.atomic(using=events_alias(), durable=True):
        take_merge_lock(project_id)
        take_capture_lock(project_id)
        events = Event.objects.filter(project_id=project_id)
        last = events.aggregate(last=Max("id"))["last"] or 0
        actors = actors_of(project_id=project_id, person=person)
        deleted, _ = events.filter(actor__in=actors).delete()
        MergedActor.objects.filter(project_id=project_id, person=person).delete()
        Person.objects.filter(project_id=project_id, person=person).delete()
        Merge.objects.create(project_id=project_id, old=person, new=None, upto=last)
    return deleted


def forget_project(*, project_id: int, most: int | None = None) -> int:
    """Delete what belongs to a project that is gone, or at most so many rows; return how many."""
    deleted = 0
    for model in (Person, MergedActor, Merge, Group, GroupType, Event, *_NAMES):
        left = None if most is None else most - deleted
        deleted += _delete_in_pieces(model.objects.filter(project_id=project_id), most=left)
    return deleted


def forget_projects_but(existing: set[int]) -> int:
    """Delete what belongs to other projects than these; return how many rows."""
    gone = [each for each in projects_with_events() if each not in existing]
    return sum(forget_project(project_id=project_id) for project_id in gone)


def delete_events_before(*, before: int) -> int:
    """Delete events that happened before a time in microseconds; return how many.

    What is stored of people stays.
    """
    deleted: dict[int, int] = {}
    position = 0
    while rows := _rows_after(position):
        position = rows[-1][0]
        old = {pk: project_id for pk, ts, project_id in rows if ts < before}
        _delete_in_pieces(Event.objects.filter(pk__in=old))
        for project_id in old.values():
            deleted[project_id] = deleted.get(project_id, 0) + 1
    for project_id in deleted:
        # The watermark moves on, since results may be others now.
        Merge.objects.create(project_id=project_id, old=NOBODY, new=None)
    return sum(deleted.values())


def _rows_after(position: int) -> list[tuple[int, int, int]]:
    rows = Event.objects.filter(pk__gt=position).order_by("pk")
    return list(rows.values_list("pk", "ts", "project_id")[:_SCANNED])


def _delete_in_pieces(rows: models.QuerySet[models.Model], *, most: int | None = None) -> int:
    deleted = 0
    while True:
        size = PIECE if most is None else min(PIECE, most - deleted)
        ids = list(rows.values_list("pk", flat=True)[:size])
        if ids:
            rows.model._default_manager.filter(pk__in=ids).delete()  # noqa: SLF001
        deleted += len(ids)
        if len(ids) < PIECE:
            return deleted
        time.sleep(_PAUSE_SECONDS)
