import pytest

from approvals.models import ChangeRequest
from approvals.services import create_policy
from feature_flags.models import FeatureFlag
from tenants.models import AccessControl
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient


def test_copy__gated_there__told_and_nothing_asked(make, project, target, failure, grace, ada):
    make(project)
    there = make(target, active=False)
    create_policy(
        project=target,
        values={
            "action_key": "feature_flag.enable",
            "approver_config": {"quorum": 1, "users": [grace.pk], "roles": []},
        },
        actor=ada,
        now=there.created_at,
    )

    assert "approval" in failure()
    there.refresh_from_db()
    assert (there.active, there.version) == (False, 1)
    assert ChangeRequest.objects.count() == 0


def test_copy__several_projects__one_refusal_stops_none(
    make, organization, project, target, foreign_project, copy
):
    make(project)
    other = factories.make_project(organization)

    body = copy(
        target_project_ids=[foreign_project.pk, project.pk, other.pk, target.pk, 999]
    ).json()

    made = FeatureFlag.objects.exclude(project=project)
    assert {flag.project_id for flag in made} == {other.pk, target.pk}
    assert len(body["success"]) == 2
    failed = [each["project_id"] for each in body["failed"]]
    assert failed == [foreign_project.pk, project.pk, 999]


@pytest.mark.parametrize("level", ["viewer", "none"])
def test_copy__flag_there_that_one_may_not_edit__told(make, project, target, failure, grace, level):
    make(project)
    there = make(target, name="Old")
    AccessControl.objects.create(
        project=target, resource="feature_flag", resource_id=str(there.pk), access_level=level
    )

    assert "editor access" in failure(by=DocumentedClient(factories.make_key(grace)))
    there.refresh_from_db()
    assert (there.name, there.version) == ("Old", 1)


def test_copy__project_that_is_closed_to_one__told(make, project, target, failure, grace):
    make(project)
    AccessControl.objects.create(project=target, resource="project", access_level="none")

    assert "access" in failure(by=DocumentedClient(factories.make_key(grace)))


@pytest.mark.parametrize(("level", "status"), [("viewer", 403), ("none", 400)])
def test_copy__flag_that_one_may_not_edit__refused_barely(
    make, project, copy, grace, level, status
):
    flag = make(project)
    AccessControl.objects.create(
        project=project, resource="feature_flag", resource_id=str(flag.pk), access_level=level
    )

    response = copy(by=DocumentedClient(factories.make_key(grace)))

    assert response.status_code == status
    assert list(response.json()) == ["error", "detail"]


@pytest.mark.parametrize(
    "values",
    [
        {"feature_flag_key": "other"},
        {"feature_flag_key": None},
        {"feature_flag_key": ""},
        {"feature_flag_key": ["menu"]},
        {"feature_flag_key": "a\0b"},
        {"from_project": None},
        {"from_project": "1"},
        {"from_project": True},
        {"from_project": 999},
        {"from_project": -1},
        {"from_project": 10**30},
        {"target_project_ids": []},
        {"target_project_ids": None},
        {"target_project_ids": 1},
        {"target_project_ids": ["1"]},
        {"target_project_ids": [True]},
        {"target_project_ids": [1.5]},
        {"target_project_ids": list(range(1, 52))},
        {"copy_schedule": "yes"},
        {"disable_copied_flag": None},
        {"copy_dependencies": 1},
    ],
    ids=lambda value: str(value)[:60],
)
def test_copy__not_valid__refused_barely(make, project, copy, values):
    make(project)
    before = FeatureFlag.objects.count()

    response = copy(**values)

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]
    assert FeatureFlag.objects.count() == before


def test_copy__no_project_of_this_number__told(make, project, copy):
    make(project)

    body = copy(target_project_ids=[10**30, -1, 0]).json()

    assert len(body["failed"]) == 3


def test_copy__foreign_flag__not_there(make, foreign_project, copy):
    factories.make_flag(foreign_project, "menu")

    assert copy(from_project=foreign_project.pk).status_code == 400


def test_copy__key_that_only_reads__refused(make, project, copy, grace):
    make(project)
    reader = DocumentedClient(factories.make_key(grace, "feature_flag:read"))

    assert_error(copy(by=reader), 403, "permission_denied")


def test_copy__foreign_organization__refused(make, project, copy, outsider):
    make(project)

    assert_error(copy(by=outsider), 403, "permission_denied")


def test_copy__repeated_with_its_key__answered_alike(make, project, client, path, target):
    make(project)
    body = {
        "feature_flag_key": "menu",
        "from_project": project.pk,
        "target_project_ids": [target.pk],
    }
    headers = {"Idempotency-Key": "a"}

    first, second = (client.post(f"{path}copy_flags/", body, headers=headers) for _ in range(2))

    assert first.json() == second.json()
    assert FeatureFlag.objects.get(project=target).version == 1


@pytest.mark.parametrize("hidden", ["source", "copy"])
def test_copy__sent_again_by_somebody_who_lost_sight_of_it__told_nothing(
    make, project, target, path, grace, hidden
):
    lost = {"source": make(project), "copy": make(target)}[hidden]
    member = DocumentedClient(factories.make_key(grace))
    body = {
        "feature_flag_key": "menu",
        "from_project": project.pk,
        "target_project_ids": [target.pk],
    }
    headers = {"Idempotency-Key": "copy-once"}
    first = member.post(f"{path}copy_flags/", body, headers=headers)
    assert len(first.json()["success"]) == 1
    again = member.post(f"{path}copy_flags/", body, headers=headers)
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first.json())
    AccessControl.objects.create(
        project=lost.project,
        resource="feature_flag",
        resource_id=str(lost.pk),
        access_level="none",
    )

    refused = member.post(f"{path}copy_flags/", body, headers=headers)

    assert refused.status_code in {400, 403}
    assert "success" not in refused.json()
