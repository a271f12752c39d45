import pytest

from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def url(organization):
    return f"/api/organizations/{organization.pk}/members/"


def level_of(user):
    return user.memberships.get().level


def test_update_member__admin_raises_a_member__stored_and_told(
    admin, edith, ada, organization, url
):
    response = admin.patch(f"{url}{ada.uuid}/", {"level": 8})

    assert response.status_code == 200
    assert response.json() == admin.get(f"{url}{ada.uuid}/").json()
    membership = ada.memberships.get()
    assert membership.level == response.json()["level"] == 8
    assert membership.updated_at > membership.joined_at
    [entry] = admin.get(f"/api/organizations/{organization.pk}/activity_log/").json()["results"]
    assert (entry["scope"], entry["activity"]) == ("OrganizationMembership", "updated")
    assert (entry["detail"]["name"], entry["user"]["email"]) == (ada.email, edith.email)
    [change] = entry["detail"]["changes"]
    assert (change["field"], change["before"], change["after"]) == ("level", 1, 8)


@pytest.mark.parametrize(("level", "status"), [(8, 200), (15, 403)])
def test_update_member__admin_to_a_level__up_to_their_own(admin, ada, url, level, status):
    assert admin.patch(f"{url}{ada.uuid}/", {"level": level}).status_code == status
    assert level_of(ada) == (level if status == 200 else 1)


def test_update_member__owner_makes_an_owner__both_are(owner, olga, ada, url):
    assert owner.put(f"{url}{ada.uuid}/", {"level": 15}).status_code == 200
    assert level_of(ada) == level_of(olga) == 15


def test_update_member__admin_and_an_owner__forbidden(admin, olga, url):
    assert_error(admin.patch(f"{url}{olga.uuid}/", {"level": 1}), 403, "permission_denied")
    assert level_of(olga) == 15


def test_update_member__admin_steps_down__member(admin, edith, url):
    assert admin.patch(f"{url}@me/", {"level": 1}).status_code == 200
    assert level_of(edith) == 1
    assert_error(admin.patch(f"{url}@me/", {"level": 8}), 403, "permission_denied")


def test_update_member__last_owner_steps_down__conflict(owner, olga, url):
    assert_error(owner.patch(f"{url}@me/", {"level": 8}), 409, "conflict")
    assert level_of(olga) == 15


def test_update_member__other_owner_is_inactive__conflict(owner, organization, url):
    gone = factories.make_user("gone@example.com", organization, 15)
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    assert_error(owner.patch(f"{url}@me/", {"level": 8}), 409, "conflict")


def test_update_member__one_of_two_owners_steps_down__admin(owner, olga, organization, url):
    factories.make_user("oscar@example.com", organization, 15)

    assert owner.patch(f"{url}@me/", {"level": 8}).json()["level"] == 8


@pytest.mark.parametrize("sent", [{}, {"level": 1}, {"user": {"id": 7}, "joined_at": None}])
def test_update_member__nothing_new__no_entry(admin, organization, ada, url, sent):
    response = admin.patch(f"{url}{ada.uuid}/", sent)

    assert (response.status_code, level_of(ada)) == (200, 1)
    path = f"/api/organizations/{organization.pk}/activity_log/"
    assert admin.get(path).json()["results"] == []


@in_one_test(
    ("level", "code"),
    [(2, "invalid_choice"), ("owner", "invalid_choice"), (None, "null"), ([], "invalid_choice")],
    ids=repr,
)
def test_update_member__no_level__refused(admin, ada, url, level, code):
    assert_invalid(admin.patch(f"{url}{ada.uuid}/", {"level": level}), "level", code)


def test_update_member__stale_etag__refused(admin, ada, url):
    response = admin.patch(f"{url}{ada.uuid}/", {"level": 8}, headers={"If-Match": '"old"'})

    assert_error(response, 412, "precondition_failed")
    assert level_of(ada) == 1


@pytest.mark.parametrize("whom", ["grace", "ada"])
def test_update_member__member__forbidden(request, client, url, whom):
    user = request.getfixturevalue(whom)

    assert_error(client.patch(f"{url}{user.uuid}/", {"level": 8}), 403, "permission_denied")
    assert level_of(user) == 1


def test_update_member__nobody__not_authenticated(anonymous, ada, url):
    assert_error(anonymous.patch(f"{url}{ada.uuid}/", {}), 401, "not_authenticated")


def test_update_member__not_a_member__forbidden(outsider, ada, url):
    assert_error(outsider.patch(f"{url}{ada.uuid}/", {"level": 8}), 403, "permission_denied")


def test_update_member__key_that_may_only_read__forbidden(edith, ada, url):
    client = DocumentedClient(factories.make_key(edith, "organization_member:read"))

    assert_error(client.patch(f"{url}{ada.uuid}/", {"level": 8}), 403, "permission_denied")
