import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.organization_flags.test_copy_flags import needing


@pytest.fixture
def ask(client, path, project, target):
    def send(**values):
        body = {
            "feature_flag_key": "menu",
            "from_project": project.pk,
            "target_project_ids": [target.pk],
        }
        return client.post(f"{path}copy_flags/dependency_requirements/", body | values)

    return send


def test_requirements__none__nothing_to_copy(make, project, ask):
    make(project)

    body = ask().json()

    assert list(body) == [
        *("can_copy_dependencies", "dependency_count", "copied_dependency_keys"),
        *("reused_dependency_keys", "warnings", "reason"),
    ]
    assert (body["can_copy_dependencies"], body["dependency_count"]) == (False, 0)
    assert body["warnings"] == []


def test_requirements__one_missing_and_one_there__told_apart(make, project, target, ask):
    there = make(project, "there")
    make(target, "there")
    needed = make(project, "needed", filters=needing(there))
    make(project, filters=needing(needed))

    body = ask().json()

    assert (body["can_copy_dependencies"], body["dependency_count"]) == (True, 2)
    assert body["copied_dependency_keys"] == ["needed"]
    assert body["reused_dependency_keys"] == ["there"]
    assert body["warnings"] == []


def test_requirements__off_there__warned_of(make, project, target, ask):
    make(project, filters=needing(make(project, "needed")))
    make(target, "needed", active=False)

    body = ask().json()

    assert body["can_copy_dependencies"] is False
    assert (body["copied_dependency_keys"], body["reused_dependency_keys"]) == ([], [])
    [warning] = body["warnings"]
    assert "'needed'" in warning


def test_requirements__unknown_project__warned_of(make, project, ask):
    make(project, filters=needing(make(project, "needed")))

    assert len(ask(target_project_ids=[999]).json()["warnings"]) == 1


@pytest.mark.parametrize(
    "values", [{"feature_flag_key": "other"}, {"from_project": 0}, {"target_project_ids": []}]
)
def test_requirements__not_valid__refused_barely(make, project, ask, values):
    make(project)

    response = ask(**values)

    assert (response.status_code, list(response.json())) == (400, ["error", "detail"])


def test_requirements__many_flags_and_projects__as_many_queries_as_for_one(
    make, organization, project, target, ask
):
    one, *others = [make(project, f"needed-{number}") for number in range(4)]
    make(project, "small", filters=needing(one))
    make(project, filters=needing(one, *others))
    targets = [factories.make_project(organization, f"T{number}").pk for number in range(3)]
    counts = []
    for values in ({"feature_flag_key": "small"}, {"target_project_ids": [target.pk, *targets]}):
        ask(**values)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ask(**values).json()["can_copy_dependencies"] is True
        counts.append(len(queries))

    assert counts[0] == counts[1]
