from uuid import UUID

import pytest

from approvals.models import ApprovalPolicy
from tests.approvals.paths import policies, policy
from tests.approvals.test_list_policies import POLICY
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test

NEW = {"action_key": "feature_flag.enable", "approver_config": {"quorum": 1}}


def test_create_policy__required_fields__stored_with_defaults(admin, project, edith):
    response = admin.post(policies(project), NEW)

    body = response.json()
    assert (response.status_code, list(body)) == (201, POLICY)
    stored = ApprovalPolicy.objects.get()
    assert (stored.organization, stored.project) == (project.organization, project)
    assert body["created_by"]["id"] == stored.created_by_id == edith.pk
    assert (body["expires_after"], body["enabled"]) == ("14 00:00:00", True)
    assert body["approver_config"] == {"quorum": 1}
    assert body == admin.get(policy(project, stored.pk)).json()


@in_one_test("value", ["50", [50], {"value": 50}, ""], ids=repr)
def test_create_policy__condition_with_unreadable_value__refused(admin, project, value):
    conditions = {"type": "before_after", "field": "rollout_percentage", "operator": ">"}

    response = admin.post(policies(project), NEW | {"conditions": conditions | {"value": value}})

    assert (response.status_code, response.json()["attr"]) == (400, "conditions")
    assert not ApprovalPolicy.objects.exists()


def test_create_policy__every_field__stored(admin, project, make_role, grace):
    role = make_role(grace)
    sent = {
        "action_key": "feature_flag.update",
        "conditions": {"type": "any_change", "field": "rollout_percentage"},
        "approver_config": {"quorum": 2, "users": [grace.pk], "roles": [str(role.pk)]},
        "allow_self_approve": True,
        "bypass_org_membership_levels": ["8", 15],
        "bypass_roles": [str(role.pk)],
        "expires_after": "1 02:00:00",
        "enabled": False,
    }

    body = admin.post(policies(project), sent).json()

    assert {key: body[key] for key in sent} == sent | {"bypass_org_membership_levels": [8, 15]}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("14 00:00:00", "14 00:00:00"),
        ("P1DT1H", "1 01:00:00"),
        ("00:00:01", "00:00:01"),
        ("3650 00:00:00", "3650 00:00:00"),
    ],
)
def test_create_policy__lifetime__shown_as_days_and_time(admin, project, sent, shown):
    response = admin.post(policies(project), NEW | {"expires_after": sent})

    assert (response.status_code, response.json()["expires_after"]) == (201, shown)


ACTIONS = [
    *("feature_flag.enable", "feature_flag.disable", "feature_flag.update"),
    *("experiment.launch", "experiment.pause", "experiment.update"),
    *("experiment_holdout.update", "experiment_holdout.delete"),
]


@pytest.mark.parametrize("key", ACTIONS)
def test_create_policy__action_that_asks__stored(admin, project, key):
    response = admin.post(policies(project), NEW | {"action_key": key})

    assert (response.status_code, response.json()["action_key"]) == (201, key)


@in_one_test("key", ["survey.launch", "experiment.end", "feature_flag", "*", "\x00"])
def test_create_policy__action_that_never_asks__refused(admin, project, key):
    response = admin.post(policies(project), NEW | {"action_key": key})

    assert_error(response, 400, response.json()["code"], "action_key")
    assert not ApprovalPolicy.objects.exists()


def test_create_policy__action_that_never_asks__the_others_told(admin, project):
    response = admin.post(policies(project), NEW | {"action_key": "experiment.end"})

    assert all(key in response.json()["detail"] for key in ACTIONS)


@pytest.mark.parametrize(
    "conditions",
    [
        pytest.param({"type": ["list"], "field": {}, "operator": 1, "value": 7}, id="types"),
        pytest.param({"type": "before_after"}, id="incomplete"),
        pytest.param({"anything": None}, id="unknown"),
    ],
)
def test_create_policy__strange_conditions__gate_still_answers(
    admin, client, project, experiment, conditions
):
    admin.post(policies(project), NEW | {"conditions": conditions})

    response = client.patch(
        f"/api/projects/{project.pk}/experiments/{experiment.pk}/",
        {"start_date": "2026-01-01T00:00:00Z"},
    )

    assert response.status_code == 409


@pytest.mark.parametrize("users", [[], None, [4711], [2**62]], ids=repr)
def test_create_policy__strange_approvers__gate_still_answers(
    admin, client, project, experiment, users
):
    config = {"quorum": 10**12, "users": users, "roles": [str(UUID(int=7))], "more": [{}]}
    admin.post(policies(project), NEW | {"approver_config": config})

    response = client.patch(
        f"/api/projects/{project.pk}/experiments/{experiment.pk}/",
        {"start_date": "2026-01-01T00:00:00Z"},
    )

    assert (response.status_code, response.json()["required_approvers"]) == (409, config)


def test_create_policy__role_in_capitals__kept_as_it_is_shown(admin, project, make_role, grace):
    role = make_role(grace)
    config = {"quorum": 1, "roles": [str(role.pk).upper()]}

    response = admin.post(policies(project), NEW | {"approver_config": config})

    assert response.json()["approver_config"]["roles"] == [str(role.pk)]


