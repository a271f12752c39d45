from uuid import UUID

import pytest

from actions.models import Action
from saved_metrics.models import SavedMetric
from tests.assertions import assert_error, assert_invalid
from tests.factories import FUNNEL_METRIC, MEAN_METRIC, make_saved_metric
from tests.looping import in_one_test

ORDERS = {"kind": "EventsNode", "event": "order completed"}
PAGEVIEW = {"kind": "EventsNode", "event": "$pageview"}
METRIC = {"kind": "ExperimentMetric"}
RATIO = METRIC | {"metric_type": "ratio", "numerator": ORDERS, "denominator": PAGEVIEW}
RETENTION = METRIC | {
    "metric_type": "retention",
    "start_event": PAGEVIEW,
    "completion_event": ORDERS,
    "retention_window_start": 1,
    "retention_window_end": 7,
    "retention_window_unit": "day",
    "start_handling": "first_seen",
}
TRENDS = {"kind": "ExperimentTrendsQuery", "count_query": {"series": [PAGEVIEW]}}
FUNNELS = {"kind": "ExperimentFunnelsQuery", "funnels_query": {"series": [PAGEVIEW, ORDERS]}}


def _url(project):
    return f"/api/projects/{project.pk}/experiment_saved_metrics/"


def _values(**values):
    return {"name": "Revenue", "query": MEAN_METRIC} | values


def test_create_saved_metric__every_field__stored_and_shown(client, project, ada):
    sent = _values(description="Sum of order value", tags=["Revenue", "north-star"])

    response = client.post(_url(project), sent)

    assert response.status_code == 201
    metric = SavedMetric.objects.get()
    assert (metric.project, metric.created_by) == (project, ada)
    assert (metric.name, metric.description) == ("Revenue", "Sum of order value")
    assert metric.query == MEAN_METRIC | {"uuid": metric.query["uuid"]}
    assert UUID(metric.query["uuid"]).version == 4
    assert set(metric.tags) == {"revenue", "north-star"}
    assert metric.updated_at == metric.created_at
    body = response.json()
    assert list(body) == [
        *("id", "name", "description", "query", "created_by"),
        *("created_at", "updated_at", "tags", "user_access_level"),
    ]
    assert (body["id"], body["name"]) == (metric.pk, "Revenue")
    assert (body["query"], body["tags"]) == (metric.query, metric.tags)
    assert (body["created_by"]["id"], body["user_access_level"]) == (ada.pk, "manager")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(FUNNEL_METRIC, id="funnel"),
        pytest.param(FUNNEL_METRIC | {"series": []}, id="funnel_without_steps"),
        pytest.param(RATIO, id="ratio"),
        pytest.param(RETENTION, id="retention"),
        pytest.param(TRENDS, id="legacy_trends"),
        pytest.param(FUNNELS, id="legacy_funnels"),
        pytest.param(MEAN_METRIC | {"goal": None, "version": "14"}, id="not_coerced"),
    ],
)
def test_create_saved_metric__any_kind__kept_as_sent_with_a_uuid(client, project, query):
    response = client.post(_url(project), _values(query=query))

    assert response.status_code == 201
    stored = SavedMetric.objects.get().query
    assert UUID(stored["uuid"])
    assert stored == query | {"uuid": stored["uuid"]}
    assert response.json()["query"] == stored


def test_create_saved_metric__uuid_sent__kept(client, project):
    response = client.post(_url(project), _values(query=MEAN_METRIC | {"uuid": "my own"}))

    assert response.json()["query"]["uuid"] == "my own"


@pytest.mark.parametrize("uuid", [None, ""])
def test_create_saved_metric__empty_uuid__made(client, project, uuid):
    response = client.post(_url(project), _values(query=MEAN_METRIC | {"uuid": uuid}))

    assert UUID(response.json()["query"]["uuid"])


def test_create_saved_metric__uuid_of_another_one__made_anew(client, project, saved_metric):
    taken = saved_metric.query["uuid"]

    response = client.post(_url(project), _values(query=MEAN_METRIC | {"uuid": taken}))

    assert response.status_code == 201
    assert response.json()["query"]["uuid"] != taken
    assert UUID(response.json()["query"]["uuid"])


def test_create_saved_metric__uuid_of_another_project__kept(
    client, project, foreign_project, mallory
):
    query = MEAN_METRIC | {"uuid": "same"}
    make_saved_metric(foreign_project, mallory, query=query)

    response = client.post(_url(project), _values(query=query))

    assert response.json()["query"]["uuid"] == "same"


