import pytest

from core.exceptions import first_message
from feature_flags.filters import normalised
from feature_flags.validation import InvalidFilters, check_filters
from tests.looping import in_one_test

INDEX = "aggregation_group_type_index"
TWO = [{"key": "control", "rollout_percentage": 50}, {"key": "test", "rollout_percentage": 50}]


def with_property(**members) -> dict:
    return {"groups": [{"properties": [{"key": "plan", "type": "person"} | members]}]}


def with_shares(*shares: object) -> dict:
    variants = [
        {"key": f"v{number}", "rollout_percentage": share} for number, share in enumerate(shares)
    ]
    return {"groups": [{}], "multivariate": {"variants": variants}}


def check(filters: object, *, stored: object = None) -> None:
    check_filters(normalised(filters) if isinstance(filters, dict) else filters, stored=stored)


def code_of(filters: object) -> str:
    with pytest.raises(InvalidFilters) as refusal:
        check(filters)
    assert list(refusal.value.detail) == ["filters"]
    return refusal.value.detail["filters"][0].code


GOOD_VALUES = [
    ("exact", "pro"),
    ("exact", ["pro", "team"]),
    ("exact", 7),
    ("exact", True),
    ("exact", None),
    (None, "pro"),
    ("is_not", ["pro", 7, None]),
    ("icontains", "pro"),
    ("not_icontains", ""),
    ("icontains_multi", ["a", "b"]),
    ("not_icontains_multi", []),
    ("starts_with", "p"),
    ("not_ends_with", "o"),
    ("regex", r"^a.*\.com$"),
    ("regex", "[[a]"),
    ("not_regex", "(?i)x"),
    ("gt", "5"),
    ("gte", "abc"),
    ("lt", "-1.5"),
    ("lte", "5"),
    ("min", "5"),
    ("max", "5"),
    ("is_set", None),
    ("is_set", "is_set"),
    ("is_not_set", None),
    ("is_date_before", "2024-01-01"),
    ("is_date_after", "2024-02-29 10:30"),
    ("is_date_exact", "2024-01-01T10:30:59.123456789"),
    ("is_date_after", "2024-01-01T10:30:59Z"),
    ("is_date_after", "2024-01-01t10:30:59z"),
    ("is_date_after", "2024-01-01T10:30:59+05:30"),
    ("is_date_before", "-7d"),
    ("is_date_before", "9999h"),
    ("is_date_before", "1y"),
    ("semver_eq", "1.2.3"),
    ("semver_neq", "v1.2.3-beta.1+build"),
    ("semver_gt", "1.2"),
    ("semver_gte", "1"),
    ("semver_lt", " 1.2.3 "),
    ("semver_tilde", "1.2.3"),
    ("semver_caret", "0.0.3"),
    ("semver_wildcard", "1.*"),
    ("semver_wildcard", "1.2.*"),
]


@in_one_test(("operator", "value"), GOOD_VALUES, ids=repr)
def test_property__value_fits_the_operator__accepted(operator, value):
    check(with_property(operator=operator, value=value))


