import pytest

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.feature_flags.encrypted import SECRET, filters
from tests.feature_flags.paths import flags_of, path_of
from tests.looping import in_one_test


@pytest.fixture
def flag(project):
    return factories.make_flag(
        project, "limits", is_remote_configuration=True, filters=filters(), active=False
    )


def at(project, reference) -> str:
    return f"{flags_of(project)}{reference}/remote_config/"


@pytest.mark.parametrize("name", ["pk", "key"])
def test_remote_config__by_id_or_key__payload_as_json_text(client, project, flag, name):
    response = client.get(at(project, getattr(flag, name)))

    assert response.status_code == 200
    assert response.json() == SECRET
    assert response.headers["Content-Type"] == "application/json"


def test_remote_config__no_payload__null(client, project, flag):
    flag.filters = {"groups": []}
    flag.save(update_fields=["filters"])

    response = client.get(at(project, flag.pk))

    assert (response.status_code, response.content) == (200, b"null")


def test_remote_config__document_stored__its_text(client, project, flag):
    flag.filters = filters({"a": 1})
    flag.save(update_fields=["filters"])

    assert client.get(at(project, flag.pk)).json() == '{"a": 1}'


def test_remote_config__key_of_digits__found_unless_it_is_an_id(client, project, flag):
    for key in (str(flag.pk), "987654"):
        values = {"is_remote_configuration": True, "filters": filters(key)}
        factories.make_flag(project, key, **values)

    assert client.get(at(project, flag.pk)).json() == SECRET
    assert client.get(at(project, "987654")).json() == "987654"


@pytest.mark.parametrize("project_id", ["@current", "{}"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_remote_config__path_of_clients__found(client, project, flag, project_id, slash):
    prefix = f"/api/projects/{project_id.format(project.pk)}/feature_flags/limits/remote_config"

    assert client.get(f"{prefix}{slash}", {"token": "phc_x"}).json() == SECRET


def test_remote_config__known_already__not_sent_again(client, project, flag):
    etag = client.get(at(project, flag.pk)).headers["ETag"]

    assert client.get(at(project, flag.pk), headers={"If-None-Match": etag}).status_code == 304


def test_remote_config__ordinary_flag__not_found(client, project):
    flag = factories.make_flag(project)

    assert_error(client.get(f"{path_of(flag)}remote_config/"), 404, "not_found")


@in_one_test("reference", ["0", "nothing", "9" * 30, "%00"])
def test_remote_config__unknown_flag__not_found(client, project, reference):
    assert_error(client.get(at(project, reference)), 404, "not_found")


@pytest.mark.parametrize("name", ["pk", "key"])
def test_remote_config__deleted_flag__not_found(client, project, flag, name):
    flag.deleted = True
    flag.save(update_fields=["deleted"])

    assert_error(client.get(at(project, getattr(flag, name))), 404, "not_found")


def test_remote_config__flag_of_another_project__not_found(client, project, foreign_project):
    flag = factories.make_flag(foreign_project, "limits", is_remote_configuration=True)

    for reference in (flag.pk, flag.key):
        assert_error(client.get(at(project, reference)), 404, "not_found")


def test_remote_config__key_that_reads_flags__allowed(project, grace, flag):
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert reader.get(at(project, flag.pk)).json() == SECRET


def test_remote_config__key_that_reads_experiments__refused(reader, project, flag):
    assert_error(reader.get(at(project, flag.pk)), 403, "permission_denied")


def test_remote_config__nobody__refused(anonymous, project, flag):
    assert_error(anonymous.get(at(project, flag.pk)), 401, "not_authenticated")


def test_remote_config__not_a_member__refused(outsider, project, flag):
    assert_error(outsider.get(at(project, flag.pk)), 403, "permission_denied")
