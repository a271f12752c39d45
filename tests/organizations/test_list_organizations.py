from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants.services import add_member
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient

URL = "/api/organizations/"


def test_list_organizations__two__in_the_order_of_joining(
    client, organization, project, second_home, grace
):
    response = client.get(URL)

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    first, second = body["results"]
    assert (first["id"], second["id"]) == (str(organization.pk), str(second_home.organization_id))
    assert (first["name"], first["member_count"], first["membership_level"]) == ("Acme", 2, 1)
    assert [each["id"] for each in first["teams"]] == [project.pk]
    assert second["projects"][0]["name"] == "Foreign"


def test_list_organizations__of_others__not_shown(client, organization, foreign_project):
    body = client.get(URL).json()

    assert [row["id"] for row in body["results"]] == [str(organization.pk)]


def test_list_organizations__joined_the_younger_first__it_comes_first(
    organization, ada, foreign_project
):
    add_member(organization=foreign_project.organization, user=ada, level=8)
    ada.memberships.filter(organization=organization).delete()
    add_member(organization=organization, user=ada, level=15)

    body = DocumentedClient(factories.make_key(ada)).get(URL).json()

    assert [row["membership_level"] for row in body["results"]] == [8, 15]


def test_list_organizations__limit_and_offset__one_page(client, organization, second_home):
    body = client.get(URL, {"limit": 1, "offset": 1}).json()

    assert (body["count"], len(body["results"])) == (2, 1)


def test_list_organizations__key_of_one_organization__only_that(ada, organization, second_home):
    key = factories.make_key(ada, organizations=(str(second_home.organization_id),))

    body = DocumentedClient(key).get(URL).json()

    assert [row["id"] for row in body["results"]] == [str(second_home.organization_id)]


def test_list_organizations__key_of_one_project__forbidden(ada, project):
    response = DocumentedClient(factories.make_key(ada, projects=(project.pk,))).get(URL)

    assert_error(response, 403, "permission_denied")
    assert "only on project endpoints" in response.json()["detail"]


def test_list_organizations__session__works(session, organization):
    assert session.get(URL).json()["count"] == 1


def test_list_organizations__more__same_number_of_queries(client, ada, project):
    client.get(URL)
    with CaptureQueriesContext(connection) as with_one:
        client.get(URL)

    for number in range(4):
        other = factories.make_organization(f"Other {number}")
        add_member(organization=other, user=ada, level=1)
        factories.make_project(other)
    with CaptureQueriesContext(connection) as with_five:
        response = client.get(URL)

    assert response.json()["count"] == 5
    assert len(with_five) == len(with_one)


def test_list_organizations__nobody__not_authenticated(anonymous, db):
    assert_error(anonymous.get(URL), 401, "not_authenticated")


def test_list_organizations__key_without_the_scope__forbidden(reader):
    response = reader.get(URL)

    assert_error(response, 403, "permission_denied")
    assert "'organization:read'" in response.json()["detail"]
