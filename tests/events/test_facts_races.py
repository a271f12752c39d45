"""Facts while many write, merge and catch up at once: nothing is missed, nobody is doubled."""

import random
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from events.facts import Matcher, SourceDefinition, catch_up, facts_alias, get_or_create_sources
from events.models import Event
from events.selectors import person_of
from events.services import capture
from events.wire import read_batch
from tenants.selectors import TokenProject

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

WRITERS, BATCHES, REFRESHERS = 3, 40, 2
BUYS = SourceDefinition((Matcher("buy"),))
NOW = 1_790_000_000_000_000


def batch(writer, number, chance):
    name = f"{writer}-{number % 10}"
    events = [{"event": "buy", "distinct_id": f"{name}{half}"} for half in "ab" for _ in range(3)]
    if chance.random() < 0.3:
        merge = {"$anon_distinct_id": f"{name}a"}
        events.append({"event": "$identify", "distinct_id": f"{name}b", "properties": merge})
    chance.shuffle(events)
    return read_batch({"api_key": "phc_x", "batch": events}, now=NOW).events


def write(project, writer, barrier, failures):
    chance = random.Random(writer)  # noqa: S311
    barrier.wait()
    try:
        for number in range(BATCHES):
            events = batch(writer, number, chance)
            capture(project=TokenProject(project.pk, True), events=events, now=timezone.now())
    except Exception as error:  # noqa: BLE001 (the test tells what it was)
        failures.append(error)
    finally:
        connections.close_all()


def refresh(project, source, barrier, failures, done):
    barrier.wait()
    try:
        while not done:
            catch_up(project.pk, [source])
    except Exception as error:  # noqa: BLE001 (the test tells what it was)
        failures.append(error)
    finally:
        connections.close_all()


@pytest.mark.usefixtures("_many_writers")
def test_catch_up__three_writers_and_two_refreshers__every_event_at_its_person(project):
    [source] = get_or_create_sources(project.pk, [BUYS])
    barrier, failures, done = Barrier(WRITERS + REFRESHERS), [], []
    writers = [
        Thread(target=write, args=(project, number, barrier, failures)) for number in range(WRITERS)
    ]
    refreshers = [
        Thread(target=refresh, args=(project, source, barrier, failures, done))
        for _ in range(REFRESHERS)
    ]
    for thread in writers + refreshers:
        thread.start()
    for thread in writers:
        thread.join(120)
    done.append(True)
    for thread in refreshers:
        thread.join(120)

    assert failures == []
    catch_up(project.pk, [source])
    with connections[facts_alias()].cursor() as cursor:
        cursor.execute("SELECT event, person FROM events_fact WHERE source = %s", [source])
        found = dict(cursor.fetchall())
    buys = Event.objects.filter(project_id=project.pk, event="buy")
    assert len(found) == buys.count() == WRITERS * BATCHES * 6
    assert found == {row.pk: person_of(project.pk, row.actor) for row in buys}
