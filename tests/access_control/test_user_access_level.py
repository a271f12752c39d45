import pytest

from tenants.models import Membership
from tenants.services import remove_from_role
from tests import factories
from tests.access_control.ruled_kinds import KINDS
from tests.client import DocumentedClient

pytestmark = pytest.mark.parametrize("fixture", KINDS)


@pytest.fixture
def level(kind, row):
    """What a client reads about its level."""
    return lambda client: client.get(kind.url(row)).json()["user_access_level"]


def test_user_access_level__no_rule__editor(level, colleague):
    assert level(colleague) == "editor"


def test_user_access_level__rule_for_the_kind__its_level(level, colleague, for_all, grace):
    for_all("viewer", to=grace)

    assert level(colleague) == "viewer"


def test_user_access_level__rule_for_a_role__its_level(level, colleague, for_all, role):
    for_all("manager", to=role)

    assert level(colleague) == "manager"


def test_user_access_level__role_left__its_rule_is_no_matter(
    level, colleague, for_all, role, grace
):
    for_all("viewer", to=role)
    place = role.memberships.get(user=grace)
    remove_from_role(organization=role.organization, role_id=role.pk, membership_id=place.pk)

    assert level(colleague) == "editor"


def test_user_access_level__rule_for_another_member__no_matter(level, colleague, for_all, edith):
    for_all("viewer", to=edith)

    assert level(colleague) == "editor"


def test_user_access_level__rule_for_the_object__before_the_one_for_the_kind(
    level, colleague, for_all, for_row, grace
):
    for_all("manager")
    for_row("viewer", to=grace)

    assert level(colleague) == "viewer"


def test_user_access_level__everybodys_rule_for_the_object__after_the_one_for_the_kind(
    level, colleague, for_all, for_row
):
    for_row("manager")
    assert level(colleague) == "manager"

    for_all("viewer")
    assert level(colleague) == "viewer"


def test_user_access_level__creator__manager_whatever_the_rules_say(
    level, client, for_all, for_row, ada
):
    for_all("none", to=ada)
    for_row("none", to=ada)

    assert level(client) == "manager"


@pytest.mark.parametrize("place", [Membership.Level.ADMIN, Membership.Level.OWNER])
def test_user_access_level__admin__manager_whatever_the_rules_say(
    level, for_all, for_row, organization, place
):
    user = factories.make_user("katherine@example.com", organization, place)
    for_all("none", to=user)
    for_row("none", to=user)

    assert level(DocumentedClient(factories.make_key(user))) == "manager"


def test_user_access_level__rule_of_another_project__no_matter(
    level, colleague, for_all, organization
):
    for_all("viewer", project=factories.make_project(organization, "Sister"))

    assert level(colleague) == "editor"
