import contextlib
import json

from hypothesis import given
from hypothesis import strategies as st

from feature_flags import filters as flag_filters
from feature_flags.validation import InvalidFilters, check_filters

INDEX = "aggregation_group_type_index"
OPERATORS = [
    *("exact", "icontains_multi", "regex", "gt", "min", "is_set", "is_date_before", "semver_eq"),
    *("semver_wildcard", "in", "flag_evaluates_to", "between", "sounds_like"),
]
TEXTS = [*OPERATORS, "person", "group", "cohort", "flag", "true", "(", "-1d", "\ud800", "\x00"]
KNOWN_KEYS = [
    *("groups", "properties", "rollout_percentage", "variant", INDEX, "multivariate", "variants"),
    *("key", "payloads", "holdout", "id", "exclusion_percentage", "holdout_groups", "operator"),
    *("type", "value", "group_type_index", "early_exit", "feature_enrollment", "true"),
]

texts = st.text(max_size=9) | st.sampled_from(TEXTS)
numbers = (
    st.integers(-1, 101)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([10**400, 33.34])
)
keys = st.sampled_from(KNOWN_KEYS) | st.text(max_size=9)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=20,
)
properties = st.fixed_dictionaries(
    {"key": texts, "value": values},
    optional={
        "operator": st.sampled_from(OPERATORS) | values,
        "type": st.sampled_from(["person", "group", "cohort", "flag"]) | values,
        "group_type_index": values,
    },
)
groups = st.fixed_dictionaries(
    {"properties": st.lists(properties | values, max_size=3)},
    optional={"rollout_percentage": values, "variant": values, INDEX: st.integers(0, 5) | values},
)
filters = st.dictionaries(keys, values, max_size=6) | st.fixed_dictionaries(
    {"groups": st.lists(groups | values, max_size=3)},
    optional={"multivariate": values, "payloads": values, "holdout": values, INDEX: values},
)


def is_valid(document: object, *, stored: object = None) -> bool:
    with contextlib.suppress(InvalidFilters):
        check_filters(document, stored=stored)
        return True
    return False


@given(sent=filters, stored=filters | values)
def test_filters__arbitrary_json__refused_or_valid_for_good(sent, stored):
    document = flag_filters.normalised(flag_filters.with_everyone(sent))

    is_valid(sent, stored=stored)
    if is_valid(document):
        assert flag_filters.normalised(document) == document
        assert json.loads(json.dumps(document)) == document


@given(document=values)
def test_check_filters__arbitrary_json__raises_nothing_else(document):
    is_valid(document, stored=document)


@given(document=filters)
def test_edits__arbitrary_json__never_raise(document):
    flag_filters.dependencies(document)
    flag_filters.cohort_references(document)
    flag_filters.variant_keys(document)
    flag_filters.is_rolled_out(document)
    flag_filters.is_change(document)
