"""What is known of results: never older than the events, computed once however many ask."""

from datetime import timedelta

import pytest
from django.utils import timezone

from results.models import StoredResult
from results.services import queries
from tests.results.conftest import FLAG, metric, purchases
from tests.results.test_criteria import people, save

COUNT = metric(source=purchases("total"))


@pytest.fixture
def running(unvisited):
    save(unvisited, end_date=None, status="running")
    return unvisited


@pytest.fixture
def expose(capture):
    """Expose a person, at this moment or so many seconds ahead of it."""

    def send(person, seconds=0.0):
        at = timezone.now() + timedelta(seconds=seconds)
        flag = {"$feature_flag": FLAG, "$feature_flag_response": "control"}
        event = {"event": "$feature_flag_called", "distinct_id": person, "properties": flag}
        capture([event | {"timestamp": at.isoformat()}])

    return send


@pytest.fixture
def watermarks(monkeypatch):
    """Put something before each reading of how far the events have come."""
    read = queries.current_watermark

    def put(before):
        monkeypatch.setattr(queries, "current_watermark", lambda project: before(read, project))

    return put


def test_query__event_arrives_while_it_is_read__is_in_the_answer(ask, running, expose, watermarks):
    def exposing(read, project):
        expose("somebody")
        return read(project)

    watermarks(exposing)

    assert people(ask(running, COUNT))["control"] == 1


def test_query__known_result_is_newer_than_asked__given(ask, running, expose, watermarks):
    asked = []

    def older(read, project):
        asked.append(read(project))
        return asked[0]

    expose("ann")
    watermarks(older)
    ask(running, COUNT)
    newer = StoredResult.objects.get()
    expose("bob")
    StoredResult.objects.update(basis=newer.basis.replace("/", "0/"))

    assert ask(running, COUNT)["is_cached"] is True


def test_query__of_a_running_experiment_a_minute_later__events_dated_ahead_have_come(
    ask, running, expose
):
    expose("ahead", seconds=1)
    ask(running, COUNT)
    assert ask(running, COUNT)["is_cached"] is True

    StoredResult.objects.update(computed_at=timezone.now() - timedelta(seconds=61))

    assert ask(running, COUNT)["is_cached"] is False


def test_query__of_an_ended_experiment_a_minute_later__still_known(ask, mini):
    ask(mini, COUNT)
    StoredResult.objects.update(computed_at=timezone.now() - timedelta(seconds=61))

    assert ask(mini, COUNT)["is_cached"] is True


def test_query__failed__nothing_kept_of_it(client, project, mini):
    save(mini, stats_config={"baseline_variant_key": "nobody"})
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": COUNT}

    assert client.post(f"/api/projects/{project.pk}/query/", {"query": query}).status_code == 400
    assert not StoredResult.objects.exists()
