import pytest
from django.utils import timezone

from tenants.models import RoleMembership
from tenants.services import add_to_role, create_role
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/members/"


def test_delete_member__by_an_admin__out_and_told(admin, client, ada, organization, project, url):
    response = admin.delete(f"{url}{ada.uuid}/")

    assert (response.status_code, response.content) == (204, b"")
    assert not ada.memberships.exists()
    experiments = f"/api/projects/{project.pk}/experiments/"
    assert_error(client.get(experiments), 403, "permission_denied")
    [entry] = admin.get(f"/api/organizations/{organization.pk}/activity_log/").json()["results"]
    assert (entry["scope"], entry["activity"]) == ("OrganizationMembership", "deleted")
    assert entry["detail"]["name"] == ada.email


@pytest.mark.parametrize("reference", ["@me", "uuid"])
def test_delete_member__themselves__left(client, ada, url, reference):
    assert client.delete(f"{url}{reference.replace('uuid', str(ada.uuid))}/").status_code == 204
    assert not ada.memberships.exists()


def test_delete_member__where_they_were__they_are_elsewhere(
    admin, client, ada, project, second_home, url
):
    client.patch("/api/users/@me/", {"set_current_team": project.pk})

    admin.delete(f"{url}{ada.uuid}/")

    body = client.get("/api/users/@me/").json()
    assert body["team"]["id"] == second_home.pk
    assert client.get("/api/projects/@current/").json()["id"] == second_home.pk


def test_delete_member__place_elsewhere__kept(admin, client, project, second_home, ada, url):
    client.patch("/api/users/@me/", {"set_current_team": second_home.pk})

    admin.delete(f"{url}{ada.uuid}/")

    ada.refresh_from_db()
    assert ada.current_project == second_home
    assert ada.current_organization == second_home.organization


def test_delete_member__in_a_role__out_of_it(admin, edith, ada, organization, url):
    now = timezone.now()
    role = create_role(organization=organization, values={"name": "R"}, actor=edith, now=now)
    add_to_role(organization=organization, role_id=role.pk, user_uuid=ada.uuid, now=now)

    admin.delete(f"{url}{ada.uuid}/")

    assert not RoleMembership.objects.exists()


def test_delete_member__last_owner__conflict(owner, olga, url):
    assert_error(owner.delete(f"{url}@me/"), 409, "conflict")
    assert olga.memberships.exists()


def test_delete_member__one_of_two_owners__left(owner, olga, organization, url):
    factories.make_user("oscar@example.com", organization, 15)

    assert owner.delete(f"{url}@me/").status_code == 204


def test_delete_member__admin_and_an_owner__forbidden(admin, olga, url):
    assert_error(admin.delete(f"{url}{olga.uuid}/"), 403, "permission_denied")
    assert olga.memberships.exists()


def test_delete_member__member_and_another__forbidden(client, grace, url):
    assert_error(client.delete(f"{url}{grace.uuid}/"), 403, "permission_denied")
    assert grace.memberships.exists()


def test_delete_member__stale_etag__refused(admin, ada, url):
    response = admin.delete(f"{url}{ada.uuid}/", headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")


def test_delete_member__gone_already__not_found(admin, ada, url):
    admin.delete(f"{url}{ada.uuid}/")

    assert_error(admin.delete(f"{url}{ada.uuid}/"), 404, "not_found")


def test_delete_member__nobody__not_authenticated(anonymous, ada, url):
    assert_error(anonymous.delete(f"{url}{ada.uuid}/"), 401, "not_authenticated")


def test_delete_member__key_that_may_only_read__forbidden(edith, ada, url):
    client = DocumentedClient(factories.make_key(edith, "organization_member:read"))

    assert_error(client.delete(f"{url}{ada.uuid}/"), 403, "permission_denied")
