import pytest

from organizations.models import OrganizationInvite
from tenants.models import Membership, Organization
from tests import factories
from tests.approvals.concurrency import at_once, holding
from tests.client import DocumentedClient

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_many_writers"),
]


@pytest.fixture
def owners(organization):
    return [
        factories.make_user(f"{name}@example.com", organization, Membership.Level.OWNER)
        for name in ("olga", "oscar")
    ]


@pytest.fixture
def lock(organization):
    return lambda: Organization.objects.select_for_update().get(pk=organization.pk)


def _client(user):
    return DocumentedClient(factories.make_key(user))


def _statuses(futures):
    return sorted(each.result().status_code for each in futures)


@pytest.mark.parametrize("how", ["leave", "step_down"])
def test_races__both_owners_go__one_stays(organization, owners, lock, how):
    url = f"/api/organizations/{organization.pk}/members/@me/"
    calls = {
        "leave": lambda client: client.delete(url),
        "step_down": lambda client: client.patch(url, {"level": 1}),
    }
    clients = [_client(owner) for owner in owners]

    with holding(lock, *(lambda c=client: calls[how](c) for client in clients)) as going:
        pass

    assert _statuses(going)[1] == 409
    assert Membership.objects.filter(level=Membership.Level.OWNER).count() == 1


def test_races__owners_remove_each_other__one_stays(organization, owners, lock):
    url = f"/api/organizations/{organization.pk}/members/"
    first, second = (_client(owner) for owner in owners)

    with holding(
        lock,
        lambda: first.delete(f"{url}{owners[1].uuid}/"),
        lambda: second.delete(f"{url}{owners[0].uuid}/"),
    ) as going:
        pass

    assert _statuses(going) == [204, 403]
    assert Membership.objects.count() == 1


def test_races__invitation_accepted_twice__once(organization, owners, lock, outsider, mallory):
    url = f"/api/organizations/{organization.pk}/invites/"
    invite = _client(owners[0]).post(url, {"target_email": mallory.email}).json()
    calls = [lambda: outsider.post(f"{url}{invite['id']}/accept/")] * 2

    with holding(lock, *calls) as going:
        pass

    assert _statuses(going) == [200, 404]
    assert mallory.memberships.filter(organization=organization).count() == 1


def test_races__address_invited_twice__one_invitation(organization, owners, lock):
    url = f"/api/organizations/{organization.pk}/invites/"
    clients = [_client(owner) for owner in owners]
    body = {"target_email": "mallory@example.org"}

    with holding(lock, *(lambda c=client: c.post(url, body) for client in clients)) as going:
        pass

    assert _statuses(going) == [201, 201]
    assert OrganizationInvite.objects.count() == 1


def test_races__two_organizations_with_one_name__told_apart(owners):
    first, second = map(_client, owners)

    answers = at_once(
        *(
            lambda client=client: client.post("/api/organizations/", {"name": "Twins"})
            for client in (first, second)
        )
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["slug"] for answer in answers}) == 2
