import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(project):
    return f"/api/projects/{project.pk}/experiment_holdouts/"


def test_list_holdouts__two__shown_newest_first(client, project, ada):
    older = factories.make_holdout(project, ada, 5, name="Older")
    newer = factories.make_holdout(project, ada, 10, name="Newer", description="Kept out")

    response = client.get(_url(project))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert (body["count"], body["next"], body["previous"]) == (2, None, None)
    assert [row["id"] for row in body["results"]] == [newer.pk, older.pk]
    row = body["results"][0]
    assert (row["name"], row["description"]) == ("Newer", "Kept out")
    assert row["filters"] == [
        {"properties": [], "rollout_percentage": 10, "variant": f"holdout-{newer.pk}"}
    ]
    assert row["created_by"]["email"] == ada.email


def test_list_holdouts__made_at_the_same_moment__latest_id_first(
    client, project, ada, time_machine
):
    time_machine.move_to("2026-03-02T09:15:00Z", tick=False)
    first, second = (factories.make_holdout(project, ada) for _ in range(2))

    response = client.get(_url(project))

    assert [row["id"] for row in response.json()["results"]] == [second.pk, first.pk]


def test_list_holdouts__none__empty_page(client, project):
    response = client.get(_url(project))

    assert response.status_code == 200
    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_list_holdouts__of_another_project__not_shown(client, project, foreign_project, mallory):
    factories.make_holdout(foreign_project, mallory)

    response = client.get(_url(project))

    assert response.json()["count"] == 0


def test_list_holdouts__creator_deleted__created_by_is_null(client, project, grace):
    factories.make_holdout(project, grace)
    grace.delete()

    response = client.get(_url(project))

    assert response.json()["results"][0]["created_by"] is None


def test_list_holdouts__limit_and_offset__one_page_with_its_neighbours(client, project, ada):
    holdouts = [factories.make_holdout(project, ada) for _ in range(3)]

    body = client.get(_url(project), {"limit": 1, "offset": 1}).json()

    assert [row["id"] for row in body["results"]] == [holdouts[1].pk]
    assert body["count"] == 3
    assert body["next"] == f"http://testserver{_url(project)}?limit=1&offset=2"
    assert body["previous"] == f"http://testserver{_url(project)}?limit=1"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"limit": "0"}, id="zero"),
        pytest.param({"limit": "-1", "offset": "-1"}, id="negative"),
        pytest.param({"limit": "x", "offset": "x"}, id="text"),
        pytest.param({"limit": str(2**70)}, id="huge_limit"),
        pytest.param({"search": "nothing", "ordering": "name"}, id="unknown_parameter"),
    ],
)
def test_list_holdouts__odd_query__ignored(client, project, holdout, query):
    response = client.get(_url(project), query)

    assert response.status_code == 200
    assert [row["id"] for row in response.json()["results"]] == [holdout.pk]


def test_list_holdouts__offset_beyond_64_bits__empty_page(client, project, holdout):
    response = client.get(_url(project), {"offset": str(2**70)})

    assert response.status_code == 200
    assert (response.json()["count"], response.json()["results"]) == (1, [])


@pytest.mark.usefixtures("_no_response_cache")
def test_list_holdouts__one_or_five__same_number_of_queries(client, project, ada):
    factories.make_holdout(project, ada)
    client.get(_url(project))
    with CaptureQueriesContext(connection) as with_one:
        client.get(_url(project))

    for _ in range(4):
        factories.make_holdout(project, ada)
    with CaptureQueriesContext(connection) as with_five:
        response = client.get(_url(project))

    assert len(response.json()["results"]) == 5
    assert len(with_five) == len(with_one)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/projects/{}/experiment_holdouts", id="no_slash"),
        pytest.param("/api/environments/{}/experiment_holdouts/", id="environments"),
        pytest.param("/api/projects/@current/experiment_holdouts/", id="current"),
    ],
)
def test_list_holdouts__other_spelling_of_the_path__same_answer(client, project, holdout, path):
    response = client.get(path.format(project.pk))

    assert response.json() == client.get(_url(project)).json()
    assert response.json()["count"] == 1


def test_list_holdouts__key_that_may_only_read__allowed(reader, project, holdout):
    response = reader.get(_url(project))

    assert response.json()["count"] == 1


def test_list_holdouts__key_that_may_write__may_read(grace, project, holdout):
    writer = DocumentedClient(factories.make_key(grace, "experiment:write"))

    response = writer.get(_url(project))

    assert response.json()["count"] == 1


def test_list_holdouts__no_key__not_authenticated(anonymous, project):
    response = anonymous.get(_url(project))

    assert_error(response, 401, "not_authenticated")


def test_list_holdouts__key_without_the_scope__forbidden(grace, project):
    stranger = DocumentedClient(factories.make_key(grace, "experiment_saved_metric:read"))

    response = stranger.get(_url(project))

    assert_error(response, 403, "permission_denied")


def test_list_holdouts__not_a_member__forbidden(outsider, project):
    response = outsider.get(_url(project))

    assert_error(response, 403, "permission_denied")


@in_one_test("reference", ["0", "999999", "abc", str(2**70)])
def test_list_holdouts__unknown_project__not_found(client, reference):
    response = client.get(f"/api/projects/{reference}/experiment_holdouts/")

    assert_error(response, 404, "not_found")
