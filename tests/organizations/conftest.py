"""The cast of organizations: an owner, an admin, and a place elsewhere to go to."""

import pytest

from tenants.models import Membership, Organization, Project
from tenants.services import add_member
from tests import factories
from tests.client import DocumentedClient
from tests.organizations.large import fill
from users.models import User


@pytest.fixture
def edith(organization: Organization) -> User:
    return factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)


@pytest.fixture
def olga(organization: Organization) -> User:
    return factories.make_user("olga@example.com", organization, Membership.Level.OWNER)


@pytest.fixture
def admin(edith: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(edith))


@pytest.fixture
def owner(olga: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(olga))


@pytest.fixture
def second_home(foreign_project: Project, ada: User) -> Project:
    add_member(organization=foreign_project.organization, user=ada, level=1)
    return foreign_project


@pytest.fixture
def large(project, experiment, holdout):
    fill(project)
    return project


@pytest.fixture
def project_url(project):
    return f"/api/organizations/{project.organization_id}/projects/{project.pk}/"


@pytest.fixture
def deleted(admin, large, project_url):
    assert admin.delete(project_url).status_code == 204
    assert Project.all_objects.filter(pk=large.pk).exists()
    return large
