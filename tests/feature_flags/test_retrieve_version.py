import pytest

from activity.models import ActivityLog
from feature_flags import versions
from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.factories import TWO_VARIANTS
from tests.feature_flags.encrypted import ENCRYPTED, filters
from tests.feature_flags.paths import flags_of, path_of

ROLLED_OUT = {
    "groups": [{"properties": [], "rollout_percentage": 33.3}],
    "multivariate": {"variants": TWO_VARIANTS},
    "payloads": {"test": {"colour": "red"}},
}
EDITS = [
    {"name": "Menu"},
    {"filters": ROLLED_OUT, "tags": ["q3"]},
    {"active": False, "evaluation_runtime": None},
    {"key": "menu", "rollback_conditions": [{"threshold": 1}], "evaluation_contexts": ["web"]},
    {"deleted": True},
    {"deleted": False, "ensure_experience_continuity": True},
]


@pytest.fixture
def flag(client, project) -> FeatureFlag:
    pk = client.post(flags_of(project), {"key": "new-menu"}).json()["id"]
    return FeatureFlag.objects.get(pk=pk)


@pytest.fixture
def read(client, flag):
    return lambda version, flag=flag: client.get(f"{path_of(flag)}versions/{version}/")


@pytest.fixture
def edit(client, flag):
    def edit(*edits: dict, flag: FeatureFlag = flag) -> None:
        for changes in edits:
            assert client.patch(path_of(flag), changes).status_code == 200

    return edit


def test_retrieve_version__every_one__as_the_flag_was_shown_then(client, grace, flag, read):
    writers = [client, DocumentedClient(factories.make_key(grace))]
    shown = [client.get(path_of(flag)).json()]
    for number, changes in enumerate(EDITS):
        shown.append(writers[number % 2].patch(path_of(flag), changes).json())
        assert shown[-1]["version"] == len(shown)

    assert [client.get(f"{path_of(flag)}versions/{n}/").json() for n in range(1, 8)] == [
        document | {"user_access_level": "manager"} for document in shown
    ]


def test_retrieve_version__driven_by_an_experiment__as_it_was(client, ada, experiment, read):
    flag = experiment.feature_flag
    shown = client.get(path_of(flag)).json()
    factories.change_experiment(experiment, ada, start_date=experiment.created_at)
    client.patch(path_of(flag), {"filters": flag.filters | {"payloads": {"test": 1}}})

    past = read(1, flag).json()

    assert (past["filters"], past["active"]) == (shown["filters"], False)
    assert past["experiment_set"] == [experiment.pk]


def test_retrieve_version__of_a_deleted_flag__read(edit, read):
    edit({"name": "Menu"}, {"deleted": True})

    assert (read(2).json()["deleted"], read(3).json()["deleted"]) == (False, True)


@pytest.mark.parametrize("version", ["0", "3", "-1", "x", "1e1", "\u0661", "9" * 30])
def test_retrieve_version__unknown__not_found(edit, read, version):
    edit({"name": "Menu"})

    assert_error(read(version), 404, "not_found")


def test_retrieve_version__of_a_flag_without_versions__not_found(project, read):
    flag = factories.make_flag(project, version=None)

    assert_error(read(1, flag), 404, "not_found")


def test_retrieve_version__first_edit_of_a_flag_without_versions__read(project, edit, read):
    flag = factories.make_flag(project, version=None)
    edit({"name": "Menu"}, {"name": "Other"}, flag=flag)

    assert read(1, flag).json()["name"] == "Menu"


def test_retrieve_version__flag_of_another_project__not_found(client, project, foreign_project):
    foreign = factories.make_flag(foreign_project)

    response = client.get(f"{flags_of(project)}{foreign.pk}/versions/1/")

    assert_error(response, 404, "not_found")


@pytest.mark.parametrize("version", [1, 2, 9])
def test_retrieve_version__remote_configuration__refused(edit, read, version):
    edit({"is_remote_configuration": True})

    assert_invalid(read(version), None)


