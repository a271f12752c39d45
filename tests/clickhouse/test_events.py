"""Events from capture to deletion, kept in ClickHouse; people stay in the relational database."""

import io
import time

import pytest
from django.core.management import call_command

from events.clickhouse import client as clickhouse
from events.models import Merge, Person
from events.stores import event_store
from tenants.models import Project
from tests.assertions import assert_invalid
from tests.events.conftest import event
from tests.results.conftest import AMOUNT, metric, moment, purchases

AWAY = "clickhouse://127.0.0.1:1/nowhere"
UUID = "0198c5a4-0000-7000-8000-00000000000%x"
REVENUE = metric(source=purchases(**AMOUNT))
DAY = 24 * 60 * 60


def run(*arguments):
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue().strip()


def sums(answer):
    arms = [answer["baseline"], *answer["variant_results"]]
    return {arm["key"]: (arm["number_of_samples"], arm["sum"]) for arm in arms}


def count(project):
    return event_store().count(project.pk)


def test_capture__same_uuid_event_and_person__one_event(send, project):
    twice = event("buy", "ann", uuid=UUID % 1)
    send(twice, twice)
    send(twice | {"timestamp": "2026-01-01T00:00:00Z"}, event("buy", "bob", uuid=UUID % 1))

    assert count(project) == 2


def test_capture__repeated__what_it_says_of_people_not_applied_again(send, project):
    first = event("$set", "ann", uuid=UUID % 1, properties={"$set": {"plan": "free"}})
    send(first)
    send(event("$set", "ann", properties={"$set": {"plan": "paid"}}))
    send(first)

    assert Person.objects.get(project_id=project.pk).properties == {"plan": "paid"}


def test_capture__same_uuid_twice_in_a_batch__the_first_counts(send, project):
    send(*[event(uuid=UUID % 1, properties={"n": n, "$set": {"plan": n}}) for n in (1, 2)])

    [(_, properties)] = event_store().latest(project.pk, "signup", 5)
    assert (properties["n"], properties["$set"]) == (1, {"plan": 1})
    assert Person.objects.get(project_id=project.pk).properties == {"plan": 1}


def test_count__stored_twice_by_two_requests_at_once__counted_once(send, project):
    send(event("buy", "ann"))
    clickhouse.command("INSERT INTO events SELECT * REPLACE (id + 1 AS id) FROM events")

    assert clickhouse.rows("SELECT count() FROM events") == [(2,)]
    assert count(project) == 1


def test_capture__server_away__unavailable_and_whole_with_the_retry(send, project, settings):
    reached = settings.EVENTS_URL
    batch = [
        event("buy", "ann", uuid=UUID % 1),
        event("$identify", "ann", uuid=UUID % 2, properties={"$anon_distinct_id": "a-1"}),
    ]
    settings.EVENTS_URL = AWAY
    refused = send(*batch)
    settings.EVENTS_URL = reached

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert count(project) == 0
    assert send(*batch).status_code == 200
    assert count(project) == 2
    assert Merge.objects.filter(project_id=project.pk).count() == 1


def test_query__server_away__unavailable(client, mini, settings):
    settings.EVENTS_URL = AWAY
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": REVENUE}

    response = client.post(f"/api/projects/{mini.project_id}/query/", {"query": query})

    assert response.status_code == 503
    assert response.json()["code"] == "database_unavailable"


@pytest.mark.parametrize(("url", "status"), [(None, 200), (AWAY, 503)])
def test_readyz__events_elsewhere__told(visitor, db, settings, url, status):
    settings.EVENTS_URL = url or settings.EVENTS_URL

    response = visitor.get("/_readyz?exclude=postgres_migrations_uptodate")

    assert (response.status_code, response.json()["clickhouse"]) == (status, status == 200)
    assert visitor.get("/_readyz?role=web").status_code == 200


def test_facts_commands__events_in_clickhouse__projects_counted(send, project, foreign_project):
    send(event("$identify", "ann", properties={"$anon_distinct_id": "a-1"}))

    assert run("catch_up_facts") == "1 projects are up to date"
    assert run("rebuild_facts") == "1 projects rebuilt"
    assert run("rebuild_facts", "--project", foreign_project.pk) == "1 projects rebuilt"


