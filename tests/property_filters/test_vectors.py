"""Every operator by tables: filter value, property value, whether it is met."""

from datetime import UTC, datetime

import pytest

from property_filters import NotComparable, UnreadableFilter, compile_filter, compile_filters
from tests.looping import in_one_test

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
MISSING = object()


def meets(operator, wanted, value):
    asked = {"key": "p", "operator": operator, "value": wanted}
    predicate = compile_filters([asked], clock=NOW.timestamp)
    return predicate({} if value is MISSING else {"p": value})


@in_one_test(
    ("operator", "wanted", "value", "expected"),
    [
        ("exact", "a", "A", True),
        ("exact", ["a", "b"], "B", True),
        ("exact", [], "a", False),
        ("exact", [], True, True),
        ("exact", [], "TRUE", True),
        ("exact", [], ["true", [True]], True),
        ("exact", [], [], True),
        ("exact", [], "[true]", False),
        ("exact", [], ["true", False], False),
        ("is_not", [], "a", True),
        ("is_not", [], True, False),
        ("is_not", [], MISSING, True),
        ("exact", "true", True, True),
        ("exact", True, "true", True),
        ("exact", "true", "yes", False),
        ("exact", "false", "yes", False),
        ("exact", [True, False], "TRUE", True),
        ("exact", 1, "1", True),
        ("exact", "1.0", 1, False),
        ("exact", "null", None, True),
        ("exact", "Ä", "ä", True),
        ("exact", '{"a":1}', {"a": 1}, True),
        ("exact", {"a": 2, "b": 1}, {"b": 1, "a": 2}, True),
        ("icontains", '{"a":2,"b"', [{"b": 1, "a": 2}], True),
        ("exact", "a", MISSING, False),
        (None, "a", "a", True),
        ("is_not", ["a", "b"], "A", False),
        ("is_not", ["a", "b"], "c", True),
        ("is_not", "a", MISSING, True),
        ("is_set", None, None, True),
        ("is_set", None, MISSING, False),
        ("is_not_set", None, MISSING, True),
        ("is_not_set", None, None, False),
        ("icontains", "LO w", "Hello World", True),
        ("icontains", "3", 123, True),
        ("icontains", "ä", "Ä", False),
        ("icontains", "a", MISSING, False),
        ("not_icontains", "b", "aBc", False),
        ("not_icontains", "b", MISSING, True),
        ("icontains_multi", ["x", "b"], "aBc", True),
        ("icontains_multi", ["x", "y"], "aBc", False),
        ("icontains_multi", ["x"], MISSING, False),
        ("not_icontains_multi", ["x", "b"], "aBc", False),
        ("not_icontains_multi", ["x", "y"], MISSING, True),
        ("starts_with", "ab", "ABc", True),
        ("not_starts_with", "ab", "ABc", False),
        ("ends_with", "BC", "abc", True),
        ("not_ends_with", "BC", MISSING, True),
        ("regex", r"\.com$", "a@b.com", True),
        ("regex", r"\.COM$", "a@b.com", False),
        ("regex", "[0-9]", 5, True),
        ("regex", ".", MISSING, False),
        ("not_regex", r"\.com$", "a@b.org", True),
        ("not_regex", ".", MISSING, True),
        ("regex", r"^\w+$", "Zoë", True),
        ("not_regex", r"\W", "Zoë", True),
        ("regex", r"^[\w ]+$", "Zoë Ünal", True),
        ("regex", r"^\d$", "٣", True),
        ("regex", r"^[^\D]$", "٣", True),
        ("regex", r"^a\sb$", "a\u2003b", True),
        ("regex", r"\\w", r"\w", True),
        ("regex", r"\Q\w\E", r"\w", True),
        ("regex", r"^[]\d]$", "]", True),
        ("gt", "5", "10", True),
        ("gt", "5", MISSING, False),
        ("gte", "5", 5, True),
        ("min", "5", 5, True),
        ("lte", "5", 5.0, True),
        ("lt", "5", "abc", False),
        ("lt", "abc", 5, False),
        ("gt", 0, True, False),
        ("gt", "0", "1_0", False),
        ("gt", "0", " 1", False),
        ("gt", "0", "1e3", True),
        ("lt", 10**400, 1, False),
        ("between", [1, "3"], 3, True),
        ("between", [1, 3], 4, False),
        ("between", 1, 1, False),
        ("not_between", [1, 3], 4, True),
        ("is_date_before", "2024-01-01", "2023-12-31", True),
        ("is_date_after", "2024-01-01", "2024-01-01", False),
        ("is_date_exact", "2024-01-01", "2024-01-01T01:00:00+01:00", True),
        ("is_date_before", "-1d", "2020-01-01", True),
        ("is_date_before", "1w", "2020-01-01", True),
        ("is_date_after", "-1h", "2026-03-31 11:30", True),
        ("is_date_exact", "1m", "2026-02-28T12:00:00Z", True),
        ("is_date_exact", "2y", "2024-03-31 12:00:00.000000001", True),
        ("is_date_after", "9999y", "2024-01-01", False),
        ("is_date_before", "2024-01-01", 1700000000, True),
        ("is_date_before", "2024-01-01", "1700000000", True),
        ("is_date_before", "2024-01-01", 1e300, False),
        ("is_date_before", "2024-01-01", "soon", False),
        ("is_date_before", "2024-02-30", "2020-01-01", False),
        ("is_date_before", "2024-01-01", "0000-01-01", False),
        ("is_date_before", "2024-01-01", "0001-01-01T00:00:00+14:00", False),
        ("is_date_before", "2024-01-01", MISSING, False),
        ("semver_eq", "1.2.3", "v1.2.3", True),
        ("semver_eq", "1.2", "1.2.0", True),
        ("semver_eq", "1.02.3", "1.2.3", True),
        ("semver_neq", "1.2.3", "1.2.4", True),
        ("semver_neq", "1.2.3", MISSING, False),
        ("semver_gt", "1.2.3", "1.10.0", True),
        ("semver_gte", "1.2.3", "1.2.3", True),
        ("semver_lte", "1.2.3", "1.2.4", False),
        ("semver_lt", "1.2.3", "1.2.3-beta", True),
        ("semver_gt", "1.0.0", "abc", False),
        ("semver_gt", "abc", "1.0.0", False),
        ("semver_tilde", "1.2.3", "1.2.9", True),
        ("semver_tilde", "1.2.3", "1.3.0", False),
        ("semver_tilde", "1.2.3", "1.2.9-beta", False),
        ("semver_tilde", "1.2.3-alpha", "1.2.3-beta", True),
        ("semver_caret", "1.2.3", "1.99.0", True),
        ("semver_caret", "0.2.3", "0.2.9", True),
        ("semver_caret", "0.2.3", "0.3.0", False),
        ("semver_caret", "0.0.3", "0.0.4", False),
        ("semver_wildcard", "1.*", "1.99.0", True),
        ("semver_wildcard", "1.*", "2.0.0", False),
        ("semver_wildcard", "v1.2.*", "1.2.7", True),
        ("semver_wildcard", "1.*.3", "1.1.3", False),
    ],
)
def test_filter__any_operator__as_the_table_says(operator, wanted, value, expected):
    assert meets(operator, wanted, value) is expected


