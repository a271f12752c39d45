import pytest

from activity.models import ActivityLog
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.feature_flags.paths import flags_of

GROUPS = [{"properties": [], "rollout_percentage": 25}]
EVERYTHING = {
    "key": "new-menu",
    "name": "The new menu",
    "filters": {"groups": GROUPS},
    "active": False,
    "ensure_experience_continuity": True,
    "evaluation_runtime": "server",
    "evaluation_contexts": ["web", "app", "web"],
    "tags": ["Menu", "menu", "q3"],
    "_create_in_folder": "Menus",
    "_should_create_usage_dashboard": True,
}


def test_create_flag__everything_sent__stored_and_shown(client, project, ada):
    response = client.post(flags_of(project), EVERYTHING)

    assert response.status_code == 201
    flag = FeatureFlag.objects.get()
    assert (flag.project, flag.created_by, flag.last_modified_by) == (project, ada, ada)
    assert (flag.key, flag.name, flag.active, flag.folder) == (
        *("new-menu", "The new menu", False),
        "Menus",
    )
    assert flag.filters["groups"] == [GROUPS[0] | {"aggregation_group_type_index": None}]
    body = response.json()
    assert (body["id"], body["key"], body["version"]) == (flag.pk, "new-menu", 1)
    assert body["filters"] == flag.filters
    assert body["tags"] == ["menu", "q3"]
    assert body["evaluation_contexts"] == ["web", "app"]
    assert body["created_by"]["email"] == ada.email
    assert body["status"] == "ACTIVE"
    assert {"original_flag", "_create_in_folder", "creation_context"} & body.keys() == set()


def test_create_flag__key_only__active_with_defaults(client, project):
    body = client.post(flags_of(project), {"key": "new-menu"}).json()

    assert (body["name"], body["active"], body["deleted"]) == ("", True, False)
    assert body["filters"] == {"groups": []}
    assert (body["evaluation_runtime"], body["bucketing_identifier"]) == ("all", "distinct_id")
    assert (body["experiment_set"], body["tags"], body["usage_dashboard"]) == ([], [], None)


def test_create_flag__version_sent__starts_at_1(client, project):
    body = client.post(flags_of(project), {"key": "new-menu", "version": 7}).json()

    assert body["version"] == 1


def test_create_flag__valid__recorded_in_the_history(client, project, ada):
    client.post(flags_of(project), {"key": "new-menu"})

    entry = ActivityLog.objects.get()
    assert (entry.scope, entry.activity, entry.user) == ("FeatureFlag", "created", ada)
    assert entry.detail["name"] == "new-menu"


def test_create_flag__environments_path_without_slash__created(client, project):
    path = f"/api/environments/{project.pk}/feature_flags"

    assert client.post(path, {"key": "new-menu"}).status_code == 201


def test_create_flag__same_key_in_other_project__created(client, project, foreign_project):
    factories.make_flag(foreign_project, "new-menu")

    assert client.post(flags_of(project), {"key": "new-menu"}).status_code == 201


def test_create_flag__deleted_flag_has_the_key__created(client, project):
    factories.make_flag(project, "new-menu", deleted=True)

    assert client.post(flags_of(project), {"key": "new-menu"}).status_code == 201


@pytest.mark.parametrize(
    ("values", "code", "attr"),
    [
        pytest.param({}, "required", "key", id="no key"),
        pytest.param({"key": ""}, "blank", "key", id="blank key"),
        pytest.param({"key": "taken"}, "unique", "key", id="taken key"),
        pytest.param({"key": "a b"}, "invalid_key", "key", id="space in the key"),
        pytest.param({"key": "k" * 401}, "max_length", "key", id="long key"),
        pytest.param({"filters": {"groups": []}}, "invalid_input", "filters", id="no group"),
        pytest.param({"filters": []}, "not_a_dict", "filters", id="filters no object"),
        pytest.param(
            {"filters": {"groups": [{"rollout_percentage": 101}]}},
            *("invalid_input", "filters"),
            id="more than all",
        ),
        pytest.param(
            {"evaluation_runtime": "x"}, "invalid_choice", "evaluation_runtime", id="runtime"
        ),
        pytest.param(
            {"bucketing_identifier": "device_id", "ensure_experience_continuity": True},
            *("invalid_input", "bucketing_identifier"),
            id="device with continuity",
        ),
        pytest.param(
            {"has_encrypted_payloads": True},
            *("invalid_input", "has_encrypted_payloads"),
            id="encrypted, not remote",
        ),
        pytest.param(
            {"evaluation_contexts": ["x"] * 51},
            *("invalid_input", "evaluation_contexts"),
            id="many contexts",
        ),
        pytest.param({"tags": "x"}, "not_a_list", "tags", id="tags no list"),
        pytest.param({"creation_context": "x"}, "invalid_choice", "creation_context", id="context"),
    ],
)
def test_create_flag__not_valid__refused(client, project, values, code, attr):
    factories.make_flag(project, "taken")
    defaults = {"key": "new-menu"} if values and "key" not in values else {}

    assert_invalid(client.post(flags_of(project), defaults | values), attr, code)
    assert FeatureFlag.objects.count() == 1


def test_create_flag__remote_configuration_without_groups__open_to_everyone(client, project):
    sent = {"key": "limits", "is_remote_configuration": True}

    body = client.post(flags_of(project), sent).json()

    assert [group["rollout_percentage"] for group in body["filters"]["groups"]] == [100]


def test_create_flag__project_is_full__refused(client, project, settings):
    settings.MAX_FEATURE_FLAGS_PER_PROJECT = 1
    factories.make_flag(project)

    assert_invalid(client.post(flags_of(project), {"key": "new-menu"}), None)
    experiment = {"name": "Menu", "feature_flag_key": "new-menu"}
    assert_invalid(client.post(f"/api/projects/{project.pk}/experiments/", experiment), None)


def test_create_flag__scope_for_reading_only__refused(project, grace):
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert_error(reader.post(flags_of(project), {"key": "a"}), 403, "permission_denied")


def test_create_flag__experiment_scope__refused(project, grace):
    other = DocumentedClient(factories.make_key(grace, "experiment:write"))

    assert_error(other.post(flags_of(project), {"key": "a"}), 403, "permission_denied")


def test_create_flag__other_project__refused(outsider, project):
    assert_error(outsider.post(flags_of(project), {"key": "a"}), 403, "permission_denied")


def test_create_flag__nobody__refused(anonymous, project):
    assert_error(anonymous.post(flags_of(project), {"key": "a"}), 401, "not_authenticated")
