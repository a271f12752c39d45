"""The cast of accounts: a browser with ada's session, and a key of hers."""

import pytest
from django.conf import settings

from tests import factories
from tests.client import DocumentedClient
from users.models import PersonalAPIKey, User
from users.services import issue_key

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.accounts.hashers.CountingHasher"]


@pytest.fixture
def credentials(ada: User) -> dict[str, str]:
    ada.set_password(PASSWORD)
    ada.save(update_fields=["password"])
    return {"email": ada.email, "password": PASSWORD}


@pytest.fixture
def browser(ada: User) -> DocumentedClient:
    token = "a" * 32
    browser = DocumentedClient(enforce_csrf_checks=True, HTTP_X_CSRFTOKEN=token)
    browser.force_login(ada)
    browser.cookies[settings.CSRF_COOKIE_NAME] = token
    return browser


@pytest.fixture
def make_key():
    def make(user: User, label: str = "ci", **values: object) -> PersonalAPIKey:
        given = {"scopes": ["experiment:read"], "scoped_teams": [], "scoped_organizations": []}
        return issue_key(user=user, label=label, **(given | values))

    return make


@pytest.fixture
def key(make_key, ada: User) -> PersonalAPIKey:
    return make_key(ada)


@pytest.fixture
def own_client(key: PersonalAPIKey) -> DocumentedClient:
    return DocumentedClient(key.value)


@pytest.fixture
def foreign_key(make_key, mallory: User) -> PersonalAPIKey:
    return make_key(mallory, "foreign")


@pytest.fixture
def everything(ada: User) -> DocumentedClient:
    return DocumentedClient(factories.make_key(ada, "*"))
