import pytest
from rest_framework.response import Response

from approvals.models import ChangeRequest
from feature_flags.models import FeatureFlag
from tests import factories
from tests.approvals.changes import LAUNCH, split, stored
from tests.approvals.paths import member, request_at
from tests.assertions import assert_error
from tests.feature_flags.paths import flags_of, path_of

SWITCHED_ON = {"type": "before_after", "field": "active", "operator": "==", "value": 1}
OPEN_TO_A_FIFTH = {"groups": [{"properties": [], "rollout_percentage": 20}]}


@pytest.fixture
def flag(project) -> FeatureFlag:
    return factories.make_flag(project, "new-menu", active=False)


def approve(voter, response: Response) -> ChangeRequest:
    assert response.status_code == 409, response.content
    request = ChangeRequest.objects.get(pk=response.json()["change_request_id"])
    assert voter.post(request_at(request, "approve")).status_code == 200
    request.refresh_from_db()
    return request


def test_gate__flag_switched_on__asked_and_nothing_written(client, flag, make_policy):
    make_policy("feature_flag.enable")
    before = stored()

    response = client.patch(path_of(flag), {"active": True, "name": "Menu"})

    assert response.status_code == 409
    body = response.json()
    assert (body["code"], body["resource_type"]) == ("approval_required", "feature_flag")
    assert body["resource_id"] == str(flag.pk)
    assert stored() == before


@pytest.mark.parametrize("group", [{"properties": []}, {"rollout_percentage": None}])
def test_gate__share_left_out__asked_as_100_percent(client, project, make_policy, group):
    flag = factories.make_flag(project, "menu", filters=OPEN_TO_A_FIFTH)
    above_half = {"type": "before_after", "field": "rollout_percentage"}
    make_policy("feature_flag.update", conditions=above_half | {"operator": ">", "value": 50})

    response = client.patch(path_of(flag), {"filters": {"groups": [group]}})

    assert response.status_code == 409, response.content


def test_gate__flag_switched_on_and_approved__whole_change_applied(
    client, voter, flag, make_policy
):
    make_policy("feature_flag.enable")

    request = approve(voter, client.patch(path_of(flag), {"active": True, "name": "Menu"}))

    flag.refresh_from_db()
    assert (request.state, flag.active, flag.name, flag.version) == ("applied", True, "Menu", 2)


def test_gate__flag_rollout_approved__applied(client, voter, flag, make_policy):
    make_policy("feature_flag.update")
    wanted = flag.filters | OPEN_TO_A_FIFTH

    approve(voter, client.patch(path_of(flag), {"filters": wanted}))

    flag.refresh_from_db()
    assert flag.filters["groups"][0]["rollout_percentage"] == 20


def test_gate__flag_edited_meanwhile__request_fails(client, voter, flag, make_policy):
    make_policy("feature_flag.enable")
    response = client.patch(path_of(flag), {"active": True})
    client.patch(path_of(flag), {"name": "Menu"})

    assert approve(voter, response).state == "failed"
    flag.refresh_from_db()
    assert not flag.active


def test_gate__new_active_flag_approved__created(client, voter, project, make_policy):
    make_policy("feature_flag.enable")

    request = approve(voter, client.post(flags_of(project), {"key": "new-menu"}))

    assert (request.state, FeatureFlag.objects.get().key) == ("applied", "new-menu")


@pytest.mark.parametrize(
    "values", [{"name": "Menu"}, {"tags": ["a"]}, {"deleted": True}], ids=["name", "tags", "delete"]
)
def test_gate__harmless_edit_of_a_flag__not_asked(client, flag, make_policy, values):
    make_policy("feature_flag.enable")
    make_policy("feature_flag.update")

    assert client.patch(path_of(flag), values).status_code == 200


def test_gate__flag_born_inactive__not_asked(client, project, make_policy):
    make_policy("feature_flag.enable")

    response = client.post(flags_of(project), {"key": "new-menu", "active": False})

    assert response.status_code == 201


def test_gate__deleted_flag_restored_and_switched_on__applied_whole(
    client, voter, project, make_policy
):
    flag = factories.make_flag(project, "new-menu", active=False, deleted=True)
    make_policy("feature_flag.enable")

    request = approve(voter, client.patch(path_of(flag), {"deleted": False, "active": True}))

    flag.refresh_from_db()
    assert (request.state, flag.active, flag.deleted) == ("applied", True, False)


def test_gate__two_policies_want_to_be_asked__conflict(client, flag, make_policy):
    make_policy("feature_flag.enable")
    make_policy("feature_flag.update")
    before = stored()

    response = client.patch(path_of(flag), {"active": True, "filters": OPEN_TO_A_FIFTH})

    assert (response.status_code, response.json()["code"]) == (400, "policy_conflict")
    assert stored() == before


def test_gate__flag_that_is_on_renamed_under_two_policies__conflict(client, project, make_policy):
    flag = factories.make_flag(project, "pay")
    make_policy("feature_flag.enable")
    make_policy("feature_flag.disable")

    response = client.patch(path_of(flag), {"key": "beta"})

    assert (response.status_code, response.json()["code"]) == (400, "policy_conflict")
    flag.refresh_from_db()
    assert flag.key == "pay"


