"""When facts are derived anew, and when they are not: deletions, backups, interruptions."""

from importlib import import_module

import pytest
from django.db import connections

from events.facts import facts_alias, rebuild
from events.facts.sources import delete_some_facts
from events.models import Event
from events.numbers import actor_number
from events.services import delete_person
from tests.events.conftest import event
from tests.events.test_facts import buy, identify


def test_rebuild__facts_lost__derived_again(send, facts, project):
    send(buy(amount=1))
    before = facts()
    rebuild(project.pk)

    assert facts() == before


def test_rebuild__interrupted__gone_on_with_next_time(send, facts, project, monkeypatch):
    send(buy(amount=1), buy("bob", amount=2))
    before = facts()
    rebuild(project.pk)
    catching, pieces = import_module("events.facts.catch_up"), []

    def killed(source_id):
        if pieces:
            raise KeyboardInterrupt
        pieces.append(source_id)
        return delete_some_facts(source_id)

    monkeypatch.setattr("events.facts.sources._PIECE", 1)
    monkeypatch.setattr(catching, "delete_some_facts", killed)
    with pytest.raises(KeyboardInterrupt):
        facts()
    monkeypatch.setattr(catching, "delete_some_facts", delete_some_facts)

    assert facts() == before


def mark_facts():
    """Change the facts that are there, so that those derived anew are others."""
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("UPDATE events_fact SET value = value + 1000")


def test_facts__person_of_the_newest_event_deleted__not_derived_anew(send, facts, project):
    send(buy("ann", amount=1), buy("bob", amount=2), event("other", "bob"))
    facts()
    mark_facts()

    delete_person(project_id=project.pk, person=actor_number("bob"))
    send(buy("cyd", amount=3))

    assert [value for _person, value in facts()] == [1001, 3]


def test_facts__all_persons_deleted__later_events_count(send, facts, project):
    send(buy("ann", amount=1))
    facts()

    delete_person(project_id=project.pk, person=actor_number("ann"))
    assert facts() == []
    send(buy("ann", amount=2))

    assert facts() == [(actor_number("ann"), 2)]


def test_facts__newest_event_is_not_in_the_backup__derived_anew(send, facts):
    send(buy("ann", amount=1), buy("bob", amount=2))
    facts()
    mark_facts()

    Event.objects.filter(distinct_id="bob").delete()

    assert [value for _person, value in facts()] == [1]


def test_facts__merged_and_deleted_and_back_before_the_next_catch_up__apart(send, facts, project):
    send(buy("anon", amount=1), buy("ann", amount=2))
    facts()

    send(identify("anon", "ann"))
    delete_person(project_id=project.pk, person=actor_number("ann"))
    send(buy("anon", amount=3))

    assert facts() == [(actor_number("anon"), 3)]


def test_facts__more_merges_than_a_chunk__all_applied(send, facts, project, monkeypatch):
    monkeypatch.setattr(import_module("events.facts.catch_up"), "_MERGES", 2)
    send(*[buy(f"a{number}", amount=1) for number in range(5)])
    facts()

    send(*[identify(f"a{number}", "ann") for number in range(5)])

    assert facts() == [(actor_number("ann"), 1)] * 5
