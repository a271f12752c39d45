import pytest
from django.utils import timezone

from activity.models import ActivityLog
from core.exceptions import NotFound
from feature_flags.services import update_flag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.feature_flags.paths import path_of


def _with_shares(flag, control: int) -> dict[str, object]:
    first, second = flag.filters["multivariate"]["variants"]
    shares = [
        first | {"rollout_percentage": control},
        second | {"rollout_percentage": 100 - control},
    ]
    return flag.filters | {"multivariate": {"variants": shares}}


def test_update_flag__several_fields__changed_and_counted(client, project, ada):
    flag = factories.make_flag(project, "new-menu")

    response = client.patch(path_of(flag), {"name": "Menu", "active": False, "tags": ["a"]})

    assert response.status_code == 200
    flag.refresh_from_db()
    assert (flag.name, flag.active, flag.tags, flag.version) == ("Menu", False, ["a"], 2)
    assert flag.last_modified_by == ada
    body = response.json()
    assert (body["name"], body["active"], body["tags"], body["version"]) == (
        *("Menu", False, ["a"], 2),
    )


def test_update_flag__change__told_in_the_history(client, project):
    flag = factories.make_flag(project, "new-menu")

    client.patch(path_of(flag), {"active": False})

    changes = ActivityLog.objects.get().detail["changes"]
    assert [(change["field"], change["before"], change["after"]) for change in changes] == [
        ("active", True, False),
        ("version", 1, 2),
    ]


def test_update_flag__variants_of_an_experiment__reach_its_parameters(client, project, ada):
    experiment = factories.make_experiment(project, ada)

    client.patch(
        path_of(experiment.feature_flag), {"filters": _with_shares(experiment.feature_flag, 70)}
    )

    experiment.refresh_from_db()
    shares = [v["rollout_percentage"] for v in experiment.parameters["feature_flag_variants"]]
    assert shares == [70, 30]


def test_update_flag__renamed__other_key_free(client, project):
    flag = factories.make_flag(project, "old")

    client.patch(path_of(flag), {"key": "new"})

    assert client.post(path_of(flag).removesuffix(f"{flag.pk}/"), {"key": "old"}).status_code == 201


@pytest.mark.parametrize(
    ("values", "code", "attr"),
    [
        pytest.param({"key": "taken"}, "unique", "key", id="taken key"),
        pytest.param({"key": "ä"}, "invalid_key", "key", id="other letters"),
        pytest.param({"filters": None}, "null", "filters", id="no filters"),
        pytest.param(
            {"filters": {"groups": [{"variant": "nobody"}]}},
            *("invalid_input", "filters"),
            id="unknown variant",
        ),
    ],
)
def test_update_flag__not_valid__nothing_changed(client, project, values, code, attr):
    factories.make_flag(project, "taken")
    flag = factories.make_flag(project, "new-menu")

    assert_invalid(client.patch(path_of(flag), {"name": "Menu"} | values), attr, code)
    flag.refresh_from_db()
    assert (flag.name, flag.version) == ("", 1)


def test_update_flag__same_key_sent_again__accepted(client, project):
    flag = factories.make_flag(project, "new-menu")

    assert client.patch(path_of(flag), {"key": "new-menu"}).status_code == 200


@pytest.mark.parametrize("users", [1, 3])
def test_update_flag__any_number_of_experiments__same_number_of_queries(
    client, project, ada, users, django_assert_max_num_queries
):
    for _ in range(users):
        experiment = factories.make_experiment(project, ada, feature_flag_key="new-menu")

    with django_assert_max_num_queries(18):
        client.patch(path_of(experiment.feature_flag), {"name": "Menu"})


def test_update_flag__origin_and_folder_sent__left_as_they_were(client, project):
    flag = factories.make_flag(project, folder="Menus")

    client.patch(path_of(flag), {"creation_context": "surveys", "_create_in_folder": "Other"})

    flag.refresh_from_db()
    assert (flag.creation_context, flag.folder) == ("feature_flags", "Menus")
    assert [change["field"] for change in ActivityLog.objects.get().detail["changes"]] == [
        "version"
    ]


def test_update_flag__gone_with_its_project__not_found(project, ada):
    flag = factories.make_flag(project)
    project.delete()

    with pytest.raises(NotFound):
        update_flag(flag=flag, changes={"name": "Menu"}, seen={}, actor=ada, now=timezone.now())


def test_update_flag__put_with_key_only__accepted(client, project):
    flag = factories.make_flag(project, "new-menu")

    assert client.put(path_of(flag), {"key": "new-menu"}).status_code == 200


def test_update_flag__put_without_key__refused(client, project):
    flag = factories.make_flag(project)

    assert_invalid(client.put(path_of(flag), {"name": "Menu"}), "key", "required")


def test_update_flag__switched_on__rollback_is_over(client, project):
    flag = factories.make_flag(project, active=False, performed_rollback=True)

    assert client.patch(path_of(flag), {"active": True}).json()["performed_rollback"] is False


def test_update_flag__device_and_continuity_already_together__accepted(client, project):
    flag = factories.make_flag(
        project, bucketing_identifier="device_id", ensure_experience_continuity=True
    )

    assert client.patch(path_of(flag), {"name": "Menu"}).status_code == 200


def test_update_flag__stale_etag__refused(client, project):
    flag = factories.make_flag(project)
    etag = client.get(path_of(flag)).headers["ETag"]
    client.patch(path_of(flag), {"name": "Menu"})

    response = client.patch(path_of(flag), {"name": "Mine"}, headers={"If-Match": etag})

    assert_error(response, 412, "precondition_failed")


def test_update_flag__delete_method__not_allowed(client, project):
    flag = factories.make_flag(project)

    response = client.delete(path_of(flag))

    assert_error(response, 405, "method_not_allowed")
    assert "DELETE" not in response.headers["Allow"]


def test_update_flag__reader__refused(project, grace):
    flag = factories.make_flag(project)
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert_error(reader.patch(path_of(flag), {"name": "x"}), 403, "permission_denied")
