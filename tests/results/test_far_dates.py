"""Dates at the ends of the calendar, where a local time may lie outside of it."""

import pytest

from tests.results.conftest import FLAG
from tests.results.test_query import exposures

FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
ZONES = ("Pacific/Auckland", "America/New_York")


@pytest.fixture(params=ZONES)
def far_away(request, project):
    project.timezone = request.param
    project.save()
    return project


@pytest.mark.parametrize("dates", [(FIRST, FIRST), (FIRST, LAST), (LAST, LAST)])
def test_exposures__dates_sent_at_the_ends_of_the_calendar__answered(
    client, far_away, unvisited, dates
):
    start, end = dates
    found = exposures(client, far_away, unvisited, start_date=start, end_date=end)

    assert found["total_exposures"] == {"control": 0, "test": 0}


@pytest.mark.parametrize("start", [FIRST, LAST])
def test_timeseries__started_at_an_end_of_the_calendar__answered(client, far_away, start):
    base = f"/api/projects/{far_away.pk}/experiments/"
    body = {"name": "Far", "feature_flag_key": FLAG, "start_date": start}
    created = client.post(base, body).json()
    query = {"metric_uuid": "a", "fingerprint": "b"}

    answer = client.get(f"{base}{created['id']}/timeseries_results/", query)

    assert (answer.status_code, answer.json()["status"]) == (200, "pending")
