import pytest

from tenants.models import AccessControl
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


@pytest.fixture
def browser(grace) -> DocumentedClient:
    browser = DocumentedClient()
    browser.force_login(grace)
    return browser


def hide(flag) -> None:
    AccessControl.objects.create(
        project=flag.project,
        resource="feature_flag",
        resource_id=str(flag.pk),
        access_level="none",
    )


def test_flags_of_a_key__several_projects__one_each(
    session, path, project, target, make, foreign_project
):
    flags = [make(each) for each in (project, target)]
    factories.make_flag(foreign_project, "menu")
    make(project, "other")

    body = session.get(f"{path}menu/").json()

    assert [row["flag_id"] for row in body] == [flag.pk for flag in flags]
    assert list(body[0]) == [
        *("flag_id", "team_id", "created_by", "filters", "created_at", "active"),
        "evaluations_7d",
    ]
    assert body[0]["team_id"] == project.pk


def test_flags_of_a_key__none__empty(session, path):
    assert session.get(f"{path}nothing/").json() == []


def test_flags_of_a_key__hidden_flag_and_closed_project__left_out(
    browser, path, project, target, organization, make
):
    hide(make(project))
    closed = factories.make_project(organization)
    make(closed)
    AccessControl.objects.create(project=closed, resource="project", access_level="none")
    shown = make(target)

    assert [row["flag_id"] for row in browser.get(f"{path}menu/").json()] == [shown.pk]
    assert browser.get(f"{path}keys/").json()["results"] == ["menu"]


def test_keys__several__distinct_and_in_pages(session, path, project, target, make):
    for key in ("b", "a", "c"):
        make(project, key)
    make(target, "a")

    body = session.get(f"{path}keys/", {"limit": 2}).json()

    assert list(body) == ["count", "next", "previous", "results"]
    assert (body["count"], body["results"]) == (3, ["a", "b"])
    assert "offset=2" in body["next"]


@pytest.mark.parametrize(("limit", "shown"), [(None, 25), (1000, 100), ("x", 25)])
def test_keys__limit__at_most_a_hundred(session, path, project, limit, shown):
    for number in range(101):
        factories.make_flag(project, f"key-{number:03}")

    body = session.get(f"{path}keys/", {"limit": limit} if limit else {}).json()

    assert len(body["results"]) == shown


@pytest.mark.parametrize("page", ["menu/", "keys/"])
def test_flags_of_a_key__personal_key__refused(client, path, page):
    assert_error(client.get(f"{path}{page}"), 403, "permission_denied")


@pytest.mark.parametrize("page", ["menu/", "keys/"])
def test_flags_of_a_key__foreign_organization__refused(mallory, path, page):
    browser = DocumentedClient()
    browser.force_login(mallory)

    assert_error(browser.get(f"{path}{page}"), 403, "permission_denied")


@pytest.mark.parametrize("projects", [1, 10])
def test_flags_of_a_key__rules_in_many_projects__same_number_of_queries(
    browser, path, organization, make, projects, django_assert_max_num_queries
):
    for _ in range(projects):
        hide(make(factories.make_project(organization)))

    for page in ("menu/", "keys/"):
        with django_assert_max_num_queries(9):
            assert browser.get(f"{path}{page}").status_code == 200
