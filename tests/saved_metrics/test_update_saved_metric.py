import pytest
from django.utils import timezone

from actions.models import Action
from core.exceptions import NotFound
from saved_metrics.models import SavedMetric
from saved_metrics.services import update_saved_metric
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.factories import FUNNEL_METRIC, MEAN_METRIC
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_saved_metrics/{reference}/"


def test_update_saved_metric__every_field__stored_and_shown(client, project, saved_metric):
    uuid, before = saved_metric.query["uuid"], saved_metric.updated_at
    changes = {
        "name": "Signups",
        "description": "New people",
        "query": FUNNEL_METRIC,
        "tags": ["Growth"],
    }

    response = client.patch(_url(project, saved_metric.pk).rstrip("/"), changes)

    assert response.status_code == 200
    saved_metric.refresh_from_db()
    assert (saved_metric.name, saved_metric.description) == ("Signups", "New people")
    assert saved_metric.query == FUNNEL_METRIC | {"uuid": uuid}
    assert saved_metric.tags == ["growth"]
    assert saved_metric.updated_at > before
    body = response.json()
    assert (body["id"], body["name"]) == (saved_metric.pk, "Signups")
    assert (body["query"], body["tags"]) == (saved_metric.query, ["growth"])
    assert client.get(_url(project, saved_metric.pk)).json() == body


