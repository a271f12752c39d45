"""The compiled evaluator and the plain one agree on flags and subjects of every kind."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluation.engine.definitions import FlagDefinition
from evaluation.engine.flag_set import FlagSet
from evaluation.engine.subjects import Subject
from tests.evaluation.engine import reference
from tests.evaluation.engine.definitions import summary

NAMES = st.sampled_from(["", "a", "b", "user_1", "user_2", "Zoë", "🦔" * 201, "x" * 205])
VALUES = st.sampled_from(["pro", "free", "1.2.3", "5", 5, True, None, "2024-01-01", "a@b.com"])
PERCENTAGES = st.sampled_from([None, 0, 100, 50, 33.33, 99.9]) | st.floats(0, 100)
FLAG_FILTERS = st.fixed_dictionaries(
    {
        "type": st.just("flag"),
        "operator": st.just("flag_evaluates_to"),
        "key": st.sampled_from(["1", "2", "3", "4", "9"]),
        "value": st.sampled_from([True, False, "control", "test"]),
    }
)
PROPERTIES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["person", "group"]),
        "key": st.sampled_from(["plan", "email", "age"]),
        "operator": st.sampled_from(
            ["exact", "is_not", "gt", "regex", "is_set", "is_not_set", "semver_gt", "icontains"]
        ),
        "value": VALUES,
    }
)
GROUPS = st.fixed_dictionaries(
    {
        "properties": st.lists(PROPERTIES, max_size=2)
        | st.lists(PROPERTIES | FLAG_FILTERS, max_size=2),
        "rollout_percentage": PERCENTAGES,
    },
    optional={
        "variant": st.sampled_from([None, "control", "test", "other"]),
        "aggregation_group_type_index": st.sampled_from([None, 0, 1]),
    },
)
SPLITS = st.sampled_from(
    [[], [("control", 50), ("test", 50)], [("control", 0), ("test", 100)], [("control", 1.01)]]
)
FILTERS = st.builds(
    lambda filters, split: (
        filters
        | {"multivariate": {"variants": [{"key": k, "rollout_percentage": p} for k, p in split]}}
    ),
    st.fixed_dictionaries(
        {"groups": st.lists(GROUPS, max_size=3)},
        optional={
            "aggregation_group_type_index": st.sampled_from([None, 0]),
            "early_exit": st.booleans(),
            "holdout": st.none()
            | st.builds(
                lambda percentage: {"id": 7, "exclusion_percentage": percentage},
                st.floats(-10, 110),
            ),
        },
    ),
    SPLITS,
)
COLUMNS = st.fixed_dictionaries(
    {
        "filters": FILTERS,
        "active": st.sampled_from([True, True, True, False]),
        "deleted": st.sampled_from([False, False, False, True]),
        "ensure_experience_continuity": st.booleans(),
        "bucketing_identifier": st.sampled_from([None, "distinct_id", "device_id"]),
    }
)
BAGS = st.dictionaries(st.sampled_from(["plan", "email", "age"]), VALUES)
SUBJECTS = st.builds(
    Subject,
    NAMES,
    person_properties=BAGS,
    anonymous_id=st.none() | NAMES,
    device_id=st.none() | NAMES,
    group_keys=st.dictionaries(st.sampled_from([0, 1]), NAMES),
    group_properties=st.dictionaries(st.sampled_from([0, 1]), BAGS),
    hash_keys=st.dictionaries(st.sampled_from(["flag-1", "flag-2"]), NAMES),
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(columns=st.lists(COLUMNS, min_size=1, max_size=4), subject=SUBJECTS)
def test_flags__any_definitions_and_subject__are_evaluated_as_by_the_plain_evaluator(
    columns, subject
):
    flags = [
        FlagDefinition(number, f"flag-{number}", **each) for number, each in enumerate(columns, 1)
    ]
    expected = reference.evaluate_all(flags, subject)
    found = FlagSet(flags).evaluate(subject)
    assert {key: summary(each) for key, each in found.items()} == expected
