import pytest

from tests.assertions import assert_error

PATHS = [
    "/api/organizations/{organization}/",
    "/api/organizations/{organization}/projects/",
    "/api/organizations/{organization}/members/",
    "/api/projects/{project}/",
    "/api/projects/{project}/experiments/",
]


@pytest.fixture(params=PATHS)
def path(request, organization, project):
    return request.param.format(organization=organization.pk, project=project.pk)


@pytest.fixture
def switch(organization):
    organization.members_can_use_personal_api_keys = False
    organization.save(update_fields=["members_can_use_personal_api_keys"])


def test_key__organization_forbids_them__member_refused(client, switch, path):
    response = client.get(path)

    assert_error(response, 403, "permission_denied")
    assert "'Acme'" in response.json()["detail"]


def test_key__organization_forbids_them__admin_passes(admin, switch, path):
    assert admin.get(path).status_code == 200


def test_session__organization_forbids_keys__member_passes(session, switch, path):
    assert session.get(path).status_code == 200
