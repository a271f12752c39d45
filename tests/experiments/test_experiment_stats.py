from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.experiments.paths import collection

# In Auckland it is already the 16th of June.
NOW = datetime(2026, 6, 15, 12, 15, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING = {
    "launched_last_30d": 0,
    "launched_previous_30d": 0,
    "percent_change": 0.0,
    "active_experiments": 0,
    "completed_last_30d": 0,
}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


def url(project) -> str:
    return f"{collection(project)}stats/"


def launched(project, actor, *ages, **values) -> None:
    for age in ages:
        factories.make_experiment(project, actor, start_date=NOW - age, **values)


def test_stats__experiments_of_all_ages__counted(client, project, ada):
    factories.make_experiment(project, ada)
    launched(project, ada, 1 * DAY)
    launched(project, ada, 35 * DAY, 40 * DAY, end_date=NOW - 2 * DAY)
    launched(project, ada, 50 * DAY, end_date=NOW - 45 * DAY)
    launched(project, ada, 90 * DAY)

    response = client.get(url(project))

    assert response.status_code == 200
    assert list(response.json()) == list(NOTHING)
    assert response.json() == {
        "launched_last_30d": 1,
        "launched_previous_30d": 3,
        "percent_change": -66.7,
        "active_experiments": 2,
        "completed_last_30d": 2,
    }


def test_stats__no_experiments__zeros(client, project):
    assert client.get(url(project)).json() == NOTHING


@pytest.mark.parametrize(
    ("last", "previous", "change"),
    [(1, 0, 100.0), (2, 2, 0.0), (3, 1, 200.0), (0, 2, -100.0), (4, 3, 33.3)],
)
def test_stats__launches_then_and_now__percent_change(client, project, ada, last, previous, change):
    launched(project, ada, *[DAY] * last, *[40 * DAY] * previous)

    assert client.get(url(project)).json()["percent_change"] == change


@pytest.mark.parametrize(
    ("start", "last", "previous"),
    [
        ("2026-06-15T23:59:59Z", 1, 0),
        ("2026-06-16T00:00:00Z", 0, 0),
        ("2026-05-16T00:00:00Z", 1, 0),
        ("2026-05-15T23:59:59Z", 0, 1),
        ("2026-04-16T00:00:00Z", 0, 1),
        ("2026-04-15T23:59:59Z", 0, 0),
    ],
)
def test_stats__launched_at_midnight__counted_with_the_day(
    client, project, ada, start, last, previous
):
    factories.make_experiment(project, ada, start_date=datetime.fromisoformat(start))

    found = client.get(url(project)).json()

    assert (found["launched_last_30d"], found["launched_previous_30d"]) == (last, previous)


@pytest.mark.parametrize(
    ("end", "completed"),
    [
        ("2026-06-15T23:59:59Z", 1),
        ("2026-06-16T00:00:00Z", 0),
        ("2026-05-16T00:00:00Z", 1),
        ("2026-05-15T23:59:59Z", 0),
    ],
)
def test_stats__ended_at_midnight__counted_with_the_day(client, project, ada, end, completed):
    dates = {"start_date": NOW - 90 * DAY, "end_date": datetime.fromisoformat(end)}
    factories.make_experiment(project, ada, **dates)

    found = client.get(url(project)).json()

    assert (found["completed_last_30d"], found["active_experiments"]) == (completed, 0)


@pytest.mark.parametrize(
    ("zone", "first_moment"),
    [
        # The midnight 30 days before today: in Auckland of the 17th, elsewhere of the 16th of May.
        ("Pacific/Auckland", "2026-05-16T12:00:00Z"),
        ("America/New_York", "2026-05-16T04:00:00Z"),
        ("UTC", "2026-05-16T00:00:00Z"),
        ("Mars/Olympus_Mons", "2026-05-16T00:00:00Z"),
        ("../etc/passwd", "2026-05-16T00:00:00Z"),
        ("", "2026-05-16T00:00:00Z"),
    ],
)
def test_stats__time_zone_of_the_project__its_days(client, project, ada, zone, first_moment):
    project.timezone = zone
    project.save()
    moment = datetime.fromisoformat(first_moment)
    launched(project, ada, NOW - moment, NOW - moment + timedelta(microseconds=1))

    found = client.get(url(project)).json()

    assert (found["launched_last_30d"], found["launched_previous_30d"]) == (1, 1)


@pytest.mark.parametrize(("minutes", "previous"), [(0, 1), (1, 0)])
def test_stats__clocks_changed_meanwhile__midnight_of_its_time(
    client, project, ada, time_machine, minutes, previous
):
    project.timezone = "Europe/Berlin"
    project.save()
    time_machine.move_to("2026-05-15T12:00:00Z", tick=False)
    # Sixty days before, Berlin still had winter time.
    midnight = datetime(2026, 3, 15, 23, tzinfo=UTC)
    launched(project, ada, NOW - midnight + timedelta(minutes=minutes))

    assert client.get(url(project)).json()["launched_previous_30d"] == previous


@pytest.mark.parametrize(
    "values", [{"archived": True, "end_date": NOW}, {"deleted": True}], ids=["archived", "deleted"]
)
def test_stats__put_away__not_counted(client, project, ada, values):
    launched(project, ada, DAY, **values)

    assert client.get(url(project)).json() == NOTHING


def test_stats__of_another_project__not_counted(client, project, foreign_project, mallory):
    launched(foreign_project, mallory, DAY)

    assert client.get(url(project)).json() == NOTHING


def test_stats__paused__active(client, project, ada):
    flag = factories.make_flag(project, "paused", active=False)
    launched(project, ada, DAY, feature_flag_key=flag.key)

    assert client.get(url(project)).json()["active_experiments"] == 1


@pytest.mark.parametrize("prefix", ["projects", "environments"])
@pytest.mark.parametrize("end", ["/", ""])
def test_stats__other_spelling_of_the_path__same_answer(reader, project, prefix, end):
    response = reader.get(f"/api/{prefix}/{project.pk}/experiments/stats{end}")

    assert response.json() == NOTHING


@pytest.mark.usefixtures("_no_response_cache")
def test_stats__more_rows__no_more_queries(client, project, ada):
    launched(project, ada, DAY)
    client.get(url(project))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url(project))

    launched(project, ada, *[DAY] * 4)
    with CaptureQueriesContext(connection) as for_five:
        response = client.get(url(project))

    assert response.json()["launched_last_30d"] == 5
    assert len(for_five) == len(for_one)
    assert sum("experiments_experiment" in query["sql"] for query in for_five) == 1


def test_stats__no_key__refused(anonymous, project):
    assert_error(anonymous.get(url(project)), 401, "not_authenticated")


def test_stats__key_without_the_scope__refused(grace, project):
    client = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert_error(client.get(url(project)), 403, "permission_denied")


def test_stats__foreign_project__refused(outsider, project):
    assert_error(outsider.get(url(project)), 403, "permission_denied")


def test_stats__unknown_project__not_found(client):
    assert_error(client.get(url(987654)), 404, "not_found")
