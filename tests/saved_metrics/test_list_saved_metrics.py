import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from saved_metrics.listing import MAX_WORDS
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(project):
    return f"/api/projects/{project.pk}/experiment_saved_metrics/"


LEGACY = {
    "kind": "ExperimentTrendsQuery",
    "count_query": {"series": [{"kind": "EventsNode", "event": "old event"}]},
}


def _about(action):
    source = {"kind": "ActionsNode", "id": action.pk}
    return factories.MEAN_METRIC | {"source": source}


def test_list_saved_metrics__three__shown_by_name_whatever_its_case(client, project, ada):
    for name in ("zebra", "Beta", "alpha"):
        factories.make_saved_metric(project, ada, name=name, tags=["north-star"])

    response = client.get(_url(project))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert [row["name"] for row in body["results"]] == ["alpha", "Beta", "zebra"]
    row = body["results"][0]
    assert row["query"] == factories.MEAN_METRIC | {"uuid": row["query"]["uuid"]}
    assert (row["tags"], row["user_access_level"]) == (["north-star"], "manager")
    assert row["created_by"]["email"] == ada.email


def test_list_saved_metrics__same_name__oldest_first(client, project, ada):
    metrics = [factories.make_saved_metric(project, ada) for _ in range(3)]

    response = client.get(_url(project))

    assert [row["id"] for row in response.json()["results"]] == [metric.pk for metric in metrics]


def test_list_saved_metrics__none__empty_page(client, project):
    response = client.get(_url(project))

    assert response.status_code == 200
    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_list_saved_metrics__of_another_project__not_shown(
    client, project, foreign_project, mallory
):
    factories.make_saved_metric(foreign_project, mallory)

    response = client.get(_url(project))

    assert response.json()["count"] == 0


def test_list_saved_metrics__limit_and_offset__one_page_with_its_neighbours(client, project, ada):
    metrics = [factories.make_saved_metric(project, ada) for _ in range(3)]

    body = client.get(_url(project), {"limit": 1, "offset": 1}).json()

    assert [row["id"] for row in body["results"]] == [metrics[1].pk]
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
        pytest.param({"colour": "red"}, id="unknown_parameter"),
    ],
)
def test_list_saved_metrics__odd_query__ignored(client, project, saved_metric, query):
    response = client.get(_url(project), query)

    assert response.status_code == 200
    assert [row["id"] for row in response.json()["results"]] == [saved_metric.pk]


def test_list_saved_metrics__too_many_words__refused(client, project):
    words = " ".join(map(str, range(MAX_WORDS + 1)))

    assert_invalid(client.get(_url(project), {"search": words}), "search")


@pytest.fixture
def three(project, ada):
    signups = factories.FUNNEL_METRIC | {"name": "event"}
    factories.make_saved_metric(project, ada, name="Umsätze", tags=["Größe", "50%"])
    factories.make_saved_metric(project, ada, name="Signups", query=signups, description="Straße")
    factories.make_saved_metric(project, ada, name="Old", query=LEGACY)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"event": "$pageview"}, ["Umsätze"]),
        ({"event": "signed up"}, ["Signups"]),
        ({"event": "old event"}, ["Old"]),
        ({"event": "signed"}, []),
        ({"event": "Signed Up"}, []),
        ({"event": "\x00"}, []),
        ({"event": ""}, ["Old", "Signups", "Umsätze"]),
        ({"search": "umsÄTZ"}, ["Umsätze"]),
        ({"search": "STRASSE"}, ["Signups"]),
        ({"search": "GRÖSSE"}, ["Umsätze"]),
        ({"search": "grosse"}, []),
        ({"search": "%"}, ["Umsätze"]),
        ({"search": "_"}, []),
        ({"search": "\x00"}, []),
        ({"search": "old", "event": "old event"}, ["Old"]),
        ({"search": "old", "event": "$pageview"}, []),
        ({"search": "größe  ums"}, ["Umsätze"]),
        ({"search": "straße,sign"}, ["Signups"]),
        ({"search": "straße ums"}, []),
        ({"search": "  "}, ["Old", "Signups", "Umsätze"]),
    ],
    ids=str,
)
@pytest.mark.usefixtures("three")
def test_list_saved_metrics__event_or_search__those_that_have_it(client, project, query, names):
    response = client.get(_url(project), query)

    assert [row["name"] for row in response.json()["results"]] == names
    assert response.json()["count"] == len(names)


@pytest.mark.usefixtures("_no_response_cache")
def test_list_saved_metrics__one_or_five__same_number_of_queries(client, project, ada):
    actions = [Action.objects.create(project=project, name=name) for name in "ABCDE"]
    factories.make_saved_metric(project, ada, query=_about(actions[0]))
    client.get(_url(project))
    with CaptureQueriesContext(connection) as with_one:
        client.get(_url(project))

    for action in actions[1:]:
        factories.make_saved_metric(project, ada, query=_about(action))
    with CaptureQueriesContext(connection) as with_five:
        response = client.get(_url(project))

    results = response.json()["results"]
    assert [row["query"]["source"]["name"] for row in results] == list("ABCDE")
    assert len(with_five) == len(with_one)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/projects/{}/experiment_saved_metrics", id="no_slash"),
        pytest.param("/api/environments/{}/experiment_saved_metrics/", id="environments"),
        pytest.param("/api/projects/@current/experiment_saved_metrics/", id="current"),
    ],
)
def test_list_saved_metrics__other_spelling_of_the_path__same(client, project, saved_metric, path):
    response = client.get(path.format(project.pk))

    assert response.json() == client.get(_url(project)).json()
    assert response.json()["count"] == 1


def test_list_saved_metrics__key_that_may_only_read__allowed(reader, project, saved_metric):
    response = reader.get(_url(project))

    assert [row["user_access_level"] for row in response.json()["results"]] == ["editor"]


def test_list_saved_metrics__key_that_may_write__may_read(grace, project, saved_metric):
    writer = DocumentedClient(factories.make_key(grace, "experiment_saved_metric:write"))

    response = writer.get(_url(project))

    assert response.json()["count"] == 1


def test_list_saved_metrics__no_key__not_authenticated(anonymous, project):
    response = anonymous.get(_url(project))

    assert_error(response, 401, "not_authenticated")


def test_list_saved_metrics__key_for_experiments_only__forbidden(grace, project):
    stranger = DocumentedClient(factories.make_key(grace, "experiment:write"))

    response = stranger.get(_url(project))

    assert_error(response, 403, "permission_denied")


def test_list_saved_metrics__not_a_member__forbidden(outsider, project):
    response = outsider.get(_url(project))

    assert_error(response, 403, "permission_denied")


@in_one_test("reference", ["0", "999999", "abc", str(2**70)])
def test_list_saved_metrics__unknown_project__not_found(client, reference):
    response = client.get(f"/api/projects/{reference}/experiment_saved_metrics/")

    assert_error(response, 404, "not_found")
