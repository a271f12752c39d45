import pytest

from tests import factories
from tests.assertions import assert_error
from tests.looping import in_one_test


@pytest.fixture
def sibling(organization):
    return factories.make_project(organization, "Sibling")


def url(reference):
    return f"/api/projects/{reference}/experiment_holdouts/"


def test_project__its_id__is_that_project(client, project, holdout):
    response = client.get(url(project.pk))

    assert [row["id"] for row in response.json()["results"]] == [holdout.pk]


def test_project__leading_zero__is_the_number(client, project):
    response = client.get(url(f"0{project.pk}"))

    assert response.status_code == 200


def test_project__current_and_none_chosen__oldest_one_reachable(
    client, foreign_project, project, sibling, holdout
):
    response = client.get(url("@current"))

    assert [row["id"] for row in response.json()["results"]] == [holdout.pk]


def test_project__current__the_one_chosen(client, ada, project, sibling, holdout):
    ada.current_project = sibling
    ada.save()

    response = client.get(url("@current"))

    assert response.json()["results"] == []


def test_project__current_for_writing__row_lands_there(client, ada, sibling, project):
    ada.current_project = sibling
    ada.save()

    client.post(url("@current"), {"name": "Q3"})

    assert client.get(url(sibling.pk)).json()["count"] == 1
    assert client.get(url(project.pk)).json()["count"] == 0


def test_project__current_but_no_project_at_all__not_found(client):
    assert_no_project(client.get(url("@current")))


def test_project__current_was_deleted__falls_back(client, ada, project, sibling):
    ada.current_project = sibling
    ada.save()
    sibling.delete()

    response = client.get(url("@current"))

    assert response.status_code == 200


def test_project__current_of_an_organization_left__forbidden(client, ada, foreign_project):
    ada.current_project = foreign_project
    ada.save()

    response = client.get(url("@current"))

    assert_error(response, 403, "permission_denied")


@in_one_test(
    "reference",
    [
        pytest.param("999999", id="unknown"),
        pytest.param("0", id="zero"),
        pytest.param("-1", id="negative"),
        pytest.param("9223372036854775808", id="beyond_64_bits"),
        pytest.param("9" * 30, id="huge"),
        pytest.param("9" * 5000, id="more_digits_than_python_reads"),
        pytest.param("abc", id="word"),
        pytest.param("1.0", id="fraction"),
        pytest.param("+1", id="plus"),
        pytest.param("1_0", id="underscore"),
        pytest.param("%D9%A1", id="arabic_digit"),
        pytest.param("%C2%B2", id="superscript_digit"),
        pytest.param("%201", id="space"),
        pytest.param("1%0A", id="line_feed"),
        pytest.param("%00", id="null_character"),
        pytest.param("%FF", id="not_utf_8"),
        pytest.param("@me", id="other_at_word"),
        pytest.param("@CURRENT", id="upper_case"),
        pytest.param("0190a1b2-0000-7000-8000-000000000007", id="uuid"),
        pytest.param("phc_abc", id="token"),
    ],
)
def test_project__reference_of_none__not_found(client, project, reference):
    assert_no_project(client.get(url(reference)))


def test_project__foreign__forbidden(client, foreign_project):
    response = client.get(url(foreign_project.pk))

    assert_error(response, 403, "permission_denied")
    assert response.json()["type"] == "authentication_error"


@in_one_test("method", ["get", "put", "patch", "delete"])
def test_row__of_another_project__not_found(client, sibling, holdout, method):
    response = getattr(client, method)(f"{url(sibling.pk)}{holdout.pk}/", {"name": "Mine"})

    assert_no_row(response)


@in_one_test("method", ["get", "put", "patch", "delete"])
@in_one_test(
    "row",
    [
        pytest.param("999999", id="unknown"),
        pytest.param("abc", id="word"),
        pytest.param("9" * 30, id="huge"),
        pytest.param("9" * 5000, id="more_digits_than_python_reads"),
        pytest.param("%D9%A1", id="arabic_digit"),
        pytest.param("1_0", id="underscore"),
        pytest.param("-1", id="negative"),
        pytest.param("%00", id="null_character"),
        pytest.param("1%0A", id="line_feed"),
        pytest.param("@current", id="at_word"),
    ],
)
def test_row__id_of_none__not_found(client, project, row, method):
    response = getattr(client, method)(f"{url(project.pk)}{row}/", {"name": "Mine"})

    assert_no_row(response)


@in_one_test("resource", ["experiments", "experiment_saved_metrics"])
@in_one_test("row", ["999999", "abc"])
def test_row__of_another_resource__not_found(client, project, resource, row):
    response = client.get(f"/api/projects/{project.pk}/{resource}/{row}/")

    assert_no_row(response)


def assert_no_project(response):
    assert_error(response, 404, "not_found")
    assert response.json()["type"] == "invalid_request"
    assert response.json()["detail"].startswith("Project not found.")


def assert_no_row(response):
    assert_error(response, 404, "not_found")
    assert response.json()["type"] == "invalid_request"
    assert response.json()["detail"] == "Not found."
