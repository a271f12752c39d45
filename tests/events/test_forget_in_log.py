"""The log of merges forgets the numbers of deleted persons, once all that follows it has."""

import io

import pytest
from django.core.management import call_command

from events.facts import catch_up, get_or_create_sources
from events.models import Merge
from events.numbers import NOBODY, actor_number
from events.services import delete_person
from tests.events.conftest import PURCHASES, event
from tests.events.test_facts import buy, identify
from tests.events.test_facts_over_again import mark_facts


def run(*arguments):
    call_command(*map(str, arguments), stdout=io.StringIO())


def named():
    """Return the numbers that the log names, but for nobody's."""
    rows = Merge.objects.values_list("old", "new")
    return {number for row in rows for number in row} - {NOBODY, None}


def numbers(*names):
    return {actor_number(name) for name in names}


@pytest.fixture
def forgotten(send, facts, project):
    """Somebody of three ids who was deleted, and somebody of two who was not."""
    send(buy("a-1"), buy("a-2"), buy("ann"), buy("bob"))
    facts()
    send(identify("a-1", "a-2"), identify("a-2", "ann"), identify("b-1", "bob"))
    facts()
    run("forget_person", project.pk, "ann")


def test_sweep_events__person_deleted__numbers_of_all_ids_forgotten(forgotten):
    run("sweep_events")

    assert named() == numbers("b-1", "bob")


def test_sweep_events__no_sources__forgotten_all_the_same(send, project):
    send(buy("a-1"), identify("a-1", "ann"))
    run("forget_person", project.pk, "ann")

    run("sweep_events")

    assert named() == set()


def test_sweep_events__more_numbers_than_are_looked_up_at_once__all_forgotten(
    forgotten, monkeypatch
):
    monkeypatch.setattr("events.services.crowds._LOOKED_UP", 1)

    run("sweep_events")

    assert named() == numbers("b-1", "bob")


def test_sweep_events__person_deleted_by_the_api__numbers_forgotten(client, send, project, facts):
    send(event("buy", "ann", properties={"$set": {"a": 1}}), identify("a-1", "ann"))
    facts()
    [ann] = client.get(f"/api/projects/{project.pk}/persons/").json()["results"]
    client.delete(f"/api/projects/{project.pk}/persons/{ann['id']}/")
    facts()

    run("sweep_events")

    assert named() == set()


def test_sweep_events__facts_have_not_followed_yet__numbers_stay(send, facts, project):
    send(buy("a-1", amount=1), identify("a-1", "ann"), buy("bob", amount=2))
    facts()
    delete_person(project_id=project.pk, person=actor_number("ann"))

    run("sweep_events")

    assert named() == numbers("a-1", "ann")
    assert facts() == [(actor_number("bob"), 2)]


def test_sweep_events__id_that_came_back_and_was_merged__stays(forgotten, send, facts):
    send(buy("ann", amount=1), identify("a-1", "ann"))

    run("sweep_events")

    assert named() == numbers("a-1", "ann", "b-1", "bob")
    assert facts()[-1] == (actor_number("ann"), 1)


def test_sweep_events__newest_event_was_of_who_is_forgotten__facts_not_derived_anew(
    send, facts, project
):
    send(buy("bob", amount=2), buy("ann", amount=1))
    source = get_or_create_sources(project.pk, [PURCHASES])
    catch_up(project.pk, source)
    run("forget_person", project.pk, "ann")
    mark_facts()
    run("sweep_events")
    send(buy("cyd", amount=3))

    assert [value for _person, value in facts()] == [1002, 3]
