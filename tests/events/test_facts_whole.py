"""Whoever has read facts is told when some were missing because all were derived anew."""

import pytest

from events.facts import Matcher, SourceDefinition, facts_engine
from events.models import Event, Source
from events.numbers import actor_number
from events.services import delete_person
from tests.events.test_facts import buy, identify

BUYS = SourceDefinition((Matcher("buy"),))
OF_GROUPS = SourceDefinition((Matcher("buy"),), entity=0)


@pytest.fixture
def ready(send, project):
    send(buy("ann", **{"$group_0": "acme"}), buy("bob", **{"$group_0": "acme"}))
    return lambda definition=BUYS: facts_engine().ready(project.pk, [definition])


def test_were_whole__rebuilt_to_the_end_meanwhile__not(ready, project):
    facts = ready()

    facts_engine().rebuild(project.pk)

    assert facts.were_whole() is False


def test_were_whole__rebuilt_before__whole(ready, project):
    ready()
    facts_engine().rebuild(project.pk)

    assert ready().were_whole() is True


def test_were_whole__more_events_and_merges__whole(ready, send):
    facts = ready()
    send(buy("cyd"), identify("bob", "ann"))
    ready()

    assert facts.were_whole() is True


def test_were_whole__person_deleted_out_of_groups__not(ready, project):
    facts = ready(OF_GROUPS)
    delete_person(project_id=project.pk, person=actor_number("ann"))
    ready(OF_GROUPS)

    assert facts.were_whole() is False


def test_were_whole__person_deleted_out_of_facts_of_persons__whole(ready, project):
    facts = ready()
    delete_person(project_id=project.pk, person=actor_number("ann"))
    ready()

    assert facts.were_whole() is True


def test_were_whole__other_events_restored__not(ready):
    facts = ready()
    Event.objects.filter(distinct_id="bob").update(key=b"another event...")
    ready()

    assert facts.were_whole() is False


def test_were_whole__source_gone__not(ready):
    facts = ready()
    Source.objects.all().delete()

    assert facts.were_whole() is False
