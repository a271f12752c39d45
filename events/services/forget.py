"""Deleting people, projects and old events.

Relational databases delete many rows in pieces, so that captures go on meanwhile; ClickHouse marks
them as deleted by one statement.
"""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import Max, Q, QuerySet

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
    RetentionSweep,
    projects_of,
)
from events.numbers import NOBODY
from events.registry import forget_elsewhere
from events.routers import events_alias
from events.selectors import actors_of, person_of, projects_with_events
from events.services.crowds import batched
from events.stores import event_store
from events.stores.locks import take_capture_lock, take_merge_lock

# Old events are looked for once in that many microseconds: all events have to be read.
_BETWEEN_SWEEPS = 24 * 60 * 60 * 1_000_000
# The one row of its table.
_ONLY = 1
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
        row = rows.first()
        if row is None:
            # Of some nothing was ever stored; others are somebody else since they were read.
            preconditions.check_gone()
        else:
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
        # Each of their numbers: so the log is told later whom it is to forget.
        Merge.objects.bulk_create(
            Merge(project_id=project_id, old=each, new=None, upto=upto) for each in actors
        )
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


def forget_in_log(newest_seen: Callable[[int], int]) -> None:
    """Take the numbers of who was deleted out of the log of merges: they are hashes of ids.

    `newest_seen` tells up to which merge of a project everything derived has come; entries after
    it are still to be followed.
    """
    for project_id in list(projects_of(Merge)):
        log = Merge.objects.filter(project_id=project_id, id__lte=newest_seen(project_id))
        deletions = log.filter(new=None).exclude(old=NOBODY).order_by().values_list("old")
        # Who came back afterwards is somebody.
        last = dict(deletions.annotate(last=Max("id")))
        for some in batched(list(last)):
            _forget_numbers(log, {number: last[number] for number in some})


def _forget_numbers(log: QuerySet[Merge], last: Mapping[int, int]) -> None:
    """Take numbers out of the entries up to the last one that is to forget them.

    The entries stay: the newest one is a watermark, and how far events went tells a deletion from
    an older backup.
    """
    rows = log.filter(Q(old__in=last) | Q(new__in=last)).values_list("id", "old", "new")
    found = [pk for pk, old, new in rows if pk <= max(last.get(old, 0), last.get(new or NOBODY, 0))]
    for some in batched(found):
        log.filter(pk__in=some).update(old=NOBODY, new=None)


def delete_events_before(*, before: int, facts: Callable[[int], set[int]]) -> int:
    """Delete events that happened before a time in microseconds; return how many.

    `facts` deletes their facts and tells of which projects. What is stored of people stays. Nothing
    is done when it was done for a time less than a day before this one.
    """
    last = RetentionSweep.objects.first()
    if last is not None and 0 <= before - last.before < _BETWEEN_SWEEPS:
        return 0
    deleted = _delete_events_before(before, facts)
    RetentionSweep.objects.update_or_create(pk=_ONLY, defaults={"before": before})
    return deleted


def _delete_events_before(before: int, facts: Callable[[int], set[int]]) -> int:
    store = event_store()
    newest = {project_id: store.newest(project_id) for project_id in store.projects()}
    deleted = store.delete_before(before)
    for project_id in sorted({*deleted, *facts(before)}):
        # The watermark moves on at the end: results are computed anew, from the facts that stay.
        upto = newest.get(project_id, 0)
        Merge.objects.create(project_id=project_id, old=NOBODY, new=None, upto=upto)
    return sum(deleted.values())
