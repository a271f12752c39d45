import pytest

from actions.models import Action
from saved_metrics.models import SavedMetric
from tenants.models import Membership
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(project, reference):
    return f"/api/projects/{project.pk}/experiment_saved_metrics/{reference}/"


def _about(action_id, **values):
    source = {"kind": "ActionsNode", "id": action_id} | values
    return factories.MEAN_METRIC | {"source": source}


def test_retrieve_saved_metric__own__shown_whole(client, project, ada):
    metric = factories.make_saved_metric(project, ada, description="Sum", tags=["north-star"])

    response = client.get(_url(project, metric.pk))

    assert response.status_code == 200
    body = response.json()
    assert list(body) == [
        *("id", "name", "description", "query", "created_by"),
        *("created_at", "updated_at", "tags", "user_access_level"),
    ]
    assert (body["id"], body["name"], body["description"]) == (metric.pk, "Revenue", "Sum")
    assert body["query"] == factories.MEAN_METRIC | {"uuid": metric.query["uuid"]}
    assert body["tags"] == ["north-star"]
    assert body["created_by"]["id"] == ada.pk
    moment = metric.created_at.isoformat().replace("+00:00", "Z")
    assert (body["created_at"], body["updated_at"]) == (moment, moment)


def test_retrieve_saved_metric__nothing_optional__null_and_empty(client, project, saved_metric):
    body = client.get(_url(project, saved_metric.pk)).json()

    assert (body["description"], body["tags"]) == (None, [])


def test_retrieve_saved_metric__creator_deleted__created_by_is_null(client, project, grace):
    metric = factories.make_saved_metric(project, grace)
    grace.delete()

    response = client.get(_url(project, metric.pk))

    assert response.status_code == 200
    assert response.json()["created_by"] is None


def test_retrieve_saved_metric__own__access_level_manager(client, project, saved_metric):
    body = client.get(_url(project, saved_metric.pk)).json()

    assert body["user_access_level"] == "manager"


def test_retrieve_saved_metric__of_a_colleague__access_level_editor(client, project, grace):
    metric = factories.make_saved_metric(project, grace)

    body = client.get(_url(project, metric.pk)).json()

    assert body["user_access_level"] == "editor"


def test_retrieve_saved_metric__by_an_admin__access_level_manager(
    organization, project, saved_metric
):
    admin = factories.make_user("root@example.com", organization, Membership.Level.ADMIN)

    body = DocumentedClient(factories.make_key(admin)).get(_url(project, saved_metric.pk)).json()

    assert body["user_access_level"] == "manager"


def test_retrieve_saved_metric__action_renamed__current_name_shown(client, project, ada):
    action = Action.objects.create(project=project, name="Paid")
    metric = factories.make_saved_metric(project, ada, query=_about(action.pk, name="Bought"))

    source = client.get(_url(project, metric.pk)).json()["query"]["source"]

    assert source == {"kind": "ActionsNode", "id": action.pk, "name": "Paid"}
    assert SavedMetric.objects.get().query["source"]["name"] == "Bought"


def test_retrieve_saved_metric__action_deleted__stored_name_shown(client, project, ada):
    action = Action.objects.create(project=project, name="Paid")
    metric = factories.make_saved_metric(project, ada, query=_about(action.pk, name="Bought"))
    Action.objects.update(deleted=True)

    source = client.get(_url(project, metric.pk)).json()["query"]["source"]

    assert source["name"] == "Bought"


def test_retrieve_saved_metric__action_of_another_project__its_name_stays_there(
    client, project, foreign_project, ada
):
    action = Action.objects.create(project=foreign_project, name="Secret")
    metric = factories.make_saved_metric(project, ada)
    SavedMetric.objects.update(query=_about(action.pk))

    source = client.get(_url(project, metric.pk)).json()["query"]["source"]

    assert "name" not in source


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/projects/{}/experiment_saved_metrics/{}", id="no_slash"),
        pytest.param("/api/projects/{}/experiment_saved_metrics/{}.json", id="json_suffix"),
        pytest.param("/api/environments/{}/experiment_saved_metrics/{}/", id="environments"),
    ],
)
def test_retrieve_saved_metric__other_spelling__same(client, project, saved_metric, path):
    response = client.get(path.format(project.pk, saved_metric.pk))

    assert response.status_code == 200
    assert response.json() == client.get(_url(project, saved_metric.pk)).json()


def test_retrieve_saved_metric__key_that_may_only_read__allowed(reader, project, saved_metric):
    response = reader.get(_url(project, saved_metric.pk))

    assert response.status_code == 200


def test_retrieve_saved_metric__no_key__not_authenticated(anonymous, project, saved_metric):
    response = anonymous.get(_url(project, saved_metric.pk))

    assert_error(response, 401, "not_authenticated")


def test_retrieve_saved_metric__key_for_experiments_only__forbidden(grace, project, saved_metric):
    stranger = DocumentedClient(factories.make_key(grace, "experiment:write"))

    response = stranger.get(_url(project, saved_metric.pk))

    assert_error(response, 403, "permission_denied")


def test_retrieve_saved_metric__not_a_member__forbidden(outsider, project, saved_metric):
    response = outsider.get(_url(project, saved_metric.pk))

    assert_error(response, 403, "permission_denied")


def test_retrieve_saved_metric__unknown_project__not_found(client, saved_metric):
    response = client.get(f"/api/projects/999999/experiment_saved_metrics/{saved_metric.pk}/")

    assert_error(response, 404, "not_found")


@in_one_test("reference", ["0", "999999", "9999999999999999999", "-1", "1_0", "abc", "\u0661"])
def test_retrieve_saved_metric__unknown_id__not_found(client, project, saved_metric, reference):
    response = client.get(_url(project, reference))

    assert_error(response, 404, "not_found")


def test_retrieve_saved_metric__of_another_project__not_found(
    client, project, foreign_project, mallory
):
    foreign = factories.make_saved_metric(foreign_project, mallory)

    response = client.get(_url(project, foreign.pk))

    assert_error(response, 404, "not_found")
