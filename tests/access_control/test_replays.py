"""A stored answer is for those who may still have it."""

import pytest
from django.utils import timezone

from approvals.services import create_policy
from tenants.levels import EXPERIMENT, FEATURE_FLAG
from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.concurrency.replays import KEY, assert_replayed


@pytest.fixture
def steps(project, experiment):
    return f"/api/projects/{project.pk}/experiments/{experiment.pk}/"


@pytest.fixture
def _enabling_is_gated(project, edith):
    policy = {
        "action_key": "feature_flag.enable",
        "approver_config": {"quorum": 1, "users": [edith.pk]},
    }
    create_policy(project=project, values=policy, actor=edith, now=timezone.now())


def test_replays__level_kept__answered_again(colleague, steps):
    first = colleague.post(f"{steps}launch/", headers=KEY)

    assert_replayed(colleague.post(f"{steps}launch/", headers=KEY), first)


@pytest.mark.parametrize("level", ["none", "viewer"])
def test_replays__level_for_the_object_lost__refused(
    colleague, steps, give, grace, experiment, level
):
    colleague.post(f"{steps}launch/", headers=KEY)
    give(level, to=grace, row=experiment)

    response = colleague.post(f"{steps}launch/", headers=KEY)

    assert_error(response, 403, "permission_denied")


@pytest.mark.parametrize("level", ["none", "viewer"])
def test_replays__level_for_the_kind_lost__creation_refused(colleague, project, give, grace, level):
    url = f"/api/projects/{project.pk}/experiments/"
    body = {"name": "Mine", "feature_flag_key": "mine"}
    assert colleague.post(url, body, headers=KEY).status_code == 201
    give(level, to=grace)

    assert_error(colleague.post(url, body, headers=KEY), 403, "permission_denied")


def test_replays__object_deleted__not_found(colleague, client, steps):
    colleague.post(f"{steps}launch/", headers=KEY)
    client.patch(steps, {"deleted": True})

    assert_error(colleague.post(f"{steps}launch/", headers=KEY), 404, "not_found")


def test_replays__copy_and_target_closed__refused(colleague, steps, give, sister):
    body = {"target_team_id": sister.pk}
    first = colleague.post(f"{steps}copy_to_project/", body, headers=KEY)
    assert first.status_code == 201
    assert_replayed(colleague.post(f"{steps}copy_to_project/", body, headers=KEY), first)
    give("none", about="project", row=sister, project=sister)

    response = colleague.post(f"{steps}copy_to_project/", body, headers=KEY)

    assert_error(response, 403, "permission_denied")


def test_replays__copy_by_a_key_that_does_not_reach_the_target__refused(
    colleague, grace, project, steps, sister
):
    body = {"target_team_id": sister.pk}
    assert colleague.post(f"{steps}copy_to_project/", body, headers=KEY).status_code == 201
    narrow = DocumentedClient(factories.make_key(grace, projects=(project.pk,)))

    response = narrow.post(f"{steps}copy_to_project/", body, headers=KEY)

    assert_error(response, 403, "permission_denied")


@pytest.mark.usefixtures("_enabling_is_gated")
@pytest.mark.parametrize("about", [EXPERIMENT, FEATURE_FLAG])
def test_replays__refusal_that_shows_a_change_request__not_shown_when_denied(
    colleague, steps, give, grace, experiment, about
):
    owner = DocumentedClient(factories.make_key(experiment.created_by))
    owner.post(f"{steps}launch/")
    first = colleague.post(f"{steps}launch/", headers=KEY)
    assert first.status_code == 409
    assert_replayed(colleague.post(f"{steps}launch/", headers=KEY), first)
    row = experiment if about == EXPERIMENT else experiment.feature_flag
    give("none", to=grace, about=about, row=row)

    assert_error(colleague.post(f"{steps}launch/", headers=KEY), 403, "permission_denied")


@pytest.mark.usefixtures("_enabling_is_gated")
def test_replays__vote__answered_again(admin, client, project, steps):
    request = client.post(f"{steps}launch/").json()["change_request_id"]
    url = f"/api/projects/{project.pk}/change_requests/{request}/approve/"

    first = admin.post(url, headers=KEY)

    assert first.status_code == 200
    assert_replayed(admin.post(url, headers=KEY), first)