PLACES = {
    "mean": lambda node: MEAN_METRIC | {"source": node},
    "funnel": lambda node: FUNNEL_METRIC | {"series": [PAGEVIEW, node]},
    "ratio": lambda node: RATIO | {"denominator": node},
    "retention": lambda node: RETENTION | {"start_event": node},
    "trends": lambda node: TRENDS | {"count_query": {"series": [node]}},
    "exposures": lambda node: TRENDS | {"exposure_query": {"series": [node]}},
    "funnels": lambda node: FUNNELS | {"funnels_query": {"series": [node]}},
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_create_saved_metric__own_action__accepted(client, project, place):
    action = Action.objects.create(project=project, name="Paid")

    response = client.post(
        _url(project), _values(query=place({"kind": "ActionsNode", "id": action.pk}))
    )

    assert response.status_code == 201


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("case", ["foreign", "deleted", "unknown"])
def test_create_saved_metric__no_action_of_the_project__refused(
    client, project, foreign_project, place, case
):
    foreign = Action.objects.create(project=foreign_project, name="Paid")
    deleted = Action.objects.create(project=project, name="Paid", deleted=True)
    action_id = {"foreign": foreign.pk, "deleted": deleted.pk, "unknown": 987654}[case]

    response = client.post(
        _url(project), _values(query=place({"kind": "ActionsNode", "id": str(action_id)}))
    )

    assert_invalid(response, None)
    assert str(action_id) in response.json()["detail"]
    assert not SavedMetric.objects.exists()


def test_create_saved_metric__nothing_optional__null_and_empty(client, project):
    body = client.post(_url(project), _values()).json()

    assert (body["description"], body["tags"]) == (None, [])


def test_create_saved_metric__untidy_tags__tidied(client, project):
    tags = ["  Revenue ", "revenue", "REVENUE", "", "  ", "a b"]

    body = client.post(_url(project), _values(tags=tags)).json()

    assert sorted(body["tags"]) == ["a b", "revenue"]


def test_create_saved_metric__name_taken__accepted(client, project, saved_metric):
    response = client.post(_url(project), _values(name=saved_metric.name))

    assert response.status_code == 201
    assert SavedMetric.objects.filter(name=saved_metric.name).count() == 2


def test_create_saved_metric__no_trailing_slash__created(client, project):
    response = client.post(_url(project).rstrip("/"), _values(name="  Revenue "))

    assert response.status_code == 201
    assert response.json()["name"] == "Revenue"


def test_create_saved_metric__read_only_and_unknown_fields__ignored(client, project, ada, grace):
    sent = {
        "id": 4711,
        "created_by": grace.pk,
        "created_at": "2001-01-01T00:00:00Z",
        "updated_at": None,
        "user_access_level": "none",
        "metadata": {"migrated": True},
    }

    response = client.post(_url(project), _values(**sent))

    assert response.status_code == 201
    metric = SavedMetric.objects.get()
    assert metric.created_by == ada
    assert metric.pk != 4711
    assert metric.created_at.year > 2001
    assert response.json()["user_access_level"] == "manager"


@in_one_test(
    ("values", "attr", "code"),
    [
        pytest.param({"query": {}}, "name", "required", id="name_required"),
        pytest.param({"name": None, "query": {}}, "name", "null", id="name_null"),
        pytest.param({"name": "", "query": None}, "name", "blank", id="name_before_query"),
        pytest.param({"name": "x" * 401}, "name", "max_length", id="name_max_length"),
        pytest.param(
            {"name": "x", "description": "x" * 401}, "description", "max_length", id="description"
        ),
        pytest.param({"name": "x"}, "query", "required", id="query_required"),
        pytest.param({"name": "x", "query": None}, "query", "null", id="query_null"),
        pytest.param(_values(tags=None, query={}), "tags", "null", id="tags_before_the_rules"),
        pytest.param(_values(tags="a"), "tags", "not_a_list", id="tags_not_a_list"),
        pytest.param(_values(query={}), None, "invalid_input", id="query_empty"),
    ],
)
def test_create_saved_metric__invalid__refused(client, project, values, attr, code):
    response = client.post(_url(project), values)

    assert_invalid(response, attr, code)
    assert not SavedMetric.objects.exists()


def test_create_saved_metric__no_key__not_authenticated(anonymous, project):
    response = anonymous.post(_url(project), _values())

    assert_error(response, 401, "not_authenticated")
    assert not SavedMetric.objects.exists()


def test_create_saved_metric__key_that_may_only_read__forbidden(reader, project):
    response = reader.post(_url(project), _values())

    assert_error(response, 403, "permission_denied")
    assert not SavedMetric.objects.exists()


def test_create_saved_metric__not_a_member__forbidden(outsider, project):
    response = outsider.post(_url(project), _values())

    assert_error(response, 403, "permission_denied")
    assert not SavedMetric.objects.exists()


def test_create_saved_metric__project_of_others__forbidden(client, foreign_project):
    response = client.post(_url(foreign_project), _values())

    assert_error(response, 403, "permission_denied")
    assert not SavedMetric.objects.exists()


def test_create_saved_metric__unknown_project__not_found(client):
    response = client.post("/api/projects/999999/experiment_saved_metrics/", _values())

    assert_error(response, 404, "not_found")
