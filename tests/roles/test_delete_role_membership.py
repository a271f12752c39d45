from tenants.models import Membership, Role, RoleMembership
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


def _url(organization, role_id, reference):
    return f"/api/organizations/{organization.pk}/roles/{role_id}/role_memberships/{reference}/"


def test_delete_role_membership__own__out_of_the_role_only(
    admin, organization, role, membership, ada
):
    response = admin.delete(_url(organization, role.pk, membership.pk))

    assert (response.status_code, response.content) == (204, b"")
    assert not RoleMembership.objects.exists()
    assert Role.objects.filter(pk=role.pk).exists()
    assert Membership.objects.filter(user=ada, organization=organization).exists()


def test_delete_role_membership__then_added_again__in_the_role(
    admin, organization, role, membership, ada
):
    url = _url(organization, role.pk, membership.pk)
    admin.delete(url)

    response = admin.post(url.replace(f"{membership.pk}/", ""), {"user_uuid": str(ada.uuid)})

    assert response.status_code == 201


def test_delete_role_membership__twice__not_found(admin, organization, role, membership):
    admin.delete(_url(organization, role.pk, membership.pk))

    response = admin.delete(_url(organization, role.pk, membership.pk))

    assert_error(response, 404, "not_found")


def test_delete_role_membership__below_another_role__not_found(
    admin, organization, membership, make_role
):
    response = admin.delete(_url(organization, make_role("Approvers").pk, membership.pk))

    assert_error(response, 404, "not_found")
    assert RoleMembership.objects.exists()


@in_one_test("reference", ["abc", "0190a1b2-0000-7000-8000-000000000000"])
def test_delete_role_membership__unknown_id__not_found(admin, organization, role, reference):
    response = admin.delete(_url(organization, role.pk, reference))

    assert_error(response, 404, "not_found")


def test_delete_role_membership__role_of_another_organization__not_found(
    admin, organization, make_role, mallory
):
    foreign = make_role(users=[mallory], organization=mallory.memberships.get().organization)

    response = admin.delete(_url(organization, foreign.pk, foreign.memberships.get().pk))

    assert_error(response, 404, "not_found")
    assert RoleMembership.objects.exists()


def test_delete_role_membership__no_key__not_authenticated(
    anonymous, organization, role, membership
):
    response = anonymous.delete(_url(organization, role.pk, membership.pk))

    assert_error(response, 401, "not_authenticated")


def test_delete_role_membership__key_that_may_only_read__forbidden(
    edith, organization, role, membership
):
    reader = DocumentedClient(factories.make_key(edith, "organization:read"))

    response = reader.delete(_url(organization, role.pk, membership.pk))

    assert_error(response, 403, "permission_denied")


def test_delete_role_membership__own_place_without_admin_level__forbidden(
    client, organization, role, membership
):
    response = client.delete(_url(organization, role.pk, membership.pk))

    assert_error(response, 403, "permission_denied")
    assert RoleMembership.objects.exists()
