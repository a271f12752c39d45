from datetime import UTC, datetime
from decimal import Decimal

from activity.changes import activity_between, changes_between, reported
from activity.subjects import EXPERIMENT, FLAG, HOLDOUT, SAVED_METRIC
from tests.looping import in_one_test

MARCH = datetime(2026, 3, 5, 8, 0, 0, 1, tzinfo=UTC)


def change(before, after, subject=EXPERIMENT):
    found = changes_between({"field": before}, {"field": after}, subject=subject)
    return found[0] if found else None


def test_changes_between__one_field_differs__told_with_both_values():
    before = {"name": "Checkout", "description": "a"}
    after = {"name": "Checkout", "description": "b"}

    assert changes_between(before, after, subject=EXPERIMENT) == [
        {
            "type": "Experiment",
            "action": "changed",
            "field": "description",
            "before": "a",
            "after": "b",
        }
    ]


@in_one_test(
    ("before", "after", "action"),
    [
        ("a", "b", "changed"),
        (False, True, "changed"),
        (0, 1, "changed"),
        (1, 0, "changed"),
        (None, "a", "created"),
        ("", "a", "created"),
        ([], [1], "created"),
        ({}, {"a": 1}, "created"),
        (None, False, "created"),
        (None, 0, "created"),
        ("a", None, "deleted"),
        ("a", "", "deleted"),
        ([1], [], "deleted"),
        ({"a": 1}, {}, "deleted"),
        (True, None, "deleted"),
        (None, "", "changed"),
        ([], None, "changed"),
    ],
)
def test_changes_between__kind_of_value__action(before, after, action):
    found = change(before, after)

    assert (found["action"], found["before"], found["after"]) == (action, before, after)


@in_one_test("value", [None, "", "a", 0, 1.5, True, [], [1, {"a": None}], {"a": [1, 2]}, MARCH])
def test_changes_between__same_value__nothing(value):
    assert change(value, value) is None


@in_one_test(
    ("before", "after"),
    [(10, 10.0), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ([{"share": 50}], [{"share": 50.0}])],
)
def test_changes_between__written_otherwise__nothing(before, after):
    assert change(before, after) is None


@in_one_test(
    ("before", "after"),
    [
        (True, 1),
        (0, False),
        ([True], [1]),
        ({"a": {"b": 0}}, {"a": {"b": False}}),
        ([1, 2], [2, 1]),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        ({"a": None}, {}),
    ],
)
def test_changes_between__another_value_inside__told(before, after):
    assert change(before, after) is not None


def test_changes_between__field_on_one_side_only__null_on_the_other():
    assert changes_between({"old": 1}, {"new": 2}, subject=FLAG) == [
        {"type": "FeatureFlag", "action": "deleted", "field": "old", "before": 1, "after": None},
        {"type": "FeatureFlag", "action": "created", "field": "new", "before": None, "after": 2},
    ]


@in_one_test("subject", [EXPERIMENT, HOLDOUT, SAVED_METRIC, FLAG])
@in_one_test(
    "field",
    [
        "id",
        "uuid",
        "short_id",
        "created_at",
        "created_by",
        "last_modified_at",
        "last_modified_by",
        "updated_at",
        "updated_by",
        "team",
        "team_id",
    ],
)
def test_changes_between__field_nobody_reports__nothing(subject, field):
    assert changes_between({field: 1}, {field: 2}, subject=subject) == []


@in_one_test(
    ("subject", "field"),
    [
        (EXPERIMENT, "feature_flag"),
        (EXPERIMENT, "exposure_cohort"),
        (EXPERIMENT, "holdout"),
        (EXPERIMENT, "saved_metrics"),
        (EXPERIMENT, "experimenttosavedmetric_set"),
        (SAVED_METRIC, "experiments"),
        (SAVED_METRIC, "experimenttosavedmetric_set"),
        (FLAG, "is_simple_flag"),
        (FLAG, "experiment"),
        (FLAG, "featureflagoverride"),
        (FLAG, "usage_dashboard"),
        (FLAG, "analytics_dashboards"),
    ],
)
def test_changes_between__field_this_subject_leaves_out__nothing(subject, field):
    assert changes_between({field: 1}, {field: 2}, subject=subject) == []
    assert changes_between({field: 1}, {field: 2}, subject=HOLDOUT) != []


@in_one_test(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (100.0, "100"),
        (33.3333333333, "33.333333"),
        (-0.0000001, "0"),
        (1e15, "1000000000000000"),
        (Decimal("0.95"), "0.95"),
        (MARCH, "2026-03-05T08:00:00.000001+00:00"),
        (MARCH.date(), "2026-03-05"),
    ],
)
def test_reported__number_or_date__text(value, text):
    assert reported(value) == text


@in_one_test("value", [None, True, 7, "a", [0.5], {"share": 33.33}])
def test_reported__anything_else__as_it_is(value):
    assert reported(value) is value


@in_one_test(
    ("before", "after", "activity"),
    [
        ({"deleted": False}, {"deleted": True}, "deleted"),
        ({"deleted": True}, {"deleted": False}, "restored"),
        ({"deleted": True}, {"deleted": True}, "updated"),
        ({"deleted": False}, {"deleted": False}, "updated"),
        ({"name": "a"}, {"name": "b"}, "updated"),
    ],
)
def test_activity_between__hidden_or_not__named_for_it(before, after, activity):
    assert activity_between(before, after) == activity
