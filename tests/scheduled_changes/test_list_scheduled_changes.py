import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.models import AccessControl
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.scheduled_changes.paths import changes_of, path_of


@pytest.fixture
def found(client, project):
    def ids(by=client, **parameters):
        body = by.get(changes_of(project), parameters).json()
        assert list(body) == ["count", "next", "previous", "results"]
        return [row["id"] for row in body["results"]]

    return ids


@pytest.fixture
def other(project):
    return factories.make_flag(project, "other")


def test_list__several__newest_first(schedule, found):
    first, second = schedule(), schedule()

    assert found() == [second.pk, first.pk]


def test_list__parameters__only_those(schedule, found, flag, other):
    mine = schedule()
    theirs = schedule(record_id=str(other.pk))

    assert found(record_id=flag.pk) == [mine.pk]
    assert found(record_id=other.pk, model_name="FeatureFlag") == [theirs.pk]
    assert found(model_name="Survey") == found(record_id="x") == found(record_id="9" * 40) == []
    assert found(model_name="", record_id="") == [theirs.pk, mine.pk]


def test_list__hidden_flag__its_changes_as_well(schedule, found, project, flag, other, grace):
    hidden, shown = schedule(), schedule(record_id=str(other.pk))
    AccessControl.objects.create(
        project=project, resource="feature_flag", resource_id=str(flag.pk), access_level="none"
    )
    reader = DocumentedClient(factories.make_key(grace))

    assert found(by=reader) == [shown.pk]
    assert reader.get(path_of(hidden)).status_code == 404
    history = reader.get(f"/api/projects/{project.pk}/activity_log/").json()["results"]
    assert [row["item_id"] for row in history] == [str(other.pk)]


def test_list__four_times_as_many__as_many_queries(schedule, client, project):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(changes_of(project)).status_code == 200
        return len(captured)

    schedule()
    client.get(changes_of(project))
    few = queries()
    for _ in range(3):
        schedule()

    assert queries() == few


def test_retrieve__one__as_listed(schedule, client, project):
    change = schedule()

    response = client.get(path_of(change))

    assert response.json() == client.get(changes_of(project)).json()["results"][0]
    assert response.headers["ETag"]


@pytest.mark.parametrize("reference", ["0", "x", "9" * 30, "-1"])
def test_retrieve__none_of_this_id__not_found(client, project, reference):
    assert client.get(f"{changes_of(project)}{reference}/").status_code == 404


def test_retrieve__of_another_project__not_found(schedule, client, project, foreign_project):
    change = schedule()
    path = path_of(change).replace(f"/{project.pk}/", f"/{foreign_project.pk}/", 1)

    assert_error(client.get(path), 403, "permission_denied")
