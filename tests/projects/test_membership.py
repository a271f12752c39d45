import pytest

from tenants.models import Membership
from tenants.services import add_member
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test


@pytest.fixture
def url(project):
    return f"/api/projects/{project.pk}/experiment_saved_metrics/"


def client_of(user):
    return DocumentedClient(factories.make_key(user))


@in_one_test("method", ["get", "post", "patch", "options"])
@in_one_test("resource", ["experiments", "experiment_holdouts", "experiment_saved_metrics"])
def test_project__caller_not_a_member__forbidden(outsider, project, resource, method):
    response = getattr(outsider, method)(f"/api/projects/{project.pk}/{resource}/")

    assert_error(response, 403, "permission_denied")
    assert response.json()["type"] == "authentication_error"


@in_one_test("method", ["get", "put", "patch", "delete"])
def test_row__caller_not_a_member__forbidden(outsider, url, saved_metric, method):
    response = getattr(outsider, method)(f"{url}{saved_metric.pk}/")

    assert_error(response, 403, "permission_denied")


def test_project__membership_ended__forbidden_at_once(client, url, ada):
    assert client.get(url).status_code == 200

    ada.memberships.all().delete()

    assert_error(client.get(url), 403, "permission_denied")


def test_project__member_of_two_organizations__reaches_both(client, url, ada, foreign_project):
    add_member(organization=foreign_project.organization, user=ada, level=1)

    foreign_url = f"/api/projects/{foreign_project.pk}/experiment_saved_metrics/"
    assert client.get(foreign_url).status_code == 200
    assert client.get(url).status_code == 200


def test_project__superuser_without_membership__forbidden(url, mallory):
    mallory.is_staff = mallory.is_superuser = True
    mallory.save()

    response = client_of(mallory).get(url)

    assert_error(response, 403, "permission_denied")


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        pytest.param(Membership.Level.MEMBER, "editor", id="member"),
        pytest.param(Membership.Level.ADMIN, "manager", id="admin"),
        pytest.param(Membership.Level.OWNER, "manager", id="owner"),
    ],
)
def test_user_access_level__made_by_another__follows_the_membership(
    url, saved_metric, organization, level, shown
):
    user = factories.make_user("katherine@example.com", organization, level)

    response = client_of(user).get(f"{url}{saved_metric.pk}/")

    assert response.json()["user_access_level"] == shown


def test_user_access_level__creator__manager(client, url, saved_metric):
    response = client.get(f"{url}{saved_metric.pk}/")

    assert response.json()["user_access_level"] == "manager"


def test_user_access_level__list__per_row(reader, url, project, saved_metric, grace):
    factories.make_saved_metric(project, grace, name="Signups")

    rows = reader.get(url).json()["results"]

    assert [row["user_access_level"] for row in rows] == ["editor", "manager"]


def test_user_access_level__creator_deleted__editor(reader, url, saved_metric, ada):
    ada.delete()

    response = reader.get(f"{url}{saved_metric.pk}/")

    assert response.json()["user_access_level"] == "editor"


def test_user_access_level__experiments__follow_the_same_rule(client, reader, project, experiment):
    url = f"/api/projects/{project.pk}/experiments/{experiment.pk}/"

    assert client.get(url).json()["user_access_level"] == "manager"
    assert reader.get(url).json()["user_access_level"] == "editor"


def test_level__values__the_wires():
    assert Membership.Level.values == [1, 8, 15]


def test_add_member__member_already__level_changes(ada, organization):
    add_member(organization=organization, user=ada, level=Membership.Level.OWNER)

    assert ada.memberships.get().is_admin


def test_membership__of_each_user__uuid_of_its_own(ada, grace):
    assert ada.memberships.get().uuid != grace.memberships.get().uuid
