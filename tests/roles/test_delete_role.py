import pytest
from django.utils import timezone

from core.exceptions import NotFound
from tenants import services
from tenants.models import Membership, Role, RoleMembership
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


def _url(organization, reference):
    return f"/api/organizations/{organization.pk}/roles/{reference}/"


def test_delete_role__with_members__gone_and_the_people_stay(
    admin, organization, role, membership, ada
):
    response = admin.delete(_url(organization, role.pk))

    assert (response.status_code, response.content) == (204, b"")
    assert not Role.objects.exists()
    assert not RoleMembership.objects.exists()
    assert Membership.objects.filter(user=ada, organization=organization).exists()


def test_delete_role__twice__not_found(admin, organization, role):
    admin.delete(_url(organization, role.pk))

    response = admin.delete(_url(organization, role.pk))

    assert_error(response, 404, "not_found")


def test_delete_role__deleted_meanwhile__every_write_is_not_found(organization, role, ada):
    services.delete_role(organization=organization, role_id=role.pk)
    place = {"organization": organization, "role_id": role.pk}

    with pytest.raises(NotFound):
        services.delete_role(**place)
    with pytest.raises(NotFound):
        services.update_role(**place, changes={"name": "Approvers"}, now=timezone.now())
    with pytest.raises(NotFound):
        services.add_to_role(**place, user_uuid=ada.uuid, now=timezone.now())


def test_delete_role__no_key__not_authenticated(anonymous, organization, role):
    response = anonymous.delete(_url(organization, role.pk))

    assert_error(response, 401, "not_authenticated")


def test_delete_role__key_that_may_only_read__forbidden(edith, organization, role):
    reader = DocumentedClient(factories.make_key(edith, "organization:read"))

    response = reader.delete(_url(organization, role.pk))

    assert_error(response, 403, "permission_denied")


def test_delete_role__member_without_admin_level__forbidden(client, organization, role):
    response = client.delete(_url(organization, role.pk))

    assert_error(response, 403, "permission_denied")
    assert Role.objects.exists()


def test_delete_role__of_another_organization__not_found(admin, organization, foreign_role):
    response = admin.delete(_url(organization, foreign_role.pk))

    assert_error(response, 404, "not_found")
    assert Role.objects.exists()


def test_delete_role__no_uuid__not_found(admin, organization):
    response = admin.delete(_url(organization, "abc"))

    assert_error(response, 404, "not_found")
