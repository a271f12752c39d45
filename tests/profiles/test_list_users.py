import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

URL = "/api/users/"


@pytest.fixture
def staff(mallory):
    mallory.is_staff = True
    mallory.save(update_fields=["is_staff"])
    return DocumentedClient(factories.make_key(mallory))


def test_list_users__a_member__only_themselves(client, ada, grace, project):
    response = client.get(URL)

    assert response.status_code == 200
    body = response.json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert body["results"] == [client.get(f"{URL}@me/").json()]


def test_list_users__staff__everyone(staff, mallory, ada, grace):
    body = staff.get(URL).json()

    assert {row["id"] for row in body["results"]} == {mallory.pk, ada.pk, grace.pk}


@pytest.mark.parametrize(("asked", "shown"), [("true", "mallory"), ("false", "ada")])
def test_list_users__is_staff__only_those(staff, ada, asked, shown):
    body = staff.get(URL, {"is_staff": asked}).json()

    assert [row["email"].partition("@")[0] for row in body["results"]] == [shown]


def test_list_users__email__that_one(staff, ada, grace):
    body = staff.get(URL, {"email": ada.email}).json()

    assert [row["id"] for row in body["results"]] == [ada.pk]


@pytest.mark.parametrize("email", ["nobody@example.com", "ada", "a\0"])
def test_list_users__email_of_nobody__empty(staff, ada, email):
    assert staff.get(URL, {"email": email}).json()["count"] == 0


def test_list_users__email_of_another_for_a_member__empty(client, grace):
    assert client.get(URL, {"email": grace.email}).json()["count"] == 0


def test_list_users__more__same_number_of_queries(staff, organization, project):
    factories.make_user("first@example.com", organization)
    staff.get(URL)
    with CaptureQueriesContext(connection) as with_two:
        staff.get(URL)

    for number in range(4):
        factories.make_user(f"user-{number}@example.com", organization)
    with CaptureQueriesContext(connection) as with_six:
        response = staff.get(URL)

    assert response.json()["count"] == 6
    assert len(with_six) == len(with_two)


def test_list_users__nobody__not_authenticated(anonymous, db):
    assert_error(anonymous.get(URL), 401, "not_authenticated")


def test_create_user__a_session__method_not_allowed(ada):
    browser = DocumentedClient()
    browser.force_login(ada)

    assert_error(browser.post(URL, {"email": "new@example.com"}), 405, "method_not_allowed")


def test_create_user__a_key__forbidden(client):
    assert_error(client.post(URL, {"email": "new@example.com"}), 403, "permission_denied")


@in_one_test("whose", ["mine", "grace's", "nobody's"])
def test_retrieve_user__by_uuid__forbidden(client, ada, grace, whose):
    known = {"mine": ada.uuid, "grace's": grace.uuid}
    reference = known.get(whose, "0190a1b2-0000-7000-8000-000000000000")

    assert_error(client.get(f"{URL}{reference}/"), 403, "permission_denied")


def test_retrieve_user__staff__shown_as_they_see_themselves(staff, client, ada, project):
    assert staff.get(f"{URL}{ada.uuid}/").json() == client.get(f"{URL}@me/").json()


@in_one_test("reference", ["0190a1b2-0000-7000-8000-000000000000", "1", "@current"])
def test_retrieve_user__staff_and_nobody__not_found(staff, reference):
    assert_error(staff.get(f"{URL}{reference}/"), 404, "not_found")