def test_query__nothing_new__answered_from_the_cache_until_an_event_arrives(ask, mini, capture):
    ask(mini, REVENUE)
    assert ask(mini, REVENUE)["is_cached"]
    capture([{"event": "purchase", "distinct_id": "c1", "timestamp": moment(2000)}])

    assert not ask(mini, REVENUE)["is_cached"]


def test_delete_person__by_the_api__events_gone(client, send, project):
    send(event("buy", "ann", properties={"$set": {"a": 1}}), event("buy", "bob"))
    [person] = client.get(f"/api/projects/{project.pk}/persons/").json()["results"]

    assert client.delete(f"/api/projects/{project.pk}/persons/{person['id']}/").status_code == 204
    assert count(project) == 1


def test_sweep_events__retention__old_events_gone(send, project, settings):
    settings.EVENTS_RETENTION_DAYS = 30
    for age in (29, 31, 400):
        stated = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - age * DAY))
        send(event("buy", timestamp=stated))

    assert run("sweep_events") == "2 old events deleted, and 0 rows of deleted projects"
    assert count(project) == 1


def test_sweep_events__project_gone__nothing_left(send, project, foreign_project):
    send(event("buy"), event("$identify", "ann", properties={"$anon_distinct_id": "a-1"}))
    clickhouse.command(f"ALTER TABLE events DELETE WHERE project_id = {foreign_project.pk}")
    project.delete()

    run("sweep_events")
    assert clickhouse.rows("SELECT count() FROM events FINAL") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_delete_project__events_away__gone_and_its_events_with_the_next_sweep(
    admin, send, project, settings
):
    send(event("buy"))
    reached, settings.EVENTS_URL = settings.EVENTS_URL, AWAY

    url = f"/api/organizations/{project.organization_id}/projects/{project.pk}/"
    assert admin.delete(url).status_code == 204
    assert not Project.objects.exists()

    settings.EVENTS_URL = reached
    run("sweep_events")
    assert clickhouse.rows("SELECT count() FROM events FINAL") == [(0,)]


def test_query__filter_on_a_cohort__refused(client, mini):
    wanted = [{"key": "id", "type": "cohort", "value": 1, "operator": "in"}]
    filtered = metric(source=purchases(**AMOUNT, properties=wanted))
    query = {"kind": "ExperimentQuery", "experiment_id": mini.pk, "metric": filtered}

    response = client.post(f"/api/projects/{mini.project_id}/query/", {"query": query})

    assert_invalid(response, "metric")
    assert "cohorts" in response.json()["detail"]


def test_results__test_accounts_are_a_cohort__refused(client, mini, project):
    project.test_account_filters = [{"type": "cohort", "value": 1, "operator": "not_in"}]
    project.save()

    response = client.get(f"/api/projects/{project.pk}/experiments/{mini.pk}/results/")

    assert_invalid(response, None)
    assert "cohorts" in response.json()["detail"]


def test_export__then_imported_elsewhere__same_events_in_their_order(
    send, project, foreign_project, tmp_path
):
    properties = {
        "text": 'a "b" \\ ü',
        "n": 1.5,
        "big": 10**18,
        "none": None,
        "list": [1, {"x": "y"}],
    }
    send(event("b", "ann", properties=properties), event("a", "bob"), event("c", "ann"))
    first, second = tmp_path / "first", tmp_path / "second"

    assert run("export_events", project.pk, first) == f"3 events are in {first}"
    assert run("import_events", foreign_project.pk, first).startswith("3 events imported, 0 were")
    assert run("import_events", foreign_project.pk, first).startswith("0 events imported, 3 were")
    run("export_events", foreign_project.pk, second)
    assert first.read_bytes() == second.read_bytes()
    assert '"big":1000000000000000000,"none":null' in first.read_text()


def test_event_definitions__captured__listed(client, send, project):
    send(event("buy", properties={"amount": 1}))

    [found] = client.get(f"/api/projects/{project.pk}/event_definitions/").json()["results"]
    assert found["name"] == "buy"


def test_prepare_events__again__nothing_changes(send, project):
    send(event("buy"))

    assert run("prepare_events") == "The tables of events are there"
    assert count(project) == 1
