"""Deleting people and projects from the events."""

from django.db import transaction
from django.db.models import Max

from events.models import Event, Group, GroupType, Merge, MergedActor, Person
from events.routers import events_alias
from events.selectors import actors_of
from events.services.locks import take_capture_lock, take_merge_lock


def delete_person(*, project_id: int, person: int) -> int:
    """Delete a person's events, properties and ids; return how many events there were.

    The facts derived from the events go at the next catch-up of each source, by the log of merges.
    """
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


def forget_project(*, project_id: int) -> None:
    """Delete everything that belongs to a project that is gone."""
    for model in (Event, MergedActor, Merge, Person, Group, GroupType):
        model.objects.filter(project_id=project_id).delete()
