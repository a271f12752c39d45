from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from api.models import IdempotencyKey
from organizations.models import OrganizationInvite
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test
from users.tokens import hashed

INVITE = {
    "target_email": "Mallory@Example.org",
    "first_name": "Mallory",
    "level": 8,
    "message": "Join us.",
}
MEMBERS = [
    "id",
    "target_email",
    "first_name",
    "emailing_attempt_made",
    "level",
    "is_expired",
    "created_by",
    "created_at",
    "updated_at",
    "message",
    "private_project_access",
    "token",
]


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/invites/"


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_HOST = "mail.example.com"


def test_create_invite__address__kept_and_told(admin, edith, organization, url):
    response = admin.post(url, INVITE)

    assert response.status_code == 201
    body = response.json()
    assert list(body) == MEMBERS
    assert {name: body[name] for name in INVITE} == INVITE
    assert (body["emailing_attempt_made"], body["is_expired"]) == (False, False)
    assert body["created_by"]["id"] == edith.pk
    shown = body | {"token": None}
    assert admin.get(url).json()["results"] == [shown]
    assert admin.get(f"{url}{body['id']}/").json() == shown
    [entry] = admin.get(f"/api/organizations/{organization.pk}/activity_log/").json()["results"]
    assert (entry["scope"], entry["activity"]) == ("OrganizationInvite", "created")
    assert entry["detail"]["name"] == INVITE["target_email"]
    assert mail.outbox == []


def test_create_invite__mail_server__mail_sent_after_the_commit(
    admin, mail_server, organization, url, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        body = admin.post(
            url, {"target_email": "m@example.org", "first_name": "M", "message": "Hi"}
        ).json()

    assert body["emailing_attempt_made"] is True
    [message] = mail.outbox
    assert message.to == ["m@example.org"]
    assert message.subject == "edith@example.com invites you to Acme"
    assert f"/api/organizations/{organization.pk}/invites/{body['id']}/accept/" in message.body
    assert f"/signup/{body['token']}" in message.body
    assert "Hi" in message.body


def test_create_invite__token__kept_as_a_hash_only(admin, url):
    body = admin.post(url, {"target_email": "m@example.org"}).json()

    invite = OrganizationInvite.objects.get()
    assert invite.token_hash == hashed(body["token"])
    assert not [value for value in vars(invite).values() if value == body["token"]]


def test_create_invite__idempotency_key__token_not_kept(admin, url):
    headers = {"Idempotency-Key": "once"}
    admin.post(url, {"target_email": "m@example.org"}, headers=headers)

    assert not IdempotencyKey.objects.exists()


def test_create_invite__no_mail_wanted__none_sent(
    admin, mail_server, url, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        body = admin.post(url, {"target_email": "m@example.org", "send_email": False}).json()

    assert (body["emailing_attempt_made"], mail.outbox) == (False, [])


def test_create_invite__same_address_again__replaced(admin, url):
    first = admin.post(url, {"target_email": "m@example.org"}).json()

    second = admin.post(url, {"target_email": "M@example.ORG", "level": 8}).json()

    assert [row["id"] for row in admin.get(url).json()["results"]] == [second["id"]]
    assert first["id"] != second["id"]


@in_one_test("email", ["ada@example.com", "ADA@example.com"])
def test_create_invite__of_a_member__refused(admin, ada, url, email):
    assert_invalid(admin.post(url, {"target_email": email}), "target_email", "unique")


@in_one_test(
    ("values", "attr", "code"),
    [
        ({}, "target_email", "required"),
        ({"target_email": None}, "target_email", "null"),
        ({"target_email": "mallory"}, "target_email", "invalid_input"),
        ({"target_email": f"{'x' * 250}@example.org"}, "target_email", "max_length"),
        ({"first_name": "x" * 31}, "first_name", "max_length"),
        ({"level": 2}, "level", "invalid_choice"),
        ({"message": "x" * 1001}, "message", "max_length"),
        ({"send_email": "maybe"}, "send_email", "invalid_input"),
    ],
    ids=str,
)
def test_create_invite__value_not_valid__refused(admin, url, values, attr, code):
    if attr != "target_email":
        values = {"target_email": "m@example.org"} | values

    assert_invalid(admin.post(url, values), attr, code)
    assert not OrganizationInvite.objects.exists()


def test_create_invite__member__up_to_their_own_level(client, url):
    assert client.post(url, {"target_email": "m@example.org"}).status_code == 201
    response = client.post(url, {"target_email": "n@example.org", "level": 8})
    assert_error(response, 403, "permission_denied")


def test_create_invite__members_may_not__only_admins(client, admin, url):
    admin.patch(url.replace("invites/", ""), {"members_can_invite": False})

    response = client.post(url, {"target_email": "m@example.org"})
    assert_error(response, 403, "permission_denied")
    assert admin.post(url, {"target_email": "m@example.org"}).status_code == 201


def test_create_invite__not_a_member__forbidden(outsider, url):
    assert_error(outsider.post(url, {"target_email": "m@example.org"}), 403, "permission_denied")


@in_one_test("method", ["get", "post"])
def test_invites__nobody__not_authenticated(anonymous, url, method):
    assert_error(getattr(anonymous, method)(url), 401, "not_authenticated")


def test_create_invite__key_that_may_only_read__forbidden(edith, url):
    client = DocumentedClient(factories.make_key(edith, "organization_member:read"))

    response = client.post(url, {"target_email": "m@example.org"})

    assert_error(response, 403, "permission_denied")
    assert "'organization_member:write'" in response.json()["detail"]


def test_list_invites__older_than_three_days__expired(admin, url):
    admin.post(url, {"target_email": "m@example.org"})
    past = timezone.now() - timedelta(days=3, seconds=1)
    OrganizationInvite.objects.update(created_at=past)

    assert admin.get(url).json()["results"][0]["is_expired"] is True


@pytest.mark.parametrize("who", ["admin", "client"])
def test_delete_invite__admin_or_who_sent_it__gone(request, client, url, who):
    invite = client.post(url, {"target_email": "m@example.org"}).json()

    response = request.getfixturevalue(who).delete(f"{url}{invite['id']}/")

    assert (response.status_code, response.content) == (204, b"")
    assert not OrganizationInvite.objects.exists()


def test_delete_invite__member_and_of_another__forbidden(admin, client, url):
    invite = admin.post(url, {"target_email": "m@example.org"}).json()

    assert_error(client.delete(f"{url}{invite['id']}/"), 403, "permission_denied")
    assert OrganizationInvite.objects.exists()


def test_delete_invite__stale_etag__refused(admin, url):
    invite = admin.post(url, {"target_email": "m@example.org"}).json()

    response = admin.delete(f"{url}{invite['id']}/", headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")


@in_one_test("reference", ["0190a1b2-0000-7000-8000-000000000000", "1"])
def test_delete_invite__unknown__not_found(admin, url, reference):
    assert_error(admin.delete(f"{url}{reference}/"), 404, "not_found")
