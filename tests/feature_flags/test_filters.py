from copy import deepcopy

import pytest

from feature_flags import filters as flag_filters

INDEX = "aggregation_group_type_index"
FILTERS = {
    "groups": [
        {"properties": [{"key": "a"}], "rollout_percentage": 10, INDEX: 1},
        {"properties": [], "rollout_percentage": 20, INDEX: 1},
    ],
    "multivariate": {"variants": [{"key": "control"}, {"key": "test"}]},
    "payloads": {"test": "1"},
    INDEX: 1,
    "holdout": {"id": 1, "exclusion_percentage": 10},
}


def test_new_filters__any__exactly_four_keys():
    filters = flag_filters.new_filters(
        variants=[{"key": "control"}], rollout_percentage=7, group_type_index=2, holdout=None
    )

    assert filters == {
        "groups": [{"properties": [], "rollout_percentage": 7}],
        "multivariate": {"variants": [{"key": "control"}]},
        INDEX: 2,
        "holdout": None,
    }


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (
            lambda filters: flag_filters.with_variants(filters, variants=[{"key": "new"}]),
            {"multivariate": {"variants": [{"key": "new"}]}},
        ),
        (
            lambda filters: flag_filters.with_group_type_index(filters, index=3),
            {"groups": [group | {INDEX: 3} for group in FILTERS["groups"]], INDEX: 3},
        ),
        (
            lambda filters: flag_filters.with_rollout_percentage(filters, percentage=99),
            {"groups": [FILTERS["groups"][0] | {"rollout_percentage": 99}, FILTERS["groups"][1]]},
        ),
        (lambda filters: flag_filters.with_holdout(filters, holdout=None), {"holdout": None}),
        (flag_filters.normalised, {}),
    ],
    ids=["variants", "group type index", "rollout percentage", "holdout", "normalised"],
)
def test_with__one_part__a_new_document_with_only_that_changed(change, changed):
    filters = deepcopy(FILTERS)

    assert change(filters) == FILTERS | changed
    assert filters == FILTERS


@pytest.mark.parametrize("groups", [[], None, "absent"], ids=str)
def test_with_rollout_percentage__no_groups__unchanged(groups):
    filters = {} if groups == "absent" else {"groups": groups}

    assert flag_filters.with_rollout_percentage(filters, percentage=5) == filters


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({}, []),
        ({"multivariate": None}, []),
        ({"multivariate": {}}, []),
        ({"multivariate": {"variants": None}}, []),
        ({"multivariate": []}, []),
        ({"multivariate": {"variants": ["a", {"key": "b"}, {}]}}, ["b", None]),
        (FILTERS, ["control", "test"]),
    ],
    ids=str,
)
def test_variant_keys__any_document__keys_in_order(filters, keys):
    assert flag_filters.variant_keys(filters) == keys


@pytest.mark.parametrize(
    ("groups", "entry"),
    [
        ([], None),
        ([{"rollout_percentage": 5}], {"id": 7, "exclusion_percentage": 5}),
        (
            [{"rollout_percentage": 5}, {"rollout_percentage": 50}],
            {"id": 7, "exclusion_percentage": 5},
        ),
    ],
    ids=str,
)
def test_holdout_entry__groups__only_the_first_counts(groups, entry):
    assert flag_filters.holdout_entry(holdout_id=7, groups=groups) == entry


@pytest.mark.parametrize(
    ("filters", "stored"),
    [
        ({}, {}),
        ({"groups": 7, INDEX: 1}, {"groups": 7, INDEX: 1}),
        ({"groups": [7]}, {"groups": [7]}),
        ({"groups": []}, {"groups": [], INDEX: None}),
        ({"groups": [], INDEX: 2}, {"groups": [], INDEX: 2}),
        ({"groups": [{}]}, {"groups": [{INDEX: None}], INDEX: None}),
        ({"groups": [{}], INDEX: 2}, {"groups": [{INDEX: 2}], INDEX: 2}),
        ({"groups": [{INDEX: 3}], INDEX: 2}, {"groups": [{INDEX: 3}], INDEX: 3}),
        (
            {"groups": [{INDEX: 3}, {}], INDEX: 2},
            {"groups": [{INDEX: 3}, {INDEX: 2}], INDEX: None},
        ),
    ],
    ids=str,
)
def test_normalised__groups__carry_their_index(filters, stored):
    assert flag_filters.normalised(filters) == stored


def test_normalised__aliases_payloads_and_forms_of_the_past__as_they_are_stored():
    wanted = [{"key": "age", "operator": "min", "value": "18"}, {"key": "age", "operator": "max"}]
    sent = {
        "groups": [{"properties": [*wanted, {"key": "plan"}, "broken"]}],
        "payloads": {"a": {"b": [1, None]}, "c": "[1]", "d": None, "e": 1.5},
        "holdout_groups": [{"properties": [], "variant": "holdout-1"}],
        "super_groups": [],
        "feature_enrollment": True,
    }

    stored = flag_filters.normalised(deepcopy(sent))

    assert stored == {
        "groups": [
            {
                "properties": [
                    {"key": "age", "operator": "gte", "value": "18"},
                    {"key": "age", "operator": "lte"},
                    {"key": "plan"},
                    "broken",
                ],
                INDEX: None,
            }
        ],
        INDEX: None,
        "payloads": {"a": '{"b": [1, null]}', "c": "[1]", "d": "null", "e": "1.5"},
        "feature_enrollment": True,
    }


@pytest.mark.parametrize(
    ("groups", "open_groups"),
    [
        ("absent", [{"properties": [], "rollout_percentage": 100}]),
        ([], [{"properties": [], "rollout_percentage": 100}]),
        ([{}, {"rollout_percentage": None}], [{"rollout_percentage": 100}] * 2),
        ([{"rollout_percentage": 0}], [{"rollout_percentage": 100}]),
        ([{"rollout_percentage": 0.5}], [{"rollout_percentage": 0.5}]),
        ([{"rollout_percentage": False}, "x"], [{"rollout_percentage": False}, "x"]),
        (7, 7),
    ],
    ids=str,
)
def test_with_everyone__closed_groups__opened(groups, open_groups):
    filters = {} if groups == "absent" else {"groups": groups}

    assert flag_filters.with_everyone(filters) == {"groups": open_groups}
