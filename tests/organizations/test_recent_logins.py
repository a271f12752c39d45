import pytest
import time_machine

from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test
from tests.sessions import NOW, old_session_of


@pytest.fixture
def old_session(olga):
    with old_session_of(olga) as browser:
        yield browser


@in_one_test(
    ("method", "path"),
    [
        ("post", "organizations/"),
        ("patch", "organizations/{organization}/"),
        ("delete", "organizations/{organization}/"),
        ("patch", "organizations/{organization}/members/{ada}/"),
        ("delete", "organizations/{organization}/members/{ada}/"),
        ("delete", "users/@me/"),
    ],
)
def test_session__login_two_hours_ago__asked_for_another(
    old_session, organization, ada, method, path
):
    path = path.format(organization=organization.pk, ada=ada.uuid)

    response = getattr(old_session, method)(f"/api/{path}", {"name": "New", "level": 1})

    assert_error(response, 403, "sensitive_action_required_reauth")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "organizations/"),
        ("get", "organizations/{organization}/members/"),
        ("post", "organizations/{organization}/projects/"),
        ("patch", "projects/{project}/"),
        ("patch", "users/@me/"),
    ],
)
def test_session__login_two_hours_ago__enough_for_the_rest(
    old_session, organization, project, method, path
):
    path = path.format(organization=organization.pk, project=project.pk)

    assert getattr(old_session, method)(f"/api/{path}", {}).status_code in (200, 201)


def test_retrieve_me__session__says_until_when_its_login_is_recent(olga):
    browser = DocumentedClient()
    with time_machine.travel(NOW, tick=False):
        browser.force_login(olga)

        body = browser.get("/api/users/@me/").json()

    assert body["sensitive_session_expires_at"] == "2126-03-02T12:00:00Z"
