"""GET remote_config/ by a project's secret token, and by a key that names the project's token."""

import pytest

from tenants.services import add_member
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


@pytest.fixture
def flag(project):
    filters = {"groups": [], "payloads": {"true": '{"limit": 7}'}}
    return factories.make_flag(project, "limits", is_remote_configuration=True, filters=filters)


@pytest.fixture
def secret(client, project, organization):
    organization.memberships.update(level=15)
    return lambda: client.patch(f"/api/projects/{project.pk}/rotate_secret_token/").json()[
        "secret_api_token"
    ]


def at(project="@current", reference="limits", query=""):
    return f"/api/projects/{project}/feature_flags/{reference}/remote_config{query}"


def test_payload__by_secret_token__read_by_key_and_id(project, flag, secret):
    first, second = secret(), secret()
    for value in (first, second):
        reader = DocumentedClient(value)
        for path in (at(), at(project.pk, flag.pk), at(query=f"/?token={project.api_token}")):
            assert reader.get(path).json() == '{"limit": 7}'


def test_payload__without_one__null(project, flag, secret):
    flag.filters = {"groups": []}
    flag.save()
    assert DocumentedClient(secret()).get(at()).content == b"null"


def test_payload__secret_token_elsewhere__refused(project, flag, secret, foreign_project):
    reader = DocumentedClient(secret())
    for path in (at(foreign_project.pk), at(query=f"?token={foreign_project.api_token}")):
        assert_error(reader.get(path), 403, "permission_denied")
    assert_error(reader.post(at()), 405, "method_not_allowed")
    assert_error(DocumentedClient("phs_nothing").get(at()), 401, "authentication_failed")
    # It opens nothing else.
    assert reader.get(f"/api/projects/{project.pk}/feature_flags/").status_code == 401


def test_payload__ordinary_or_unknown_flag__not_found(project, checkout, secret):
    reader = DocumentedClient(secret())
    for reference in ("checkout-redesign", "nothing", "a%00b"):
        assert_error(reader.get(at(reference=reference)), 404, "not_found")


def test_payload__read_too_often_with_the_secret_token__is_429(settings, flag, secret):
    reader = DocumentedClient(secret())
    settings.RATE_LIMIT_ENABLED, settings.RATE_LIMIT_DEFINITIONS = True, "2/day"
    assert [reader.get(at()).status_code for _ in range(3)] == [200, 200, 429]
    assert_error(reader.get(at()), 429, "throttled")


def test_payload__read_with_a_key__has_a_limit_of_its_own(ada, settings, flag, project):
    reader = DocumentedClient(factories.make_key(ada, "feature_flag:read"))
    settings.RATE_LIMITS = {"burst": "1/day"}
    settings.RATE_LIMIT_ENABLED, settings.RATE_LIMIT_DEFINITIONS = True, "2/day"
    assert [reader.get(at(project.pk)).status_code for _ in range(3)] == [200, 200, 429]
    # What is read elsewhere is counted by itself.
    for url in (f"/flags/definitions?token={project.api_token}", f"/api/projects/{project.pk}/"):
        assert reader.get(url).status_code != 429


def test_payload__key_with_the_token_of_a_project__is_of_that_project(ada, project, flag):
    other = factories.make_organization("Other")
    add_member(organization=other, user=ada, level=1)
    ada.current_project = factories.make_project(other)
    ada.save()
    reader = DocumentedClient(factories.make_key(ada, "feature_flag:read"))
    assert reader.get(at()).status_code == 404
    assert reader.get(at(query=f"?token={project.api_token}")).json() == '{"limit": 7}'
    # An unknown token names no project.
    assert reader.get(at(query="?token=phc_nothing")).status_code == 404