@in_one_test(
    "config",
    [
        pytest.param({}, id="no_quorum"),
        pytest.param({"quorum": 0}, id="zero"),
        pytest.param({"quorum": -1}, id="negative"),
        pytest.param({"quorum": 1.5}, id="fraction"),
        pytest.param({"quorum": True}, id="true"),
        pytest.param({"quorum": "1"}, id="text"),
        pytest.param({"quorum": None}, id="null"),
        pytest.param({"quorum": 1, "users": "12"}, id="users_text"),
        pytest.param({"quorum": 1, "users": {"12": True}}, id="users_object"),
        pytest.param({"quorum": 1, "users": [[12]]}, id="users_nested"),
        pytest.param({"quorum": 1, "users": [True]}, id="users_true"),
        pytest.param({"quorum": 1, "roles": [12]}, id="roles_number"),
        pytest.param({"quorum": 1, "roles": "admin"}, id="roles_text"),
        pytest.param({"quorum": 1, "roles": ["admins"]}, id="roles_no_id"),
        pytest.param({"quorum": 1, "note": "\x00"}, id="null_character"),
        pytest.param([], id="list"),
        pytest.param("one", id="text_instead"),
    ],
)
def test_create_policy__approvers_not_valid__refused(admin, project, config):
    response = admin.post(policies(project), NEW | {"approver_config": config})

    code = "not_a_dict" if isinstance(config, list | str) else "invalid_input"
    assert_invalid(response, "approver_config", code)


@in_one_test(
    ("field", "value", "code"),
    [
        ("action_key", "", "blank"),
        ("action_key", None, "null"),
        ("action_key", "x" * 129, "max_length"),
        ("action_key", "a\x00", "null_characters_not_allowed"),
        ("conditions", [], "not_a_dict"),
        ("conditions", None, "null"),
        ("conditions", {"value": 2**70}, "invalid_input"),
        ("bypass_org_membership_levels", ["owner"], "invalid_input"),
        ("bypass_org_membership_levels", [None], "invalid_input"),
        ("bypass_org_membership_levels", [1.5], "invalid_input"),
        ("bypass_org_membership_levels", [True], "invalid_input"),
        ("bypass_org_membership_levels", 8, "not_a_list"),
        ("bypass_roles", ["0190c0de-0000-7000-8000-000000000007"], "does_not_exist"),
        ("bypass_roles", "admins", "not_a_list"),
        ("expires_after", "tomorrow", "invalid_input"),
        ("expires_after", "00:00:00", "min_value"),
        ("expires_after", "-1 00:00:00", "min_value"),
        ("expires_after", "3651 00:00:00", "max_value"),
        ("expires_after", "999999999 00:00:00", "max_value"),
        ("enabled", "perhaps", "invalid_input"),
        ("allow_self_approve", None, "null"),
    ],
)
def test_create_policy__value_not_valid__refused(admin, project, field, value, code):
    response = admin.post(policies(project), NEW | {field: value})

    assert_invalid(response, field, code)
    assert not ApprovalPolicy.objects.exists()


@in_one_test("value", ["9" * 30 + " 00:00:00", "P" + "9" * 30 + "D", 10**30, []])
def test_create_policy__lifetime_beyond_counting__refused(admin, project, value):
    response = admin.post(policies(project), NEW | {"expires_after": value})

    assert (response.status_code, response.json()["attr"]) == (400, "expires_after")


@in_one_test("role", ["no uuid", {}, 5, -1, "\x00"], ids=repr)
def test_create_policy__role_that_is_none__refused(admin, project, role):
    response = admin.post(policies(project), NEW | {"bypass_roles": [role]})

    assert response.status_code == 400
    assert response.json()["attr"].startswith("bypass_roles")


def test_create_policy__role_of_another_organization__refused(admin, project, make_role, mallory):
    foreign = make_role(organization=mallory.memberships.get().organization)

    response = admin.post(policies(project), NEW | {"bypass_roles": [str(foreign.pk)]})

    assert_invalid(response, "bypass_roles", "does_not_exist")


@in_one_test("field", ["action_key", "approver_config"])
def test_create_policy__field_missing__refused(admin, project, field):
    response = admin.post(policies(project), {key: NEW[key] for key in NEW.keys() - {field}})

    assert_invalid(response, field, "required")


def test_create_policy__second_for_the_action__refused(admin, project, make_policy):
    make_policy("feature_flag.enable")

    response = admin.post(policies(project), NEW)

    assert_invalid(response, None)
    assert "already exists" in response.json()["detail"]
    assert ApprovalPolicy.objects.count() == 1


def test_create_policy__organization_has_one__accepted(admin, project, make_wide_policy):
    make_wide_policy("feature_flag.enable")

    assert admin.post(policies(project), NEW).status_code == 201


def test_create_policy__member_without_admin_level__forbidden(client, project):
    assert_error(client.post(policies(project), NEW), 403, "permission_denied")
    assert not ApprovalPolicy.objects.exists()


def test_create_policy__no_key__not_authenticated(anonymous, project):
    assert_error(anonymous.post(policies(project), NEW), 401, "not_authenticated")
