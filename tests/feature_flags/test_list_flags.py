import pytest

from tests import factories
from tests.assertions import assert_error
from tests.feature_flags.paths import flags_of


def test_list_flags__several__newest_first_with_all_they_show(client, project, ada):
    experiment = factories.make_experiment(project, ada)
    flag = factories.make_flag(project, "newest")

    response = client.get(flags_of(project))

    assert response.status_code == 200
    body = response.json()
    assert (body["count"], body["next"], body["previous"]) == (2, None, None)
    newest, oldest = body["results"]
    assert (newest["id"], newest["experiment_set"]) == (flag.pk, [])
    assert (oldest["key"], oldest["experiment_set"]) == (
        experiment.feature_flag.key,
        [experiment.pk],
    )
    assert newest["user_access_level"] == "editor"
    assert oldest["user_access_level"] == "manager"


def test_list_flags__deleted_one__left_out(client, project):
    factories.make_flag(project, deleted=True)

    assert client.get(flags_of(project)).json()["count"] == 0


def test_list_flags__other_projects__left_out(client, project, foreign_project):
    factories.make_flag(foreign_project)

    assert client.get(flags_of(project)).json()["results"] == []


def test_list_flags__limit_and_offset__that_page(client, project):
    _first, second, _last = (factories.make_flag(project) for _ in range(3))

    body = client.get(flags_of(project), {"limit": 1, "offset": 1}).json()

    assert [flag["id"] for flag in body["results"]] == [second.pk]
    assert "offset=2" in body["next"]


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("rows", [1, 5])
def test_list_flags__any_number_of_rows__same_number_of_queries(
    client, project, ada, rows, django_assert_num_queries
):
    for _ in range(rows):
        factories.make_experiment(project, ada)

    with django_assert_num_queries(5):
        client.get(flags_of(project))


def test_list_flags__key_with_experiment_scope__refused(reader, project):
    assert_error(reader.get(flags_of(project)), 403, "permission_denied")


def test_list_flags__nobody__refused(anonymous, project):
    assert_error(anonymous.get(flags_of(project)), 401, "not_authenticated")
