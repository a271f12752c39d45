"""One person has one address, whoever asks about it: logins, lock-outs, invitations, commands."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.selectors import list_all_keys, make_login_code
from core.exceptions import NotFound
from organizations.models import OrganizationInvite
from tests import factories
from tests.accounts.conftest import PASSWORD
from tests.accounts.paths import LOGIN
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient

FEW = 3
LOOKALIKES = ("v\u0131c@example.com", "V\u0130c@example.com")


@pytest.fixture
def vic(organization):
    return make(organization, "vic@example.com")


def make(organization, email):
    user = factories.make_user(email, organization)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def log_in(email, password=PASSWORD):
    return DocumentedClient().post(LOGIN, {"email": email, "password": password})


@pytest.mark.parametrize("email", LOOKALIKES)
def test_addresses__letters_that_only_look_alike__do_not_log_in(vic, email):
    response = log_in(email)

    assert response.status_code == 400
    assert not response.cookies


def test_addresses__name_of_half_a_surrogate_pair__nobodys(client, organization):
    invites, email = f"/api/organizations/{organization.pk}/invites/", "a@xn--ib9b.com"

    assert_error(log_in(email), 400, "invalid_credentials")
    assert client.post(invites, {"target_email": email}).status_code == 201


def test_addresses__guesses_under_every_spelling__locked_together(vic, settings):
    settings.AXES_FAILURE_LIMIT = FEW
    for email in ("VIC@example.com", "vic@EXAMPLE.com", "Vic@Example.Com"):
        log_in(email, "wrong")

    assert_error(log_in(vic.email), 403, "too_many_failed_attempts")


@pytest.mark.parametrize("kept", ["vic@münchen.de", "vic@xn--mnchen-3ya.de"])
@pytest.mark.parametrize(
    "sent", ["VIC@MÜNCHEN.de", "vic@xn--mnchen-3ya.de", "vic@mu\u0308nchen.de"]
)
def test_addresses__either_form_of_a_domain__logs_in(organization, kept, sent):
    make(organization, kept)

    assert log_in(sent).status_code == 200
    assert make_login_code(email=sent)


def test_addresses__guesses_under_both_forms_of_a_domain__locked_together(organization, settings):
    settings.AXES_FAILURE_LIMIT = FEW
    make(organization, "vic@münchen.de")
    for email in ("vic@münchen.de", "vic@xn--mnchen-3ya.de", "VIC@MÜNCHEN.DE"):
        log_in(email, "wrong")

    assert_error(log_in("vic@münchen.de"), 403, "too_many_failed_attempts")


def test_addresses__other_form_of_a_domain__is_a_user_already(organization):
    make(organization, "vic@münchen.de")

    with pytest.raises(CommandError, match="already a user"):
        call_command("create_user", "vic@xn--mnchen-3ya.de", stdout=StringIO())


@pytest.mark.parametrize("email", LOOKALIKES)
def test_addresses__letters_that_only_look_alike__nobody_to_commands(vic, email):
    with pytest.raises(NotFound):
        make_login_code(email=email)
    assert list(list_all_keys(email=email)) == []
    with pytest.raises(CommandError):
        call_command("create_user", email, stdout=StringIO())


@pytest.mark.parametrize(
    ("invited", "accepting"),
    [("vic@straße.example", "vic@strasse.example"), ("vic@strasse.example", "vic@straße.example")],
)
def test_addresses__invitation_of_a_name_that_was_once_the_same__for_another(
    organization, ada, invited, accepting
):
    invite = OrganizationInvite.objects.create(
        organization=organization, target_email=invited, created_by=ada
    )
    elsewhere = factories.make_user(accepting, factories.make_organization("Other"))
    url = f"/api/organizations/{organization.pk}/invites/{invite.pk}/accept/"

    response = DocumentedClient(factories.make_key(elsewhere)).post(url)

    assert_invalid(response, None, "invalid_recipient")


def test_addresses__invitation_of_the_ascii_form__accepted(organization, ada):
    invite = OrganizationInvite.objects.create(
        organization=organization, target_email="vic@xn--strae-oqa.example", created_by=ada
    )
    user = factories.make_user("Vic@straße.example", factories.make_organization("Other"))
    url = f"/api/organizations/{organization.pk}/invites/{invite.pk}/accept/"

    assert DocumentedClient(factories.make_key(user)).post(url).status_code == 200


@pytest.mark.parametrize(
    "email", ["v\u0131c@example.com", "\u212aim@example.com", "\u017fue@example.com"]
)
def test_addresses__invitation_of_a_look_alike__refused(organization, email):
    admin = factories.make_user("edith@example.com", organization, 15)
    url = f"/api/organizations/{organization.pk}/invites/"

    response = DocumentedClient(factories.make_key(admin)).post(url, {"target_email": email})

    assert_invalid(response, "target_email")
