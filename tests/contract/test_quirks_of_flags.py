import pytest

from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_error, assert_invalid
from tests.feature_flags.paths import flags_of, path_of
from tests.looping import in_one_test


def test_quirks__deleted_flags_are_kept__old_one_restored_beside_the_new(client, project):
    old = factories.make_flag(project, "new-menu", deleted=True)
    client.post(flags_of(project), {"key": "new-menu"})

    body = client.patch(path_of(old), {"deleted": False}).json()

    assert (body["id"], body["key"]) == (old.pk, "new-menu-2")
    assert FeatureFlag.objects.count() == 2


def test_quirks__no_limit_of_flags__more_than_2000_taken(client, project):
    FeatureFlag.objects.bulk_create(
        FeatureFlag(project=project, key=f"flag-{number}") for number in range(2000)
    )

    assert client.post(flags_of(project), {"key": "new-menu"}).status_code == 201


def test_quirks__flags_are_tried_as_they_are__timestamp_refused(client, project):
    flag = factories.make_flag(project)
    body = {"distinct_id": "u", "timestamp": "2026-01-01T00:00:00Z"}
    response = client.post(f"{flags_of(project)}{flag.pk}/test_evaluation/", body)
    assert_error(response, 400, "invalid_input", "timestamp")


def test_quirks__blast_radius_is_of_stored_people__nobody_stored_nobody_counted(client, project):
    body = {"condition": {"properties": []}}
    answer = client.post(f"{flags_of(project)}user_blast_radius/", body).json()
    assert answer == {"affected": 0, "total": 0, "users_affected": 0, "total_users": 0}


def test_quirks__shares_are_decimals__doubles_miss_100_accepted(client, project):
    shares = [14.29] * 6 + [14.26]
    variants = [
        {"key": f"v{number}", "rollout_percentage": share} for number, share in enumerate(shares)
    ]
    filters = {"groups": [{"properties": []}], "multivariate": {"variants": variants}}

    response = client.post(flags_of(project), {"key": "new-menu", "filters": filters})

    assert response.status_code == 201


@in_one_test(
    "patterns",
    [
        ["a" * 10_001],
        ["a" * 5000, "b" * 5001],
        [f"a{number}" for number in range(101)],
        ["(?=a)a"],
        [r"(a)\1"],
    ],
    ids=["too long", "too long together", "too many", "lookaround", "backreference"],
)
def test_quirks__patterns_are_short__refused(client, project, patterns):
    wanted = [
        {"key": "email", "type": "person", "operator": "regex", "value": pattern}
        for pattern in patterns
    ]
    filters = {"groups": [{"properties": wanted}]}

    response = client.post(flags_of(project), {"key": "new-menu", "filters": filters})

    assert_invalid(response, "filters", "invalid_value")


@pytest.mark.parametrize("path", ["bulk_keys", "bulk_delete"])
@pytest.mark.parametrize(
    "body", [{}, {"ids": 7}, {"ids": ["x"]}, {"ids": [None, True]}, []], ids=str
)
def test_quirks__bulk_requests_refuse_barely__bare_body(client, project, path, body):
    response = client.post(f"{flags_of(project)}{path}/", body)

    assert response.status_code == 400
    assert list(response.json()) == ["error", "detail"]


@pytest.mark.parametrize(
    "filters", [{"keys": "menu"}, {"type": "bool"}, {"search": ""}, {"limit": 1}], ids=str
)
def test_quirks__bulk_deletions_ignore_nothing__what_a_list_ignores_refused(
    client, project, filters
):
    factories.make_flag(project)
    assert client.get(flags_of(project), filters).json()["count"] == 1

    response = client.post(f"{flags_of(project)}bulk_delete/", {"filters": filters})

    assert response.status_code == 400
    assert not FeatureFlag.objects.filter(deleted=True).exists()


def test_quirks__bulk_deletions_go_together__needed_flag_deleted_with_its_dependent(
    client, project
):
    needed = factories.make_flag(project)
    wanted = {"key": str(needed.pk), "type": "flag", "operator": "flag_evaluates_to", "value": True}
    body = {"key": "dependent", "filters": {"groups": [{"properties": [wanted]}]}}
    dependent = client.post(flags_of(project), body).json()["id"]

    ids = [needed.pk, dependent]
    body = client.post(f"{flags_of(project)}bulk_delete/", {"ids": ids}).json()

    assert [flag["id"] for flag in body["deleted"]] == ids


def test_quirks__remote_config_refusals_have_a_body__error_object(client, project):
    flag = factories.make_flag(project)

    assert_error(client.get(f"{path_of(flag)}remote_config/"), 404, "not_found")
