import pytest

from tests import factories
from tests.approvals.paths import policies
from tests.assertions import assert_error

POLICY = [
    *("id", "action_key", "conditions", "approver_config", "allow_self_approve"),
    *("bypass_org_membership_levels", "bypass_roles", "expires_after", "enabled"),
    *("created_by", "created_at", "updated_at"),
]


def test_list_policies__several__newest_first_key_for_key(client, project, make_policy, grace):
    first, second = make_policy("feature_flag.enable"), make_policy("feature_flag.update")

    response = client.get(policies(project))

    body = response.json()
    assert (response.status_code, list(body)) == (200, ["count", "next", "previous", "results"])
    assert [row["id"] for row in body["results"]] == [str(second.pk), str(first.pk)]
    row = body["results"][1]
    assert list(row) == POLICY
    assert row["approver_config"] == {"quorum": 1, "users": [grace.pk], "roles": []}
    assert (row["conditions"], row["bypass_org_membership_levels"]) == ({}, [])
    assert (row["bypass_roles"], row["expires_after"]) == ([], "14 00:00:00")
    assert (row["allow_self_approve"], row["enabled"]) == (False, True)


def test_list_policies__limit_and_offset__one_page(client, project, make_policy):
    make_policy("feature_flag.enable")
    make_policy("feature_flag.update")

    body = client.get(policies(project), {"limit": 1, "offset": 1}).json()

    assert (body["count"], len(body["results"])) == (2, 1)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"action_key": "feature_flag.enable"}, ["feature_flag.enable"]),
        ({"action_key": "feature_flag"}, []),
        ({"action_key": "\x00"}, []),
        ({"enabled": "true"}, ["feature_flag.enable"]),
        ({"enabled": "TRUE"}, ["feature_flag.enable"]),
        ({"enabled": "false"}, ["feature_flag.update"]),
        ({"enabled": "perhaps"}, ["feature_flag.update"]),
        ({"enabled": ""}, ["feature_flag.update"]),
    ],
)
def test_list_policies__filtered__those_only(client, project, make_policy, parameters, expected):
    make_policy("feature_flag.enable")
    make_policy("feature_flag.update", enabled=False)

    rows = client.get(policies(project), parameters).json()["results"]

    assert [row["action_key"] for row in rows] == expected


def test_list_policies__of_organization_and_other_projects__left_out(
    client, organization, make_wide_policy, project, make_policy
):
    make_policy()
    make_wide_policy("feature_flag.update")
    other = factories.make_project(organization, "Other")

    assert client.get(policies(project)).json()["count"] == 1
    assert client.get(policies(other)).json()["count"] == 0


def test_list_policies__more_rows__as_many_queries(
    client, project, make_policy, make_role, django_assert_max_num_queries
):
    for number in range(4):
        make_policy(f"action-{number}", bypass_roles=[make_role(name=f"Role {number}")])

    with django_assert_max_num_queries(8):
        assert client.get(policies(project)).json()["count"] == 4


def test_list_policies__no_key__not_authenticated(anonymous, project):
    assert_error(anonymous.get(policies(project)), 401, "not_authenticated")


def test_list_policies__not_a_member__forbidden(outsider, project):
    assert_error(outsider.get(policies(project)), 403, "permission_denied")
