"""Old events, and what deleted projects have left, go in small pieces."""

import io
import json
import time

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import F

from events.facts import (
    Matcher,
    SourceDefinition,
    catch_up,
    facts_alias,
    get_or_create_sources,
    watermark,
)
from events.models import (
    Event,
    Group,
    GroupType,
    Merge,
    MergedActor,
    Person,
    RetentionSweep,
    Source,
)
from events.selectors import projects_with_events
from events.services import delete_events_before, forget_project
from tenants.models import Project
from tests.events.conftest import event
from tests.factories import make_project

DAY = 24 * 60 * 60
NAMED = SourceDefinition((Matcher("buy"),))


def sweep():
    out = io.StringIO()
    call_command("sweep_events", stdout=out)
    return out.getvalue().strip()


def days_ago(days, **members):
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days * DAY))
    return event("buy", timestamp=when, **members)


def times_of_facts():
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM events_fact")
        return cursor.fetchone()[0]


@pytest.fixture
def _small_pieces(monkeypatch):
    monkeypatch.setattr("core.db.pieces.PIECE", 2)
    monkeypatch.setattr("events.stores.relational._SCANNED", 3)
    monkeypatch.setattr("events.facts.sources._PIECE", 1)


@pytest.mark.usefixtures("_small_pieces")
def test_sweep_events__retention__old_events_and_facts_are_gone(send, project, settings):
    settings.EVENTS_RETENTION_DAYS = 30
    ages = [31, 29, 40, 400, 1, 35, 2]
    send(*[days_ago(days, distinct_id=f"person-{days % 3}") for days in ages])
    sources = get_or_create_sources(project.pk, [NAMED])
    before = catch_up(project.pk, sources)

    assert sweep() == "4 old events deleted, and 0 rows of deleted projects"

    assert Event.objects.count() == 3
    assert times_of_facts() == 3
    # Results that are cached for the watermark are out of date.
    assert watermark(project.pk) > before
    catch_up(project.pk, sources)
    assert times_of_facts() == 3


@pytest.fixture
def swept(send, settings):
    """Old events were looked for just now, and then one has come."""
    settings.EVENTS_RETENTION_DAYS = 30
    sweep()
    send(days_ago(40))


def test_sweep_events__less_than_a_day_later__not_looked_for(swept):
    assert sweep() == "0 old events deleted, and 0 rows of deleted projects"


def test_sweep_events__a_day_later__deleted(swept):
    RetentionSweep.objects.update(before=F("before") - DAY * 1_000_000)

    assert sweep() == "1 old events deleted, and 0 rows of deleted projects"


@pytest.mark.parametrize("days", [28, 35])
def test_sweep_events__other_retention_than_before__deleted_at_once(swept, settings, days):
    settings.EVENTS_RETENTION_DAYS = days

    assert sweep() == "1 old events deleted, and 0 rows of deleted projects"


def test_sweep_events__interrupted__gone_on_with_next_time(send, project, settings):
    send(days_ago(40))

    def interrupted(before):
        raise KeyboardInterrupt

    before = time.time_ns() // 1000 - 30 * DAY * 1_000_000
    with pytest.raises(KeyboardInterrupt):
        delete_events_before(before=before, facts=interrupted)
    send(days_ago(41))

    settings.EVENTS_RETENTION_DAYS = 30
    assert sweep() == "1 old events deleted, and 0 rows of deleted projects"


def test_sweep_events__no_retention__all_stay(send, project):
    send(days_ago(9000))

    assert sweep() == "0 old events deleted, and 0 rows of deleted projects"
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("_small_pieces")
def test_sweep_events__project_gone__all_that_is_its_own_goes(send, project, foreign_project):
    group = {"$group_type": "company", "$group_key": "a", "$group_set": {"size": 3}}
    send(
        *[event("buy", f"person-{number}") for number in range(5)],
        event("$identify", "ann", properties={"$anon_distinct_id": "a", "$set": {"vip": True}}),
        event("$groupidentify", "ann", properties=group),
    )
    catch_up(project.pk, get_or_create_sources(project.pk, [NAMED]))
    kept = get_or_create_sources(foreign_project.pk, [NAMED])
    Project.objects.filter(pk=project.pk).delete()

    # Seven events with fifteen names, a person, an id, a merge, a group and its type.
    assert sweep() == "0 old events deleted, and 27 rows of deleted projects"

    for model in (Event, Person, MergedActor, Merge, Group, GroupType):
        assert not model.objects.exists()
    assert times_of_facts() == 0
    assert [source.pk for source in Source.objects.all()] == kept


@pytest.mark.usefixtures("_small_pieces")
def test_forget_project__many_rows__no_more_than_asked(send, project):
    send(*[event("buy", f"person-{number}") for number in range(7)])

    assert forget_project(project_id=project.pk, most=3) == 3

    assert Event.objects.count() == 4


def test_sweep_events__newest_event_is_an_old_one__facts_of_others_stay(send, project, settings):
    settings.EVENTS_RETENTION_DAYS = 30
    send(days_ago(1))
    send(days_ago(40))
    sources = get_or_create_sources(project.pk, [NAMED])
    catch_up(project.pk, sources)
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("UPDATE events_fact SET value = 7")

    sweep()
    catch_up(project.pk, sources)

    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("SELECT value FROM events_fact")
        assert cursor.fetchall() == [(7,)]


def test_delete_events_before__facts__gone_before_the_watermark_moves(send, project):
    send(days_ago(40))
    asked = []

    def facts(before):
        asked.append((Event.objects.count(), Merge.objects.count()))
        return {project.pk}

    assert delete_events_before(before=time.time_ns() // 1000, facts=facts) == 1
    assert asked == [(0, 0)]
    assert Merge.objects.count() == 1


def test_sweep_events__project_created_while_it_runs__its_events_stay(
    send, project, organization, visitor, monkeypatch
):
    send(event())

    def created_just_now():
        new = make_project(organization, name="New")
        body = {"api_key": new.api_token} | event("first")
        visitor.post("/e/", json.dumps(body), content_type="application/json")
        return projects_with_events()

    monkeypatch.setattr("events.services.forget.projects_with_events", created_just_now)

    assert sweep() == "0 old events deleted, and 0 rows of deleted projects"
    assert Event.objects.count() == 2