BAD_VALUES = [
    ("exact", {"a": 1}, "invalid_value"),
    ("is_not", [["a"]], "invalid_value"),
    ("exact", ["x"] * 1001, "invalid"),
    ("icontains", ["a"], "invalid_value"),
    ("icontains", None, "invalid_value"),
    ("not_icontains", 5, "invalid_value"),
    ("icontains_multi", "a", "invalid_value"),
    ("not_icontains_multi", [{}], "invalid_value"),
    ("ends_with", 5, "invalid_value"),
    ("regex", "(", "invalid_value"),
    ("regex", ["a"], "invalid_value"),
    ("regex", "(?=a)", "invalid_value"),
    ("regex", "a" * 10_001, "invalid_value"),
    ("not_regex", "*", "invalid_value"),
    ("gt", 5, "invalid_value"),
    ("gt", ["5"], "invalid_value"),
    ("gte", True, "invalid_value"),
    ("lt", None, "invalid_value"),
    ("max", 5, "invalid_value"),
    ("is_date_before", "yesterday", "invalid_date"),
    ("is_date_before", "2024-02-30", "invalid_date"),
    ("is_date_before", "2024-01-01T25:00", "invalid_date"),
    ("is_date_after", "20240101", "invalid_date"),
    ("is_date_after", "-10000d", "invalid_date"),
    ("is_date_after", "--1d", "invalid_date"),
    ("is_date_after", "1 d", "invalid_date"),
    ("is_date_after", "٣d", "invalid_date"),
    ("is_date_exact", 1_700_000_000, "invalid_date"),
    ("is_date_exact", None, "invalid_date"),
    ("is_date_exact", ["2024-01-01"], "invalid_date"),
    ("semver_eq", "1.2.3.4", "invalid_value"),
    ("semver_eq", "latest", "invalid_value"),
    ("semver_eq", "", "invalid_value"),
    ("semver_gt", 1, "invalid_value"),
    ("semver_gt", "9" * 5000, "invalid_value"),
    ("semver_lt", "1.٣.0", "invalid_value"),
    ("semver_caret", ["1.2.3"], "invalid_value"),
    ("semver_tilde", "1.*", "invalid_value"),
    ("semver_wildcard", "1.2.3", "invalid_value"),
    ("semver_wildcard", "1.*.3", "invalid_value"),
    ("semver_wildcard", None, "invalid_value"),
]


@in_one_test(
    ("operator", "value", "code"),
    BAD_VALUES,
    ids=[f"{operator} {str(value)[:12]}" for operator, value, _ in BAD_VALUES],
)
def test_property__value_does_not_fit_the_operator__refused(operator, value, code):
    assert code_of(with_property(operator=operator, value=value)) == code


BAD_OPERATORS = {
    "unknown": ({"operator": "sounds_like"}, "invalid_operator"),
    "no text": ({"operator": ["exact"]}, "invalid_operator"),
    "between": ({"operator": "between"}, "unsupported_operator"),
    "not between": ({"operator": "not_between"}, "unsupported_operator"),
    "of cohorts": ({"operator": "in"}, "invalid_operator"),
    "of flags": ({"operator": "flag_evaluates_to"}, "invalid_operator"),
    "in a cohort": ({"type": "cohort", "operator": "exact"}, "invalid_operator"),
    "in a flag": ({"type": "flag", "operator": "exact"}, "invalid_operator"),
    "absent in a flag": ({"type": "flag"}, "invalid_operator"),
}


@in_one_test(("members", "code"), BAD_OPERATORS.values(), ids=BAD_OPERATORS.keys())
def test_property__operator_of_something_else__refused(members, code):
    assert code_of(with_property(value="1", **members)) == code


@in_one_test("value", [True, False, "test"], ids=repr)
def test_property__of_a_flag__accepted(value):
    check(with_property(type="flag", key="7", operator="flag_evaluates_to", value=value))


@in_one_test("value", [None, "", 1, ["test"]], ids=repr)
def test_property__of_a_flag_with_no_outcome__refused(value):
    wanted = with_property(type="flag", key="7", operator="flag_evaluates_to", value=value)

    assert code_of(wanted) == "invalid_value"


BAD_PROPERTIES = {
    "text": "plan",
    "without key": {"type": "person", "value": "pro"},
    "empty key": {"type": "person", "key": "", "value": "pro"},
    "number as key": {"type": "person", "key": 7, "value": "pro"},
    "of events": {"type": "event", "key": "plan", "value": "pro"},
    "type is a list": {"type": ["person"], "key": "plan", "value": "pro"},
    "of groups": {"type": "group", "key": "plan", "value": "pro", "group_type_index": 0},
}


@in_one_test("wanted", BAD_PROPERTIES.values(), ids=BAD_PROPERTIES.keys())
def test_property__no_condition_on_people__refused(wanted):
    assert code_of({"groups": [{"properties": [wanted]}]}) == "invalid"


