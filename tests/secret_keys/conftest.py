"""The cast of a project's secret API keys: an admin's session, a key, and who speaks for it."""

import pytest
from django.utils import timezone

from organizations.services import create_secret_key
from tenants.models import Membership, Project, ProjectSecretAPIKey
from tests import factories
from tests.client import DocumentedClient
from users.models import User


@pytest.fixture
def boss(organization) -> User:
    return factories.make_user("boss@example.com", organization, Membership.Level.ADMIN)


@pytest.fixture
def browser(boss: User) -> DocumentedClient:
    browser = DocumentedClient()
    browser.force_login(boss)
    return browser


@pytest.fixture
def keys(project: Project) -> str:
    return f"/api/projects/{project.pk}/project_secret_api_keys/"


@pytest.fixture
def make_secret(project: Project, boss: User):
    def make(*scopes: str, label: str = "backend", of: Project | None = None):
        return create_secret_key(
            project=of or project,
            values={"label": label, "scopes": list(scopes) or ["experiment:read"]},
            actor=boss,
            now=timezone.now(),
        )

    return make


@pytest.fixture
def secret(make_secret) -> ProjectSecretAPIKey:
    return make_secret("experiment:read", "feature_flag:read")


@pytest.fixture
def program(secret: ProjectSecretAPIKey) -> DocumentedClient:
    return DocumentedClient(secret.value)
