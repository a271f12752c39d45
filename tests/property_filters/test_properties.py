"""What holds for every filter and every value."""

import re

from hypothesis import given
from hypothesis import strategies as st

from property_filters import UnreadableFilter, compile_filters

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["1.2.3", "-1d", "2024-01-01", "1.*", "(", "9999y", "1700000000", "v0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
COMPARISONS = [
    *("exact", "icontains", "icontains_multi", "starts_with", "ends_with", "regex", "between"),
    *("gt", "gte", "lt", "lte", "is_date_exact", "is_date_before", "is_date_after"),
    *("semver_eq", "semver_neq", "semver_gt", "semver_gte", "semver_lt", "semver_lte"),
    *("semver_tilde", "semver_caret", "semver_wildcard", "is_set"),
]
NEGATIONS = {
    "exact": "is_not",
    "icontains": "not_icontains",
    "icontains_multi": "not_icontains_multi",
    "starts_with": "not_starts_with",
    "ends_with": "not_ends_with",
}


def predicate_of(operator, value):
    return compile_filters([{"key": "p", "operator": operator, "value": value}])


@given(operator=st.sampled_from(COMPARISONS), wanted=JSON, value=JSON)
def test_predicate__any_filter_and_value__answers_with_a_boolean(operator, wanted, value):
    assert predicate_of(operator, wanted)({"p": value}) in (True, False)


@given(operator=st.sampled_from(COMPARISONS), wanted=JSON)
def test_comparison__property_missing__is_not_met(operator, wanted):
    assert predicate_of(operator, wanted)({"other": 1}) is False


@given(
    operator=st.sampled_from(sorted(NEGATIONS)),
    wanted=JSON.filter(lambda v: v is not None),
    value=JSON,
)
def test_negation__any_value__is_met_when_the_operator_is_not(operator, wanted, value):
    met = predicate_of(operator, wanted)({"p": value})
    assert predicate_of(NEGATIONS[operator], wanted)({"p": value}) is not met


@given(left=st.floats(allow_nan=False), right=st.floats(allow_nan=False))
def test_order__any_two_numbers__is_the_one_of_doubles(left, right):
    assert predicate_of("gt", left)({"p": right}) is (right > left)
    assert predicate_of("lte", str(left))({"p": str(right)}) is (right <= left)


@given(part=st.text(alphabet="abXY.(", min_size=1), value=st.text(alphabet="abXY.("))
def test_pattern__escaped_text__finds_what_a_substring_finds(part, value):
    assert predicate_of("regex", re.escape(part))({"p": value}) is (part in value)


CLASSES = [r"\d", r"\D", r"\s", r"\S", r"\w", r"\W"]
# Those that have a name within brackets.
INNER = [r"\d", r"\D", r"\s", r"\w", "a", "0-9", "ë", "_", "."]
# Characters of which Python says what other languages do: letters, decimals, blanks, a sign.
CHARACTERS = "aZ09_.ëжñ語٣ \n\u00a0\u2003"
BRACKETS = st.builds(
    lambda negated, parts: f"[{negated}{''.join(parts)}]",
    st.sampled_from(["", "^"]),
    st.lists(st.sampled_from(INNER), min_size=1, max_size=3),
)
PATTERNS = st.lists(
    st.tuples(
        st.sampled_from([*CLASSES, "a", "ë", r"\."]) | BRACKETS, st.sampled_from(["", "+", "?"])
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: "".join(map("".join, parts)))


@given(pattern=PATTERNS, value=st.text(CHARACTERS, max_size=6))
def test_pattern__classes_of_characters__as_python_reads_them(pattern, value):
    found = re.search(pattern, value) is not None
    assert predicate_of("regex", pattern)({"p": value}) is found


@given(asked=st.lists(JSON, max_size=3))
def test_filters__anything__compile_or_are_unreadable(asked):
    try:
        predicate = compile_filters(asked)
    except UnreadableFilter:
        return
    assert predicate({}) in (True, False)
