import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.looping import in_one_test

PATHS = [
    "experiments",
    "experiments/1",
    "experiment_holdouts",
    "experiment_saved_metrics",
    "feature_flags",
    "activity_log",
    "approval_policies",
    "change_requests",
]


@pytest.fixture
def close(give, project):
    """Let nobody in who has no rule of their own."""
    give("none", about="project", row=project)


def assert_no_access(response):
    assert_error(response, 403, "permission_denied")
    assert response.json()["detail"] == "You have no access to this project."


@in_one_test("path", PATHS)
def test_project__closed__refused_to_members(colleague, close, project, path):
    assert_no_access(colleague.get(f"/api/projects/{project.pk}/{path}/"))


@pytest.mark.parametrize("path", ["experiments", "feature_flags", "approval_policies"])
def test_project__closed__nothing_made_by_members(colleague, close, project, path):
    assert_no_access(colleague.post(f"/api/projects/{project.pk}/{path}/", {}))


@pytest.mark.parametrize("path", ["experiments", "approval_policies"])
def test_project__closed__open_to_admins_of_the_organization(admin, close, project, path):
    assert admin.get(f"/api/projects/{project.pk}/{path}/").status_code == 200


def test_project__closed__refused_to_who_made_something_in_it(client, close, experiment):
    url = f"/api/projects/{experiment.project_id}/experiments/{experiment.pk}/"

    assert_no_access(client.get(url))


def test_project__closed__open_to_who_is_let_in(colleague, close, give, grace, project):
    give("member", to=grace, about="project", row=project)

    url = f"/api/projects/{project.pk}/experiments/"
    assert colleague.get(url).status_code == 200
    assert colleague.post(url, {"name": "New", "feature_flag_key": "new"}).status_code == 201


def test_project__closed_to_a_role__refused_to_those_in_it(client, colleague, give, role, project):
    give("none", to=role, about="project", row=project)

    url = f"/api/projects/{project.pk}/experiments/"
    assert_no_access(colleague.get(url))
    assert client.get(url).status_code == 200


def test_project__closed__session_refused_as_well(close, grace, project):
    browser = DocumentedClient()
    browser.force_login(grace)

    assert_no_access(browser.get(f"/api/projects/{project.pk}/experiments/"))


RULES = {
    "no rule": [],
    "closed": [("none", "all")],
    "closed, and open to her": [("none", "all"), ("member", "grace")],
    "closed, and open to her role": [("none", "all"), ("admin", "role")],
    "closed to her": [("none", "grace")],
    "closed to her, and open to her role": [("none", "grace"), ("member", "role")],
    "closed to her role": [("none", "role"), ("admin", "all")],
    "open to all": [("member", "all")],
    "closed to another": [("none", "edith")],
}


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_project__any_rules__listed_where_it_is_open(colleague, give, project, request, rules):
    for level, name in rules:
        person = None if name == "all" else request.getfixturevalue(name)
        give(level, to=person, about="project", row=project)

    is_open = colleague.get(f"/api/projects/{project.pk}/experiments/").status_code == 200
    listed = colleague.get("/api/projects/").json()["results"]
    me = colleague.get("/api/users/@me/").json()
    alone = colleague.get(f"/api/projects/{project.pk}/")

    assert [shown["id"] for shown in listed] == [project.pk] * is_open
    assert [shown["id"] for shown in me["organization"]["projects"]] == [project.pk] * is_open
    assert alone.status_code == (200 if is_open else 404)


@pytest.mark.parametrize(("level", "shown"), [("member", "member"), ("admin", "admin")])
def test_project__rule_for_a_member__level_shown(colleague, give, grace, project, level, shown):
    give(level, to=grace, about="project", row=project)

    assert colleague.get(f"/api/projects/{project.pk}/").json()["user_access_level"] == shown


def test_project__closed__listed_for_admins(admin, close, project):
    assert [shown["id"] for shown in admin.get("/api/projects/").json()["results"]] == [project.pk]


def test_project__closed__another_one_is_current(colleague, close, sister):
    assert colleague.get("/api/projects/@current/").json()["id"] == sister.pk
    assert colleague.get("/api/projects/@current/experiments/").status_code == 200


@pytest.mark.usefixtures("_no_response_cache")
@pytest.mark.parametrize("path", ["experiments", "experiment_holdouts", "change_requests"])
def test_project__rules_for_it_and_in_it__read_at_once(colleague, give, grace, project, path):
    url = f"/api/projects/{project.pk}/{path}/"
    colleague.get(url)
    with CaptureQueriesContext(connection) as without_rules:
        colleague.get(url)
    give("member", to=grace, about="project", row=project)
    give("viewer", to=grace)

    with CaptureQueriesContext(connection) as with_rules:
        assert colleague.get(url).status_code == 200

    assert len(with_rules) == len(without_rules) + 1
