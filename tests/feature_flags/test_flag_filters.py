import pytest

from feature_flags.models import FeatureFlag
from tests import factories
from tests.assertions import assert_invalid
from tests.feature_flags.paths import flags_of, path_of
from tests.looping import in_one_test

INDEX = "aggregation_group_type_index"
EVERYONE = {"properties": [], "rollout_percentage": 100}
PLAN = {"key": "plan", "type": "person", "value": "pro", "operator": "exact"}
TWO = [{"key": "control", "rollout_percentage": 50}, {"key": "test", "rollout_percentage": 50}]


@pytest.fixture
def flag(project):
    return factories.make_flag(project, "checkout")


def with_property(**members) -> dict:
    return {"groups": [EVERYONE | {"properties": [PLAN | members]}]}


SENT = {
    "groups": [
        {
            "properties": [PLAN, {"key": "age", "value": "18", "operator": "min"}],
            "rollout_percentage": 25.5,
            "variant": "test",
            "description": "Grown-ups",
        },
        {"properties": [], INDEX: 1},
    ],
    "multivariate": {"variants": TWO},
    "payloads": {"control": '{"a":1}', "test": {"b": [2]}},
    "holdout": {"id": 7, "exclusion_percentage": 10},
    "holdout_groups": [{"properties": [], "rollout_percentage": 10, "variant": "holdout-7"}],
    "super_groups": [],
    "feature_enrollment": True,
    "early_exit": None,
}


def test_flag_filters__everything_sent__stored_normalised(client, project):
    response = client.post(flags_of(project), {"key": "checkout", "filters": SENT})

    assert response.status_code == 201
    first, second = SENT["groups"]
    adults = {"key": "age", "value": "18", "operator": "gte"}
    assert response.json()["filters"] == {
        "groups": [first | {"properties": [PLAN, adults], INDEX: None}, second],
        INDEX: None,
        "multivariate": {"variants": TWO},
        "payloads": {"control": '{"a":1}', "test": '{"b": [2]}'},
        "holdout": {"id": 7, "exclusion_percentage": 10},
        "feature_enrollment": True,
        "early_exit": None,
    }
    assert FeatureFlag.objects.get().filters == response.json()["filters"]


def test_flag_filters__one_group_type__in_every_group_and_on_top(client, project):
    filters = {"groups": [EVERYONE, EVERYONE], INDEX: 2}

    response = client.post(flags_of(project), {"key": "checkout", "filters": filters})

    assert response.json()["filters"] == {"groups": [EVERYONE | {INDEX: 2}] * 2, INDEX: 2}


@in_one_test("filters", [{}, {"payloads": {}}, {"multivariate": None}], ids=str)
def test_flag_filters__update_without_groups__refused(client, flag, filters):
    before = FeatureFlag.objects.values().get()

    response = client.patch(path_of(flag), {"filters": filters})

    assert_invalid(response, "filters")
    assert FeatureFlag.objects.values().get() == before


def test_flag_filters__update_with_groups__everything_replaced(client, flag):
    response = client.patch(path_of(flag), {"filters": {"groups": [EVERYONE]}})

    assert response.json()["filters"] == {"groups": [EVERYONE | {INDEX: None}], INDEX: None}


REFUSED = {
    "no operator of anything": (with_property(operator="sounds_like"), "invalid_operator"),
    "operator of others": (with_property(operator="between"), "unsupported_operator"),
    "no date": (with_property(operator="is_date_after", value="soon"), "invalid_date"),
    "list for gt": (with_property(operator="gt", value=["5"]), "invalid_value"),
    "broken pattern": (with_property(operator="regex", value="("), "invalid_value"),
    "cohort": (with_property(type="cohort", key="id", value=7), "invalid_operator"),
    "no cohorts here": (
        with_property(type="cohort", key="id", value=7, operator="in"),
        "cohort_does_not_exist",
    ),
    "person in a group": (with_property() | {INDEX: 0}, "invalid_input"),
    "sum of 99": (
        {
            "groups": [EVERYONE],
            "multivariate": {"variants": [TWO[0], TWO[1] | {"rollout_percentage": 49}]},
        },
        "invalid_input",
    ),
    "share above 100": ({"groups": [{"rollout_percentage": 101}]}, "invalid_input"),
    "share below 0": ({"groups": [{"rollout_percentage": -1}]}, "invalid_input"),
    "share is text": ({"groups": [{"rollout_percentage": "50"}]}, "invalid_input"),
    "share is true": ({"groups": [{"rollout_percentage": True}]}, "invalid_input"),
    "unknown variant": ({"groups": [{"variant": "test"}]}, "invalid_input"),
    "unknown payload": ({"groups": [EVERYONE], "payloads": {"test": "1"}}, "invalid_input"),
    "payload is no JSON": ({"groups": [EVERYONE], "payloads": {"true": "{a"}}, "invalid_input"),
    "too large": ({"groups": [EVERYONE], "note": "x" * 524_288}, "invalid_input"),
}


@in_one_test(("filters", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_flag_filters__cannot_be_served__refused(client, project, flag, filters, code):
    before = FeatureFlag.objects.values().get()

    assert_invalid(
        client.post(flags_of(project), {"key": "new", "filters": filters}), "filters", code
    )
    assert_invalid(client.patch(path_of(flag), {"filters": filters}), "filters", code)
    assert FeatureFlag.objects.values().get() == before


@in_one_test("filters", [{"groups": []}, {}, {"groups": None}], ids=str)
def test_flag_filters__new_flag_without_groups__refused(client, project, filters):
    response = client.post(flags_of(project), {"key": "new", "filters": filters})

    assert_invalid(response, "filters")


def test_flag_filters__remote_configuration__open_to_everyone(client, project):
    filters = {"groups": [EVERYONE | {"rollout_percentage": 0}], "payloads": {"true": "1"}}
    body = {"key": "config", "is_remote_configuration": True, "filters": filters}

    response = client.post(flags_of(project), body)

    assert response.json()["filters"]["groups"] == [EVERYONE | {INDEX: None}]


def test_flag_filters__remote_configuration_without_groups__default_group(client, project):
    filters = {"payloads": {"true": "1"}}
    body = {"key": "config", "is_remote_configuration": True, "filters": filters}

    response = client.post(flags_of(project), body)

    assert response.json()["filters"]["groups"] == [EVERYONE | {INDEX: None}]


def test_flag_filters__broken_pattern_from_the_past__stays_in_updates(client, flag):
    filters = with_property(operator="regex", value="(")
    FeatureFlag.objects.update(filters=filters)
    filters["groups"][0]["rollout_percentage"] = 5

    assert client.patch(path_of(flag), {"filters": filters}).status_code == 200
