"""Whoever asks to be forgotten is, whether or not the API lists them."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from cohorts.models import Cohort, CohortMember
from evaluation.models import KeptIdentifier
from events.facts import (
    Matcher,
    SourceDefinition,
    catch_up,
    facts_alias,
    get_or_create_sources,
)
from events.models import Event, MergedActor, Person
from events.numbers import actor_number
from events.selectors import person_of
from tests.events.conftest import event


def run(*arguments):
    out = io.StringIO()
    call_command("forget_person", *map(str, arguments), stdout=out)
    return out.getvalue().strip()


def count_facts():
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM events_fact")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("known_as", ["ann", "a-1"])
def test_forget_person__any_of_their_ids__nothing_is_left(send, project, known_as):
    send(
        event("buy", "ann", properties={"$set": {"email": "ann@example.com"}}),
        event("buy", "a-1"),
        event("$identify", "ann", properties={"$anon_distinct_id": "a-1"}),
        event("buy", "bob"),
    )
    catch_up(project.pk, get_or_create_sources(project.pk, [SourceDefinition((Matcher(None),))]))
    cohort = Cohort.objects.create(project=project, name="C", is_static=True)
    for name in ("a-1", "bob"):
        CohortMember.objects.create(cohort=cohort, project_id=project.pk, person=actor_number(name))
        KeptIdentifier.objects.create(
            project=project, person=actor_number(name), flag_key="f", identifier=name
        )
    assert count_facts() == 4

    printed = run(project.pk, known_as)

    assert printed == f"3 events deleted, with all that was stored about {known_as}"
    assert [each.distinct_id for each in Event.objects.all()] == ["bob"]
    assert count_facts() == 1
    assert not MergedActor.objects.exists()
    assert not Person.objects.exists()
    bob = person_of(project.pk, actor_number("bob"))
    assert [each.person for each in CohortMember.objects.all()] == [bob]
    assert [each.person for each in KeptIdentifier.objects.all()] == [bob]


def test_forget_person__only_events__deleted(send, project):
    send(event("view", "somebody"))

    assert run(project.pk, "somebody").startswith("1 events deleted")
    assert not Event.objects.exists()


def test_forget_person__never_seen__refused(send, project):
    send(event("view", "bob"))

    with pytest.raises(CommandError, match="No event and no property of nobody"):
        run(project.pk, "nobody")
    assert Event.objects.count() == 1


def test_forget_person__id_that_was_cut__found_by_the_whole_of_it(send, project):
    send(event("buy", "x" * 300))

    assert run(project.pk, "x" * 300).startswith("1 events deleted")


def test_forget_person__unknown_project__refused(db):
    with pytest.raises(CommandError, match="no project 99"):
        run(99, "ann")
