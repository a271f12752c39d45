import pytest

from approvals.models import ApprovalPolicy
from approvals.services import update_policy
from core.exceptions import NotFound
from tests.approvals.paths import policy
from tests.assertions import assert_error, assert_invalid
from tests.looping import in_one_test


def test_update_policy__some_fields__the_rest_stays(admin, project, make_policy, time_machine):
    made = make_policy("feature_flag.update")
    before = admin.get(policy(project, made.pk)).json()
    time_machine.move_to("2030-01-01T00:00:00Z", tick=False)

    response = admin.patch(policy(project, made.pk), {"enabled": False, "expires_after": "P1D"})

    changed = {"enabled": False, "expires_after": "1 00:00:00"}
    changed["updated_at"] = "2030-01-01T00:00:00Z"
    assert (response.status_code, response.json()) == (200, before | changed)
    assert admin.get(policy(project, made.pk)).json() == before | changed


def test_update_policy__put__replaced(admin, project, make_policy):
    made = make_policy()
    sent = {"action_key": "feature_flag.update", "approver_config": {"quorum": 3}}

    body = admin.put(policy(project, made.pk), sent).json()

    assert {key: body[key] for key in sent} == sent


def test_update_policy__what_was_read__accepted(admin, project, make_policy, make_role):
    made = make_policy(bypass_roles=[make_role()])
    before = admin.get(policy(project, made.pk)).json()

    response = admin.put(policy(project, made.pk), before)

    assert response.status_code == 200
    assert response.json() | {"updated_at": before["updated_at"]} == before


@pytest.mark.parametrize(("sent", "count"), [({}, 1), ({"bypass_roles": []}, 0)])
def test_update_policy__bypass_roles__stay_unless_sent(
    admin, project, make_policy, make_role, sent, count
):
    made = make_policy(bypass_roles=[make_role()])

    body = admin.patch(policy(project, made.pk), sent).json()

    stored = ApprovalPolicy.objects.get()
    assert len(body["bypass_roles"]) == stored.bypass_roles.count() == count


@pytest.mark.parametrize(
    ("changes", "attr", "code"),
    [
        ({"approver_config": {"quorum": 0}}, "approver_config", "invalid_input"),
        ({"expires_after": "-1 00:00:00"}, "expires_after", "min_value"),
        ({"action_key": "feature_flag.update"}, None, "invalid_input"),
    ],
)
def test_update_policy__not_valid__refused_whole(admin, project, make_policy, changes, attr, code):
    make_policy("feature_flag.update")
    made = make_policy("feature_flag.enable")
    before = admin.get(policy(project, made.pk)).json()

    response = admin.patch(policy(project, made.pk), {"enabled": False} | changes)

    assert_invalid(response, attr, code)
    assert admin.get(policy(project, made.pk)).json() == before


def test_update_policy__member_without_admin_level__forbidden(client, project, make_policy):
    made = make_policy()

    assert_error(client.patch(policy(project, made.pk), {}), 403, "permission_denied")


@in_one_test("reference", ["abc", "1", "0190c0de-0000-7000-8000-000000000007"])
@in_one_test("method", ["get", "put", "patch", "delete"])
def test_update_policy__unknown_id__not_found(admin, project, method, reference):
    assert_error(getattr(admin, method)(policy(project, reference)), 404, "not_found")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_update_policy__of_organization__not_found(admin, project, make_wide_policy, method):
    made = make_wide_policy()

    assert_error(getattr(admin, method)(policy(project, made.pk)), 404, "not_found")


def test_update_policy__deleted_meanwhile__not_found(make_policy, edith):
    made = make_policy()
    type(made).objects.all().delete()

    with pytest.raises(NotFound):
        update_policy(policy=made, changes={"enabled": False}, now=made.created_at)
