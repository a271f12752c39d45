"""The cast of roles: an admin who writes them, and a role to work on."""

import pytest
from django.utils import timezone

from tenants.models import Membership, Organization, Role, RoleMembership
from tenants.services import add_to_role, create_role
from tests import factories
from tests.client import DocumentedClient
from users.models import User


@pytest.fixture
def edith(organization: Organization) -> User:
    return factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)


@pytest.fixture
def admin(edith: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(edith))


@pytest.fixture
def make_role(organization, edith):
    def make(name="Reviewers", *, users=(), organization=organization) -> Role:
        now = timezone.now()
        role = create_role(organization=organization, values={"name": name}, actor=edith, now=now)
        for user in users:
            add_to_role(
                organization=organization, role_id=role.pk, user_uuid=user.uuid, now=timezone.now()
            )
        return role

    return make


@pytest.fixture
def role(make_role) -> Role:
    return make_role()


@pytest.fixture
def membership(role, organization, ada) -> RoleMembership:
    return add_to_role(
        organization=organization, role_id=role.pk, user_uuid=ada.uuid, now=timezone.now()
    )


@pytest.fixture
def foreign_role(make_role, mallory) -> Role:
    return make_role("Foreign", organization=mallory.memberships.get().organization)
