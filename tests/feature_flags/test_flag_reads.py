import pytest

from tests import factories
from tests.assertions import assert_error
from tests.client import DocumentedClient
from tests.factories import TWO_VARIANTS
from tests.feature_flags.paths import flags_of, path_of
from tests.looping import in_one_test

OLD = "2020-01-01T00:00:00Z"
OF_PRO = {"key": "plan", "type": "person", "operator": "exact", "value": "pro"}
EVERYONE = {"groups": [{"properties": [], "rollout_percentage": 100}]}


def needing(flag) -> dict:
    wanted = {"key": str(flag.pk), "type": "flag", "operator": "flag_evaluates_to", "value": True}
    return {"groups": [{"properties": [wanted]}]}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, "active"),
        ({"created_at": OLD, "filters": EVERYONE}, "stale"),
        ({"active": False, "archived": True}, "archived"),
        ({"deleted": True}, "deleted"),
    ],
    ids=str,
)
def test_flag_status__any__in_lower_case_with_its_reason(client, project, values, status):
    flag = factories.make_flag(project, **values)

    body = client.get(f"{path_of(flag)}status/").json()

    assert list(body) == ["status", "reason", "rollout"]
    assert body["status"] == status
    assert client.get(path_of(flag)).json()["status"] == status.upper()


@pytest.mark.parametrize(
    ("filters", "facts"),
    [
        ({"groups": []}, [False, False, None, False]),
        (EVERYONE, [True, False, 100, False]),
        ({"groups": [{"properties": []}]}, [True, False, 100, False]),
        (EVERYONE | {"multivariate": {"variants": TWO_VARIANTS}}, [False, False, 100, True]),
        (
            {"groups": [{"properties": [OF_PRO], "rollout_percentage": 100}]},
            [False, True, 100, False],
        ),
        (
            {"groups": [{"rollout_percentage": 12.5}, {"rollout_percentage": 3}]},
            [False, False, 12.5, False],
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("active", [True, False])
def test_flag_status__filters__tells_how_far_they_reach(client, project, filters, facts, active):
    flag = factories.make_flag(project, filters=filters, active=active)

    rollout = client.get(f"{path_of(flag)}status/").json()["rollout"]

    assert rollout == dict(
        zip(
            (
                *("effectively_full_rollout", "has_targeting_conditions"),
                *("max_rollout_percentage", "is_multivariate"),
            ),
            facts,
            strict=True,
        )
    )


def test_dependent_flags__several__only_those_that_are_on(client, project):
    needed = factories.make_flag(project)
    for key, active in (("on", True), ("off", False)):
        body = {"key": key, "name": "N", "active": active, "filters": needing(needed)}
        assert client.post(flags_of(project), body).status_code == 201

    [dependent] = client.get(f"{path_of(needed)}dependent_flags/").json()

    assert dependent == {"id": dependent["id"], "key": "on", "name": "N"}


def test_matching_ids__parameters__as_the_list(client, project, foreign_project):
    factories.make_flag(foreign_project, "menu-foreign")
    factories.make_flag(project, "menu-deleted", deleted=True)
    factories.make_flag(project, "other")
    flags = [factories.make_flag(project, f"menu-{number}") for number in range(3)]

    body = client.get(
        f"{flags_of(project)}matching_ids/", {"search": "menu", "order": "key"}
    ).json()

    assert body == {"ids": [flag.pk for flag in flags], "total": 3}


def test_bulk_keys__ids__keys_of_the_known_ones(client, project, foreign_project):
    flag, deleted = (
        factories.make_flag(project, "a"),
        factories.make_flag(project, "b", deleted=True),
    )
    foreign = factories.make_flag(foreign_project, "c")
    ids = [flag.pk, str(deleted.pk), foreign.pk, 10**15]

    body = client.post(f"{flags_of(project)}bulk_keys/", {"ids": ids}).json()

    assert body == {"keys": {str(flag.pk): "a", str(deleted.pk): "b"}}


def test_bulk_keys__some_no_ids__warned_of(client, project):
    flag = factories.make_flag(project, "a")

    body = client.post(f"{flags_of(project)}bulk_keys/", {"ids": [flag.pk, "x", None, True]}).json()

    assert body["keys"] == {str(flag.pk): "a"}
    assert "3" in body["warning"]


def test_bulk_keys__empty_list__no_keys(client, project):
    assert client.post(f"{flags_of(project)}bulk_keys/", {"ids": []}).json() == {"keys": {}}


READS = [("get", "matching_ids/"), ("post", "bulk_keys/")]


@pytest.mark.parametrize(("method", "path"), READS)
def test_flag_reads__key_that_may_only_read__enough(ada, project, method, path):
    client = _client(ada, "feature_flag:read")

    response = getattr(client, method)(f"{flags_of(project)}{path}", {"ids": []})

    assert response.status_code == 200


@in_one_test(("method", "path"), READS)
def test_flag_reads__key_of_another_scope__refused(reader, anonymous, project, method, path):
    url = f"{flags_of(project)}{path}"

    assert_error(getattr(reader, method)(url), 403, "permission_denied")
    assert_error(getattr(anonymous, method)(url), 401, "not_authenticated")


@pytest.mark.parametrize("path", ["status/", "dependent_flags/"])
def test_flag_reads__flag_of_another_project__not_found(client, project, foreign_project, path):
    foreign = factories.make_flag(foreign_project)

    assert_error(client.get(f"{flags_of(project)}{foreign.pk}/{path}"), 404, "not_found")


def _client(user, *scopes: str) -> DocumentedClient:
    return DocumentedClient(factories.make_key(user, *scopes))