def test_gate__flag_that_is_on_renamed__asked_with_both_keys(client, project, make_policy):
    flag = factories.make_flag(project, "pay")
    make_policy("feature_flag.disable", conditions=SWITCHED_ON)

    shown = client.patch(path_of(flag), {"key": "beta"}).json()["change_request"]["intent_display"]

    assert (shown["before"], shown["after"]) == ({"key": "pay"}, {"key": "beta"})


def test_gate__flag_put_and_approved__applied(client, voter, flag, make_policy):
    make_policy("feature_flag.enable")

    request = approve(voter, client.put(path_of(flag), {"key": "menu", "active": True}))

    flag.refresh_from_db()
    assert (request.state, flag.key, flag.active) == ("applied", "menu", True)


def test_gate__edit_of_an_older_version__conflict_before_anybody_is_asked(
    client, flag, make_policy
):
    make_policy("feature_flag.enable")
    seen = client.get(path_of(flag)).json()
    client.patch(path_of(flag), {"name": "Theirs"})
    sent = {"active": True, "name": "Mine", "version": 1, "original_flag": seen}

    assert_error(client.patch(path_of(flag), sent), 409, "conflict")
    assert not ChangeRequest.objects.exists()


def test_gate__flag_that_is_off_deleted_and_restored__nobody_asked(client, flag, make_policy):
    for action in ("feature_flag.enable", "feature_flag.disable", "feature_flag.update"):
        make_policy(action)

    assert client.patch(path_of(flag), {"deleted": True}).status_code == 200
    assert client.patch(path_of(flag), {"deleted": False}).status_code == 200
    assert not ChangeRequest.objects.exists()


def test_gate__flag_that_is_on_deleted__asked_as_switched_off(client, voter, project, make_policy):
    flag = factories.make_flag(project, "menu")
    make_policy("feature_flag.disable")
    before = stored()

    response = client.patch(path_of(flag), {"deleted": True})

    assert stored() == before
    request = approve(voter, response)
    flag.refresh_from_db()
    assert (request.state, flag.deleted) == ("applied", True)
    assert request.action_key == "feature_flag.disable"
    assert request.intent_display == {
        "description": "Delete feature flag menu",
        "before": {"active": True, "deleted": False},
        "after": {"active": False, "deleted": True},
    }


def test_gate__flag_deleted_while_it_was_on_and_restored__asked_as_switched_on(
    client, voter, project, make_policy
):
    flag = factories.make_flag(project, "menu", deleted=True)
    make_policy("feature_flag.enable")
    before = stored()

    response = client.patch(path_of(flag), {"deleted": False})

    assert stored() == before
    request = approve(voter, response)
    flag.refresh_from_db()
    assert (request.state, flag.active, flag.deleted) == ("applied", True, False)
    assert request.intent_display["description"] == "Restore feature flag menu"


def test_gate__deleted_flag_switched_on_then_restored__asked_when_it_serves(
    client, project, make_policy
):
    flag = factories.make_flag(project, "menu", active=False, deleted=True)
    make_policy("feature_flag.enable")

    assert client.patch(path_of(flag), {"active": True}).status_code == 200
    assert client.patch(path_of(flag), {"deleted": False}).status_code == 409
    flag.refresh_from_db()
    assert (flag.active, flag.deleted) == (True, True)


def test_gate__many_flags_deleted__those_that_are_on_refused(client, project, flag, make_policy):
    make_policy("feature_flag.disable")
    running = factories.make_flag(project)

    response = client.post(f"{flags_of(project)}bulk_delete/", {"ids": [running.pk, flag.pk]})

    assert response.status_code == 200
    assert [each["id"] for each in response.json()["deleted"]] == [flag.pk]
    [refused] = response.json()["errors"]
    assert refused["id"] == running.pk
    assert "Others must agree" in refused["reason"]
    assert not ChangeRequest.objects.exists()
    assert not FeatureFlag.objects.get(pk=running.pk).deleted


def test_gate__flag_of_an_experiment__policies_of_experiments_asked(
    client, make_policy, experiment
):
    make_policy("experiment.launch")
    path = f"/api/projects/{experiment.project_id}/feature_flags/{experiment.feature_flag_id}/"

    response = client.patch(path, {"active": True})

    assert (response.status_code, response.json()["code"]) == (409, "approval_required")


def test_gate__flag_without_experiments__policies_of_experiments_not_asked(
    client, project, make_policy
):
    for key in ("experiment.launch", "experiment.pause", "experiment.update"):
        make_policy(key)
    flag = factories.make_flag(project, active=False)
    path = f"/api/projects/{project.pk}/feature_flags/{flag.pk}/"

    assert client.patch(path, {"active": True}).status_code == 200
    assert client.patch(path, {"active": False}).status_code == 200


def test_gate__policies_of_both__that_of_experiments_decides(
    client, make_policy, experiment, grace, linus
):
    make_policy("feature_flag.enable", users=[grace])
    make_policy("experiment.launch", users=[linus])

    response = client.patch(member(experiment), LAUNCH)

    assert response.json()["required_approvers"]["users"] == [linus.pk]


def test_gate__policy_of_experiments__its_conditions_count(client, make_policy, experiment):
    never = {"type": "before_after", "field": "rollout_percentage", "operator": ">", "value": 100}
    make_policy("experiment.update", conditions=never)

    assert client.patch(member(experiment), split(10)).status_code == 200