def test_update_saved_metric__name_only__the_rest_stays(client, project, ada):
    metric = factories.make_saved_metric(project, ada, description="Sum", tags=["a"])
    before = client.get(_url(project, metric.pk)).json()

    after = client.patch(_url(project, metric.pk), {"name": "New"}).json()

    assert after == before | {"name": "New", "updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]


@pytest.mark.parametrize("description", [None, "", "Other"])
def test_update_saved_metric__description_only__the_rest_stays(client, project, ada, description):
    metric = factories.make_saved_metric(project, ada, description="Sum", tags=["a"])
    before = client.get(_url(project, metric.pk)).json()

    after = client.patch(_url(project, metric.pk), {"description": description}).json()

    assert after == before | {"description": description, "updated_at": after["updated_at"]}


@pytest.mark.parametrize("tags", [["b", "c"], []])
def test_update_saved_metric__tags_only__replaced_and_not_touched(client, project, ada, tags):
    metric = factories.make_saved_metric(project, ada, tags=["a", "b"])
    before = client.get(_url(project, metric.pk)).json()

    response = client.patch(_url(project, metric.pk), {"tags": tags})

    assert response.json() == before | {"tags": tags}
    assert SavedMetric.objects.get().tags == tags


def test_update_saved_metric__nothing__nothing_changes(client, project, saved_metric):
    before = client.get(_url(project, saved_metric.pk)).json()

    response = client.patch(_url(project, saved_metric.pk), {})

    assert response.status_code == 200
    assert response.json() == before


def test_update_saved_metric__what_was_read__accepted(client, project, saved_metric):
    before = client.get(_url(project, saved_metric.pk)).json()

    after = client.patch(_url(project, saved_metric.pk), before).json()

    assert after == before | {"updated_at": after["updated_at"]}


@pytest.mark.parametrize("uuid", [None, ""])
def test_update_saved_metric__empty_uuid__stored_one_stays(client, project, saved_metric, uuid):
    query = MEAN_METRIC | {"uuid": uuid}

    response = client.patch(_url(project, saved_metric.pk), {"query": query})

    assert response.json()["query"]["uuid"] == saved_metric.query["uuid"]


def test_update_saved_metric__other_uuid__refused_whole(client, project, saved_metric):
    before = client.get(_url(project, saved_metric.pk)).json()
    changes = {"name": "New", "query": FUNNEL_METRIC | {"uuid": "other"}}

    response = client.patch(_url(project, saved_metric.pk), changes)

    assert_invalid(response, None)
    assert "uuid" in response.json()["detail"]
    assert client.get(_url(project, saved_metric.pk)).json() == before


def test_update_saved_metric__none_stored__sent_uuid_kept(client, project, saved_metric):
    SavedMetric.objects.update(query=MEAN_METRIC)

    response = client.patch(
        _url(project, saved_metric.pk), {"query": MEAN_METRIC | {"uuid": "mine"}}
    )

    assert response.json()["query"]["uuid"] == "mine"


def test_update_saved_metric__legacy__may_change(client, project, ada):
    query = {"kind": "ExperimentTrendsQuery", "count_query": {"series": []}}
    metric = factories.make_saved_metric(project, ada, query=query)

    response = client.patch(_url(project, metric.pk), {"name": "New", "query": query})

    assert response.status_code == 200
    assert response.json()["query"] == metric.query


def test_update_saved_metric__to_a_legacy_kind__refused(client, project, saved_metric):
    query = {"kind": "ExperimentTrendsQuery", "count_query": {"series": []}}

    response = client.patch(_url(project, saved_metric.pk), {"query": query})

    assert_invalid(response, None)
    saved_metric.refresh_from_db()
    assert saved_metric.query["kind"] == "ExperimentMetric"


def test_update_saved_metric__none_stored_and_taken__made_anew(client, project, ada, saved_metric):
    factories.make_saved_metric(project, ada, query=MEAN_METRIC | {"uuid": "taken"})
    SavedMetric.objects.filter(pk=saved_metric.pk).update(query=MEAN_METRIC)

    response = client.patch(
        _url(project, saved_metric.pk), {"query": MEAN_METRIC | {"uuid": "taken"}}
    )

    assert response.status_code == 200
    assert response.json()["query"]["uuid"] not in ("taken", "", None)


def test_update_saved_metric__action_deleted_since__what_was_read_is_accepted(client, project, ada):
    action = Action.objects.create(project=project, name="Paid")
    query = MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": action.pk}}
    metric = factories.make_saved_metric(project, ada, query=query)
    Action.objects.update(deleted=True)
    read = client.get(_url(project, metric.pk)).json()

    response = client.patch(_url(project, metric.pk), read | {"name": "New"})

    assert response.status_code == 200
    assert response.json()["query"] == read["query"]


def test_update_saved_metric__action_of_another_project__refused(
    client, project, saved_metric, foreign_project
):
    action = Action.objects.create(project=foreign_project, name="Paid")
    query = MEAN_METRIC | {"source": {"kind": "ActionsNode", "id": action.pk}}

    response = client.patch(_url(project, saved_metric.pk), {"query": query})

    assert_invalid(response, None)
    saved_metric.refresh_from_db()
    assert saved_metric.query["source"]["kind"] == "EventsNode"


def test_update_saved_metric__read_only_fields__ignored(client, project, saved_metric, grace):
    before = client.get(_url(project, saved_metric.pk)).json()
    sent = {"id": 4711, "created_by": grace.pk, "updated_at": None, "user_access_level": "none"}

    response = client.patch(_url(project, saved_metric.pk), sent)

    assert response.json() == before


@in_one_test(
    ("changes", "attr", "code"),
    [
        pytest.param({"name": None}, "name", "null", id="name_null"),
        pytest.param({"name": " "}, "name", "blank", id="name_blank"),
        pytest.param({"name": "x" * 401}, "name", "max_length", id="name_max_length"),
        pytest.param({"query": None}, "query", "null", id="query_null"),
        pytest.param({"query": {}}, None, "invalid_input", id="query_empty"),
        pytest.param({"query": {"kind": "x"}}, None, "invalid_input", id="query_unknown_kind"),
        pytest.param({"tags": None}, "tags", "null", id="tags_null"),
        pytest.param({"tags": {}}, "tags", "not_a_list", id="tags_object"),
    ],
)
def test_update_saved_metric__invalid__refused_whole(
    client, project, saved_metric, changes, attr, code
):
    before = client.get(_url(project, saved_metric.pk)).json()

    response = client.patch(_url(project, saved_metric.pk), {"description": "New"} | changes)

    assert_invalid(response, attr, code)
    assert client.get(_url(project, saved_metric.pk)).json() == before


def test_update_saved_metric__no_key__not_authenticated(anonymous, project, saved_metric):
    response = anonymous.patch(_url(project, saved_metric.pk), {"name": "New"})

    assert_error(response, 401, "not_authenticated")


def test_update_saved_metric__key_that_may_only_read__forbidden(reader, project, saved_metric):
    response = reader.patch(_url(project, saved_metric.pk), {"name": "New"})

    assert_error(response, 403, "permission_denied")
    assert SavedMetric.objects.get().name == "Revenue"


def test_update_saved_metric__not_a_member__forbidden(outsider, project, saved_metric):
    response = outsider.patch(_url(project, saved_metric.pk), {"name": "New"})

    assert_error(response, 403, "permission_denied")
    assert SavedMetric.objects.get().name == "Revenue"


def test_update_saved_metric__unknown_project__not_found(client, saved_metric):
    url = f"/api/projects/999999/experiment_saved_metrics/{saved_metric.pk}/"

    response = client.patch(url, {"name": "New"})

    assert_error(response, 404, "not_found")


@in_one_test("reference", ["999999", "9999999999999999999", "abc"])
def test_update_saved_metric__unknown_id__not_found(client, project, saved_metric, reference):
    response = client.patch(_url(project, reference), {"name": "New"})

    assert_error(response, 404, "not_found")


def test_update_saved_metric__of_another_project__not_found(
    client, project, foreign_project, mallory
):
    foreign = factories.make_saved_metric(foreign_project, mallory)

    response = client.patch(_url(project, foreign.pk), {"name": "New"})

    assert_error(response, 404, "not_found")
    assert SavedMetric.objects.get().name == "Revenue"


def test_update_saved_metric__service_with_another_project__not_found(
    foreign_project, mallory, saved_metric
):
    with pytest.raises(NotFound):
        update_saved_metric(
            project=foreign_project,
            saved_metric_id=saved_metric.pk,
            changes={"name": "New"},
            actor=mallory,
            now=timezone.now(),
        )

    assert SavedMetric.objects.get().name == "Revenue"