def test_retrieve_version__remote_configuration_then__refused(edit, read):
    edit({"is_remote_configuration": True}, {"is_remote_configuration": False})

    assert read(1).status_code == 200
    assert_invalid(read(2), None)
    assert read(3).status_code == 200


def test_retrieve_version__payload_encrypted_later__not_told(edit, read):
    edit(
        {"filters": filters()},
        ENCRYPTED,
        dict.fromkeys(ENCRYPTED, False) | {"filters": filters(1)},
    )

    assert_error(read(2), 422, "history_incomplete")
    assert_invalid(read(3), None)
    assert read(4).json()["filters"]["payloads"] == {"true": "1"}


@pytest.mark.parametrize("lost", [2, 3])
def test_retrieve_version__entry_lost__incomplete(edit, read, lost):
    edit({"name": "One"}, {"name": "Two"}, {"name": "Three"})
    entries = ActivityLog.objects.order_by("id")
    entries[lost - 1].delete()

    assert_error(read(2), 422, "history_incomplete")
    assert read(4).status_code == 200


def test_retrieve_version__first_whose_creation_is_not_told__read(edit, flag, read, ada):
    edit({"name": "One"})
    ActivityLog.objects.filter(activity="created").delete()

    body = read(1).json()

    assert (body["name"], body["last_modified_by"]["email"]) == ("", ada.email)
    assert body["updated_at"] == body["created_at"]


@pytest.mark.parametrize("values", [{"name": "Other"}, {"version": 9}], ids=str)
def test_retrieve_version__changed_behind_the_history__incomplete(edit, read, values):
    edit({"name": "One"}, {"name": "Two"})
    FeatureFlag.objects.update(**values)

    assert_error(read(2), 422, "history_incomplete")


def test_retrieve_version__history_with_an_unknown_field__incomplete(edit, read):
    edit({"name": "One"})
    entry = ActivityLog.objects.get(activity="updated")
    entry.detail["changes"].append({"field": "colour", "before": 1, "after": 2})
    entry.save()

    assert_error(read(1), 422, "history_incomplete")


@pytest.mark.parametrize("name", ["MAX_UNDONE", "MAX_UNDONE_LENGTH"])
def test_retrieve_version__more_changes_than_are_undone__told_to_read_a_later_one(
    edit, read, monkeypatch, name
):
    edit({"name": "One"}, {"name": "Two"}, {"name": "Three"})
    monkeypatch.setattr(versions, name, {"MAX_UNDONE": 1, "MAX_UNDONE_LENGTH": 10}[name])

    refused = read(1)

    assert_error(refused, 422, "history_incomplete")
    assert "later version" in refused.json()["detail"]
    assert read(4).status_code == 200


def test_retrieve_version__known_already__not_modified(client, edit, flag, read):
    edit({"name": "One"})
    headers = {"If-None-Match": read(1).headers["ETag"]}

    response = client.get(f"{path_of(flag)}versions/1/", headers=headers)

    assert response.status_code == 304


@pytest.mark.parametrize("versions", [2, 6])
def test_retrieve_version__any_distance__same_number_of_queries(
    edit, read, versions, django_assert_num_queries
):
    edit(*[{"name": f"Name {number}"} for number in range(versions - 1)])

    with django_assert_num_queries(5):
        assert read(1).json()["name"] == ""


@pytest.mark.parametrize(
    ("scope", "status"), [("feature_flag:read", 200), ("experiment:write", 403)]
)
def test_retrieve_version__scope__reading_is_enough(ada, flag, scope, status):
    client = DocumentedClient(factories.make_key(ada, scope))

    assert client.get(f"{path_of(flag)}versions/1/").status_code == status


def test_retrieve_version__nobody_and_outsiders__refused(anonymous, outsider, flag):
    path = f"{path_of(flag)}versions/1/"

    assert_error(anonymous.get(path), 401, "not_authenticated")
    assert_error(outsider.get(path), 403, "permission_denied")
