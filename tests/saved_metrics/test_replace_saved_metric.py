import pytest

from saved_metrics.models import SavedMetric
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.factories import FUNNEL_METRIC
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_saved_metrics/{reference}/"


def _values(**values):
    return {"name": "Signups", "query": FUNNEL_METRIC} | values


def test_replace_saved_metric__every_field__stored_and_shown(client, project, saved_metric):
    uuid, before = saved_metric.query["uuid"], saved_metric.updated_at

    response = client.put(
        _url(project, saved_metric.pk), _values(description="New people", tags=["Growth"])
    )

    assert response.status_code == 200
    saved_metric.refresh_from_db()
    assert (saved_metric.name, saved_metric.description) == ("Signups", "New people")
    assert saved_metric.query == FUNNEL_METRIC | {"uuid": uuid}
    assert saved_metric.tags == ["growth"]
    assert saved_metric.updated_at > before
    body = response.json()
    assert (body["id"], body["name"]) == (saved_metric.pk, "Signups")
    assert (body["query"], body["tags"]) == (saved_metric.query, ["growth"])


def test_replace_saved_metric__required_fields_only__the_rest_stays(client, project, ada):
    metric = factories.make_saved_metric(project, ada, description="Sum", tags=["a"])

    response = client.put(_url(project, metric.pk), _values())

    assert response.status_code == 200
    metric.refresh_from_db()
    assert (metric.name, metric.description, metric.tags) == ("Signups", "Sum", ["a"])


def test_replace_saved_metric__what_was_read__accepted(client, project, saved_metric):
    before = client.get(_url(project, saved_metric.pk)).json()

    after = client.put(_url(project, saved_metric.pk), before).json()

    assert after == before | {"updated_at": after["updated_at"]}


@in_one_test(
    ("values", "attr", "code"),
    [
        pytest.param({"query": FUNNEL_METRIC}, "name", "required", id="name_required"),
        pytest.param(_values(name=None), "name", "null", id="name_null"),
        pytest.param(_values(name=""), "name", "blank", id="name_blank"),
        pytest.param({"name": "x"}, "query", "required", id="query_required"),
        pytest.param(_values(query=None), "query", "null", id="query_null"),
        pytest.param(_values(query={}), None, "invalid_input", id="query_empty"),
        pytest.param(
            *(_values(query=FUNNEL_METRIC | {"uuid": "other"}), None, "invalid_input"),
            id="other_uuid",
        ),
        pytest.param(_values(tags=None), "tags", "null", id="tags_null"),
    ],
)
def test_replace_saved_metric__invalid__refused_whole(
    client, project, saved_metric, values, attr, code
):
    before = client.get(_url(project, saved_metric.pk)).json()

    response = client.put(_url(project, saved_metric.pk), values)

    assert_invalid(response, attr, code)
    assert client.get(_url(project, saved_metric.pk)).json() == before


def test_replace_saved_metric__no_key__not_authenticated(anonymous, project, saved_metric):
    response = anonymous.put(_url(project, saved_metric.pk), _values())

    assert_error(response, 401, "not_authenticated")


def test_replace_saved_metric__key_that_may_only_read__forbidden(reader, project, saved_metric):
    response = reader.put(_url(project, saved_metric.pk), _values())

    assert_error(response, 403, "permission_denied")
    assert SavedMetric.objects.get().name == "Revenue"


def test_replace_saved_metric__not_a_member__forbidden(outsider, project, saved_metric):
    response = outsider.put(_url(project, saved_metric.pk), _values())

    assert_error(response, 403, "permission_denied")
    assert SavedMetric.objects.get().name == "Revenue"


def test_replace_saved_metric__unknown_project__not_found(client, saved_metric):
    url = f"/api/projects/999999/experiment_saved_metrics/{saved_metric.pk}/"

    response = client.put(url, _values())

    assert_error(response, 404, "not_found")


@in_one_test("reference", ["999999", "9999999999999999999", "abc"])
def test_replace_saved_metric__unknown_id__not_found(client, project, saved_metric, reference):
    response = client.put(_url(project, reference), _values())

    assert_error(response, 404, "not_found")


def test_replace_saved_metric__of_another_project__not_found(
    client, project, foreign_project, mallory
):
    foreign = factories.make_saved_metric(foreign_project, mallory)

    response = client.put(_url(project, foreign.pk), _values())

    assert_error(response, 404, "not_found")
    assert SavedMetric.objects.get().name == "Revenue"
