from urllib.parse import parse_qs, urlsplit

import pytest

from tests import factories
from tests.activity.history import RESOURCES, entries, of_all
from tests.assertions import assert_error
from tests.looping import in_one_test

SUBJECTS = {
    "experiments": "Experiment",
    "experiment_holdouts": "ExperimentHoldout",
    "experiment_saved_metrics": "ExperimentSavedMetric",
}
every_resource = pytest.mark.parametrize("resource", RESOURCES.values())


@pytest.fixture
def holdouts(project, ada):
    return [factories.make_holdout(project, ada, name=f"Holdout {n}") for n in range(5)]


def url(project):
    return of_all(project, "experiment_holdouts")


def names(response):
    assert response.status_code == 200, response.content
    return [row["detail"]["name"].removeprefix("Holdout ") for row in response.json()["results"]]


def query(link):
    return parse_qs(urlsplit(link).query)


@every_resource
@pytest.mark.usefixtures("experiment", "holdout", "saved_metric")
def test_all_activity__one_of_each_resource__only_its_own(historian, project, resource):
    response = historian.get(of_all(project, resource))

    assert response.status_code == 200
    assert list(response.json()) == ["results", "next", "previous", "total_count"]
    (row,) = response.json()["results"]
    (entry,) = entries(project, SUBJECTS[resource])
    assert list(row.items()) == [
        ("id", str(entry.pk)),
        ("user", {"first_name": "", "email": "ada@example.com"}),
        ("activity", "created"),
        ("scope", "Experiment"),
        ("item_id", entry.item_id),
        ("detail", entry.detail),
        ("created_at", row["created_at"]),
    ]
    assert list(row["detail"]) == ["changes", "trigger", "name", "short_id", "type"]
    assert response.json() | {"results": []} == {
        "results": [],
        "next": None,
        "previous": None,
        "total_count": 1,
    }


@every_resource
def test_all_activity__nothing_happened__empty(historian, project, resource):
    response = historian.get(of_all(project, resource))

    assert response.json() == {"results": [], "next": None, "previous": None, "total_count": 0}


def test_all_activity__deleted_since__still_there(historian, client, project, holdout):
    client.delete(f"/api/projects/{project.pk}/experiment_holdouts/{holdout.pk}/")

    rows = historian.get(url(project)).json()["results"]

    assert [row["activity"] for row in rows] == ["deleted", "created"]


@pytest.mark.usefixtures("holdouts")
def test_all_activity__in_the_middle__links_both_ways(historian, project):
    response = historian.get(f"{url(project)}?limit=2&page=2")

    assert names(response) == ["2", "1"]
    assert response.json()["total_count"] == 5
    following, previous = response.json()["next"], response.json()["previous"]
    assert (query(following), query(previous)) == (
        {"limit": ["2"], "page": ["3"]},
        {"limit": ["2"], "page": ["1"]},
    )
    assert following.startswith(f"http://testserver{url(project)}?")
    assert names(historian.get(following)) == ["0"]
    assert names(historian.get(previous)) == ["4", "3"]


def test_all_activity__no_parameters__ten_on_a_page(historian, project, ada):
    for number in range(11):
        factories.make_holdout(project, ada, name=f"Holdout {number}")

    response = historian.get(url(project))

    assert names(response) == [str(number) for number in range(10, 0, -1)]
    assert query(response.json()["next"]) == {"limit": ["10"], "page": ["2"]}
    assert response.json()["previous"] is None


@pytest.mark.parametrize("limit", ["", "0", "-1", "x", "1.5", "9" * 5000])
@pytest.mark.usefixtures("holdouts")
def test_all_activity__limit_that_is_none__default(historian, project, limit):
    response = historian.get(f"{url(project)}?limit={limit}")

    assert names(response) == ["4", "3", "2", "1", "0"]


@pytest.mark.usefixtures("holdouts")
def test_all_activity__limit_beyond_all_numbers__all(historian, project):
    assert len(names(historian.get(f"{url(project)}?limit={'9' * 100}"))) == 5


@in_one_test("page", ["2", "0", "-1", "x", "1.5", "9" * 100, "9" * 5000])
@pytest.mark.usefixtures("holdouts")
def test_all_activity__no_such_page__not_found(historian, project, page):
    assert_error(historian.get(f"{url(project)}?page={page}"), 404, "not_found")


@pytest.mark.usefixtures("holdout")
def test_all_activity__environments__same_entries(historian, project):
    alias = url(project).replace("/projects/", "/environments/")

    assert historian.get(alias).json() == historian.get(url(project)).json()


def test_all_activity__another_projects_entries__not_seen(
    historian, project, foreign_project, mallory
):
    factories.make_holdout(foreign_project, mallory)

    assert historian.get(url(project)).json()["total_count"] == 0


@pytest.mark.usefixtures("_no_response_cache")
@every_resource
def test_all_activity__more_rows__same_queries(
    historian, project, ada, resource, django_assert_num_queries
):
    make = {
        "experiments": factories.make_experiment,
        "experiment_holdouts": factories.make_holdout,
        "experiment_saved_metrics": factories.make_saved_metric,
    }[resource]
    make(project, ada)
    historian.get(url(project))  # the first use of a key is noted
    with django_assert_num_queries(3):
        historian.get(of_all(project, resource))
    for _ in range(4):
        make(project, ada)
    with django_assert_num_queries(3):
        historian.get(of_all(project, resource))


def test_all_activity__no_key__not_authenticated(anonymous, project):
    assert_error(anonymous.get(url(project)), 401, "not_authenticated")


@every_resource
def test_all_activity__key_that_may_write_the_resource__forbidden(writer, project, resource):
    assert_error(writer.get(of_all(project, resource)), 403, "permission_denied")


def test_all_activity__not_a_member__forbidden(outsider, project):
    assert_error(outsider.get(url(project)), 403, "permission_denied")


def test_all_activity__unknown_project__not_found(historian):
    response = historian.get("/api/projects/999999/experiment_holdouts/activity/")

    assert_error(response, 404, "not_found")