@in_one_test("wanted", [{}, {"type": "person"}, {"type": "group"}], ids=str)
def test_property__on_a_group__only_of_that_group_type(wanted):
    wanted = {"key": "plan", "value": "pro"} | wanted
    fitting = {"key": "plan", "value": "pro", "type": "group", "group_type_index": 1}

    assert code_of({"groups": [{"properties": [wanted]}], INDEX: 1}) == "invalid"
    assert code_of({"groups": [{"properties": [fitting]}], INDEX: 0}) == "invalid"
    check({"groups": [{"properties": [fitting]}], INDEX: 1})
    check({"groups": [{"properties": [fitting], INDEX: 1}], INDEX: 0})


def test_property__broken_pattern_that_is_stored__accepted():
    filters = with_property(operator="regex", value="(")

    check(filters, stored=filters)
    with pytest.raises(InvalidFilters):
        check(with_property(operator="regex", value="(("), stored=filters)


def test_property__refused__place_named():
    groups = [{}, {"properties": [{"key": "a", "value": 1}, {"key": "b", "operator": "gt"}]}]

    with pytest.raises(InvalidFilters) as refusal:
        check({"groups": groups})

    assert "groups[1].properties[1]" in first_message(refusal.value)


BAD_DOCUMENTS = {
    "no object": [],
    "group index above 4": {"groups": [{INDEX: 5}]},
    "group index is true": {"groups": [{INDEX: True}]},
    "share not finite": {"groups": [{"rollout_percentage": float("nan")}]},
    "properties are null": {"groups": [{"properties": None}]},
    "variant of a boolean flag": {"groups": [{"variant": "test"}]},
    "sum of 99": with_shares(50, 49),
    "sum of 101": with_shares(50, 51),
    "almost 100": with_shares(50, 49.99),
    "share of a variant null": with_shares(100, None),
    "variant without a share": {"groups": [{}], "multivariate": {"variants": [{"key": "a"}]}},
    "variant twice": {"multivariate": {"variants": [TWO[0], TWO[0]]}},
    "name of a variant is false": {
        "multivariate": {"variants": [TWO[0] | {"name": False}, TWO[1]]}
    },
    "payload is no JSON": {"groups": [{}], "payloads": {"true": "{a: 1}"}},
    "payload is empty": {"groups": [{}], "payloads": {"true": ""}},
    "payload is NaN": {"groups": [{}], "payloads": {"true": "NaN"}},
    "payload is too deep": {"groups": [{}], "payloads": {"true": "[" * 100_000}},
    "enrollment is text": {"feature_enrollment": "yes"},
    "early exit is a number": {"early_exit": 1},
    "too large in UTF-8": {"note": "é" * 262_144},
}


@in_one_test("filters", BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
def test_filters__cannot_be_served__refused(filters):
    assert code_of(filters) == "invalid"


GOOD_DOCUMENTS = {
    "empty": {},
    "thirds": with_shares(33.33, 33.33, 33.34),
    "sevenths": with_shares(*[14.29] * 6, 14.26),
    "one": with_shares(100),
    "shares of groups": {
        "groups": [{"rollout_percentage": share} for share in (0, 100, 25.5, None)]
    },
    "no variants": {"groups": [{}], "multivariate": {"variants": []}},
    "null everywhere": {"groups": [{"variant": None, INDEX: None}], "payloads": None},
    "payload": {"groups": [{}], "payloads": {"true": '{"a": [1, null]}'}},
    "members that are passed on": {
        "groups": [{"description": "VIPs", "sort_key": "a", "exposure_frozen": True}],
        "feature_enrollment": True,
        "early_exit": None,
        "my_note": {"a": 1},
    },
    "exactly as large as allowed": {"note": "x" * (512 * 1024 - len('{"note":""}'))},
}


@in_one_test("filters", GOOD_DOCUMENTS.values(), ids=GOOD_DOCUMENTS.keys())
def test_filters__can_be_served__accepted(filters):
    check(filters)


def test_filters__stored_payload_that_is_no_json__stays():
    filters = {"groups": [{}], "payloads": {"true": "gAAAAABencrypted"}}

    check(filters, stored=filters)
