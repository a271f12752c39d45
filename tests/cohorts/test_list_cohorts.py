import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.assertions import assert_error, assert_invalid
from tests.cohorts.definitions import behavior


@pytest.fixture
def three(make):
    make(name="Plain")
    make(behavior(), name="Busy")
    make(name="Named", is_static=True, filters=None)


def names(client, url, query=""):
    return [each["name"] for each in client.get(f"{url}{query}").json()["results"]]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Named", "Busy", "Plain"]),
        ("?search=LAI", ["Plain"]),
        ("?type=static", ["Named"]),
        ("?type=dynamic", ["Busy", "Plain"]),
        ("?hide_behavioral_cohorts=true", ["Named", "Plain"]),
        ("?created_by_id=x", []),
        ("?limit=1&offset=1", ["Busy"]),
    ],
)
def test_list_cohorts__asked_for_some__newest_first(client, url, query, found):
    assert names(client, url, query) == found


def test_list_cohorts__by_author__theirs(client, url, make, ada, grace):
    make()
    assert len(names(client, url, f"?created_by_id={ada.pk}")) == 1
    assert names(client, url, f"?created_by_id={grace.pk}") == []


def test_list_cohorts__search_too_long__refused(client, url):
    assert_invalid(client.get(f"{url}?search={'x' * 201}"), "search")


def test_list_cohorts__deleted_one__not_there(client, url, make):
    pk = make()["id"]
    client.patch(f"{url}{pk}/", {"deleted": True})
    assert names(client, url) == []
    assert client.get(f"{url}{pk}/").json()["deleted"] is True


@pytest.mark.usefixtures("_no_response_cache")
def test_list_cohorts__many__as_many_queries_as_for_one(client, url, make):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    make()
    make(is_static=True, filters=None)
    few = queries()
    for _ in range(3):
        make()
        make(is_static=True, filters=None)
    assert queries() == few


def test_delete_cohort__any__is_405(client, url, make):
    assert client.delete(f"{url}{make()['id']}/").status_code == 405


def test_cohort__of_another_project__not_found(outsider, client, url, make, foreign_project):
    pk = make()["id"]
    foreign = f"/api/projects/{foreign_project.pk}/cohorts/{pk}/"
    assert_error(outsider.get(foreign), 404, "not_found")
    assert_error(outsider.patch(foreign, {"name": "x"}), 404, "not_found")


def test_list__basic__leaves_out_what_pickers_need_not(client, url, make):
    made = make()
    [shown] = client.get(url, {"basic": "true"}).json()["results"]
    assert made.keys() - shown.keys() == {"query", "groups", "experiment_set"}
    assert shown["filters"] == made["filters"]
