from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from organizations.models import OrganizationInvite
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test
from users.models import User

PASSWORD = "a long enough password"


@pytest.fixture
def invite(admin, organization):
    body = {"target_email": "new@example.com", "first_name": "Newton", "level": 1}
    return admin.post(f"/api/organizations/{organization.pk}/invites/", body).json()


@pytest.fixture
def url(invite):
    return f"/api/signup/{invite['token']}/"


def test_signup__link_of_an_invitation__says_what_it_is_to(anonymous, url, invite, organization):
    response = anonymous.get(url)

    assert response.status_code == 200
    assert response.json() == {
        "id": invite["id"],
        "target_email": "new@example.com",
        "first_name": "Newton",
        "organization_id": str(organization.pk),
        "organization_name": organization.name,
    }


def test_signup__strong_password__member_with_a_session(anonymous, url, organization):
    response = anonymous.post(url, {"first_name": "Isaac", "password": PASSWORD})

    assert response.status_code == 201
    user = User.objects.get(email="new@example.com")
    assert (user.first_name, user.check_password(PASSWORD)) == ("Isaac", True)
    assert user.memberships.get().organization == organization
    assert not OrganizationInvite.objects.exists()
    assert anonymous.get("/api/users/@me/").json()["email"] == "new@example.com"


@pytest.mark.parametrize("password", ["short", "password123"])
def test_signup__weak_password__nothing_is_made(anonymous, url, password):
    response = anonymous.post(url, {"password": password})

    assert_invalid(response, attr="password", code="weak_password")
    assert not User.objects.filter(email="new@example.com").exists()


def test_signup__address_has_an_account__refused(anonymous, url):
    User.objects.create_user("new@example.com", PASSWORD)

    response = anonymous.post(url, {"password": PASSWORD})

    assert_invalid(response, attr="email", code="unique")


def test_signup__invitation_too_old__nothing_is_made(anonymous, url):
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        response = anonymous.post(url, {"password": PASSWORD})

    assert_invalid(response, attr=None, code="expired")
    assert not User.objects.filter(email="new@example.com").exists()


def test_signup__id_of_the_invitation__opens_nothing(anonymous, invite):
    url = f"/api/signup/{invite['id']}/"

    assert_error(anonymous.get(url), 404, "not_found")
    assert_error(anonymous.post(url, {"password": PASSWORD}), 404, "not_found")


def test_signup__link_of_an_invitation_replaced__not_found(admin, anonymous, organization, url):
    path = f"/api/organizations/{organization.pk}/invites/"
    admin.post(path, {"target_email": "new@example.com"})

    assert_error(anonymous.post(url, {"password": PASSWORD}), 404, "not_found")


@in_one_test("which", ["nonsense", "01a22724-516c-7a93-90c5-c1d0d8af2f7c"])
def test_signup__no_such_invitation__not_found(anonymous, db, which):
    assert_error(anonymous.get(f"/api/signup/{which}/"), 404, "not_found")
    assert_error(anonymous.post(f"/api/signup/{which}/", {"password": PASSWORD}), 404, "not_found")
