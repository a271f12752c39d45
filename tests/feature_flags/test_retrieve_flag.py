import pytest

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.feature_flags.paths import flags_of, path_of
from tests.looping import in_one_test

FIELDS = [
    *("id", "name", "key", "filters", "deleted", "active", "archived", "created_by", "created_at"),
    *("updated_at", "version", "last_modified_by", "ensure_experience_continuity"),
    *("experiment_set", "surveys", "features", "rollback_conditions", "performed_rollback"),
    *("can_edit", "tags", "evaluation_contexts", "usage_dashboard", "analytics_dashboards"),
    *("has_enriched_analytics", "user_access_level", "is_remote_configuration"),
    *("has_encrypted_payloads", "status", "evaluation_runtime", "bucketing_identifier"),
    *("last_called_at", "is_used_in_replay_settings"),
]


def test_retrieve_flag__live__shows_every_field_in_order(client, project):
    flag = factories.make_flag(project, "new-menu")

    response = client.get(path_of(flag))

    assert response.status_code == 200
    assert list(response.json()) == FIELDS
    assert response.json()["key"] == "new-menu"


def test_retrieve_flag__deleted__still_shown(client, project):
    flag = factories.make_flag(project, deleted=True)

    body = client.get(path_of(flag)).json()

    assert (body["deleted"], body["status"]) == (True, "DELETED")


def test_retrieve_flag__deleted_experiment_on_it__not_in_the_set(client, project, ada):
    experiment = factories.make_experiment(project, ada)
    factories.change_experiment(experiment, ada, deleted=True)

    assert client.get(path_of(experiment.feature_flag)).json()["experiment_set"] == []


@in_one_test("reference", ["0", "abc", "9" * 30])
def test_retrieve_flag__unknown_id__not_found(client, project, reference):
    assert_error(client.get(f"{flags_of(project)}{reference}/"), 404, "not_found")


def test_retrieve_flag__of_another_project__not_found(client, project, foreign_project):
    flag = factories.make_flag(foreign_project)

    assert_error(client.get(f"{flags_of(project)}{flag.pk}/"), 404, "not_found")


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("users", [1, 3])
def test_retrieve_flag__any_number_of_experiments__same_number_of_queries(
    client, project, ada, users, django_assert_num_queries
):
    for _ in range(users):
        experiment = factories.make_experiment(project, ada, feature_flag_key="new-menu")
    path = path_of(experiment.feature_flag)

    with django_assert_num_queries(4):
        client.get(path)


def test_retrieve_flag__reader__shown(project, grace):
    flag = factories.make_flag(project)
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert reader.get(path_of(flag)).json()["user_access_level"] == "editor"


def test_retrieve_flag__nobody__refused(anonymous, project):
    assert_error(anonymous.get(path_of(factories.make_flag(project))), 401, "not_authenticated")


def test_retrieve_flag__not_a_member__refused(outsider, project):
    assert_error(outsider.get(path_of(factories.make_flag(project))), 403, "permission_denied")


def test_retrieve_flag__history__told_newest_first(client, project):
    flag = factories.make_flag(project)
    client.patch(path_of(flag), {"name": "Menu"})

    [entry] = client.get(f"{path_of(flag)}activity/").json()["results"]

    assert (entry["activity"], entry["scope"], entry["item_id"]) == (
        *("updated", "FeatureFlag"),
        str(flag.pk),
    )
    assert client.get(f"{flags_of(project)}activity/").json()["total_count"] == 1