@in_one_test("operator", ["regex", "not_regex"])
@in_one_test("pattern", ["(", "(?=a)", "a" * 10_001, "(?:a{1000}){1000}"])
@in_one_test("value", ["(", "a", MISSING])
def test_pattern__unreadable__is_met_by_nothing(operator, pattern, value):
    assert not meets(operator, pattern, value)


def test_pattern__nested_repetitions__takes_linear_time():
    assert not meets("regex", "(x+x+)+y", "x" * 100_000)


def test_text__lone_surrogates__is_searched():
    assert meets("regex", "a", "\ud800a")
    assert meets("icontains", "A", "\ud800a")


def test_text__beyond_the_limit__is_compared_by_its_beginning():
    assert meets("exact", "a" * 8192, "a" * 9000)


def test_filters__several__must_all_be_met():
    asked = [{"key": "a", "value": "1"}, {"key": "b", "operator": "gt", "value": "1"}]
    predicate = compile_filters(asked)
    assert predicate({"a": "1", "b": 2})
    assert not predicate({"a": "1", "b": 0})


def test_filters__none__are_met():
    assert compile_filters([])({})


def test_filter__without_value__is_met_by_nothing():
    assert not meets("is_not", None, "a")


def test_filter__alone__says_when_nothing_can_be_compared():
    predicate = compile_filter({"key": "p", "operator": "gt", "value": "x"})
    with pytest.raises(NotComparable):
        predicate({"p": 1})


@in_one_test(
    "asked",
    [
        "p",
        {},
        {"key": 1, "value": "a"},
        {"key": "p", "operator": "smells_like", "value": "a"},
        {"key": "p", "operator": ["exact"], "value": "a"},
        {"key": "id", "type": "cohort", "value": 1},
        {"key": "p", "type": {}, "value": 1},
    ],
)
def test_filter__that_means_nothing__is_unreadable(asked):
    with pytest.raises(UnreadableFilter):
        compile_filters([asked])
