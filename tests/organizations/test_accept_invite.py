from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from organizations.models import OrganizationInvite
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient

CSRF_TOKEN = "a" * 32


@pytest.fixture
def invites(organization):
    return f"/api/organizations/{organization.pk}/invites/"


@pytest.fixture
def url(admin, mallory, invites):
    invite = admin.post(invites, {"target_email": mallory.email.upper(), "level": 8}).json()
    return f"{invites}{invite['id']}/accept/"


def test_accept_invite__by_the_one_invited__member_and_told(
    outsider, mallory, admin, organization, project, url
):
    response = outsider.post(url)

    assert response.status_code == 200
    assert (response.json()["user"]["id"], response.json()["level"]) == (mallory.pk, 8)
    assert mallory.memberships.get(organization=organization).level == 8
    assert not OrganizationInvite.objects.exists()
    assert outsider.get(f"/api/projects/{project.pk}/experiments/").status_code == 200
    path = f"/api/organizations/{organization.pk}/activity_log/"
    entry = admin.get(path, {"scope": "OrganizationMembership"}).json()["results"][0]
    assert (entry["activity"], entry["detail"]["name"]) == ("created", mallory.email)
    assert entry["user"]["email"] == mallory.email


def test_accept_invite__session__works(mallory, organization, url):
    browser = DocumentedClient(enforce_csrf_checks=True)
    browser.force_login(mallory)
    browser.cookies[settings.CSRF_COOKIE_NAME] = CSRF_TOKEN

    response = browser.post(url, headers={"X-CSRFToken": CSRF_TOKEN})

    assert response.status_code == 200


def test_accept_invite__of_another__refused(client, url):
    response = client.post(url)

    assert_invalid(response, None, "invalid_recipient")
    assert OrganizationInvite.objects.exists()


def test_accept_invite__after_three_days__refused(outsider, mallory, organization, url):
    past = timezone.now() - timedelta(days=3, seconds=1)
    OrganizationInvite.objects.update(created_at=past)

    assert_invalid(outsider.post(url), None, "expired")
    assert not mallory.memberships.filter(organization=organization).exists()


def test_accept_invite__within_three_days__accepted(outsider, url):
    OrganizationInvite.objects.update(created_at=timezone.now() - timedelta(days=2, hours=23))

    assert outsider.post(url).status_code == 200


def test_accept_invite__member_already__refused(outsider, mallory, organization, url):
    organization.memberships.create(user=mallory)

    assert_invalid(outsider.post(url), "target_email", "unique")


def test_accept_invite__twice__not_found(outsider, url):
    outsider.post(url)

    assert_error(outsider.post(url), 404, "not_found")


def test_accept_invite__twice_with_an_idempotency_key__same_answer(outsider, url):
    headers = {"Idempotency-Key": "once"}

    first = outsider.post(url, headers=headers)

    assert outsider.post(url, headers=headers).json() == first.json()


def test_accept_invite__taken_back__not_found(admin, outsider, url):
    admin.delete(url.removesuffix("accept/"))

    assert_error(outsider.post(url), 404, "not_found")


def test_accept_invite__below_another_organization__not_found(outsider, mallory, organization, url):
    own = mallory.memberships.get().organization_id

    response = outsider.post(url.replace(str(organization.pk), str(own)))

    assert_error(response, 404, "not_found")


def test_invite__not_a_member__not_shown(outsider, url):
    assert_error(outsider.get(url.removesuffix("accept/")), 403, "permission_denied")


def test_accept_invite__nobody__not_authenticated(anonymous, url):
    assert_error(anonymous.post(url), 401, "not_authenticated")


def test_accept_invite__key_without_the_scope__forbidden(mallory, url):
    client = DocumentedClient(factories.make_key(mallory, "organization_member:read"))

    assert_error(client.post(url), 403, "permission_denied")
