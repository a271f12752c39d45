import pytest

from approvals.models import ChangeRequest
from tenants.models import Membership
from tests import factories
from tests.client import DocumentedClient
from tests.scheduled_changes.paths import path_of

DAILY = {"is_recurring": True, "recurrence_interval": "daily"}
OTHER_TIMES = [
    {"scheduled_at": "2027-01-01T00:00:00Z"},
    {"recurrence_interval": "weekly"},
    {"recurrence_interval": None, "cron_expression": "0 9 * * *"},
    {"end_date": "2035-01-01T00:00:00Z"},
]


@pytest.fixture
def admin(organization) -> DocumentedClient:
    """Somebody whose changes pass without being asked about."""
    edith = factories.make_user("edith@example.com", organization, Membership.Level.ADMIN)
    return DocumentedClient(factories.make_key(edith))


@pytest.fixture
def member(organization) -> DocumentedClient:
    linus = factories.make_user("linus@example.com", organization)
    return DocumentedClient(factories.make_key(linus))


@pytest.fixture
def passed(make_policy, schedule, admin):
    """Schedule a change that passes the gate by the bypass of its author."""

    def make(**values):
        policy = make_policy("feature_flag.enable")
        policy.bypass_org_membership_levels = [Membership.Level.ADMIN]
        policy.save()
        change = schedule(by=admin, **values)
        assert change.change_request is None
        return change

    return make


@pytest.mark.parametrize("values", OTHER_TIMES, ids=str)
def test_gate__somebody_else_chooses_the_times__asked_as_for_their_own(passed, member, run, values):
    change = passed(**DAILY)

    assert member.patch(path_of(change), values).status_code == 200

    change.refresh_from_db()
    assert change.change_request.created_by.email == "linus@example.com"
    change = run(change)
    change.flag.refresh_from_db()
    assert (change.flag.active, change.change_request.state) == (False, "pending")


def test_gate__somebody_else_lets_it_go_on__asked_as_for_their_own(passed, admin, member, run):
    change = passed(**DAILY)
    admin.patch(path_of(change), {"is_recurring": False})

    assert member.patch(path_of(change), {"is_recurring": True}).status_code == 200

    change = run(change)
    change.flag.refresh_from_db()
    assert (change.flag.active, change.change_request.state) == (False, "pending")


@pytest.mark.parametrize("values", [{"is_recurring": False}, {**DAILY}, {}], ids=str)
def test_gate__somebody_else_pauses_it_or_sends_it_back__still_the_authors(passed, member, values):
    change = passed(**DAILY)

    assert member.patch(path_of(change), values).status_code == 200

    change.refresh_from_db()
    assert change.acts_as.email == "edith@example.com"
    assert not ChangeRequest.objects.exists()


def test_gate__author_chooses_other_times__passes_by_their_bypass(passed, admin, run):
    change = passed()

    admin.patch(path_of(change), {"scheduled_at": "2027-01-01T00:00:00Z"})

    change.refresh_from_db()
    change = run(change)
    change.flag.refresh_from_db()
    assert change.flag.active is True
    assert not ChangeRequest.objects.exists()
