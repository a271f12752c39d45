"""Values, reasons and the number of the condition, case by case."""

import pytest

from evaluation.engine.definitions import CohortDefinition
from evaluation.engine.flag_set import FlagSet
from evaluation.engine.selection import Selection
from tests.evaluation.engine.definitions import (
    HALVES,
    LAYOUT,
    MATCH,
    NO_MATCH,
    OUT,
    PAYLOAD,
    SEARCH,
    enterprise,
    everybody,
    flag,
    outcome,
    person,
    plan,
    subject,
    summary,
    variants,
)


def group_flag():
    gold = {"key": "tier", "value": "gold", "type": "group", "group_type_index": 0}
    group = {"properties": [gold], "rollout_percentage": 60}
    return flag("org-dashboard", group, filters={"aggregation_group_type_index": 0})


def member_of(group_key):
    return subject(group_keys={0: group_key}, group_properties={0: {"tier": "gold"}})


BAD_OVERRIDE = flag(
    "checkout-layout-bad-override",
    enterprise(variant="wide"),
    filters=variants(control=50, compact=25, spacious=25),
)
STAGED = (everybody(10), enterprise())
HELD_OUT = HALVES | {
    "payloads": {"test": PAYLOAD},
    "holdout": {"id": 7, "exclusion_percentage": 10},
}


@pytest.mark.parametrize(
    ("definition", "asked", "expected"),
    [
        (SEARCH, plan("user", "enterprise"), (True, MATCH, 0)),
        (SEARCH, plan("user", "free"), (False, NO_MATCH, 0)),
        (flag("beta-search-rollout", everybody(25.5)), subject("user-61"), (True, MATCH, 0)),
        (flag("beta-search-rollout", everybody(25.5)), subject("user-105"), (False, OUT, 0)),
        (flag("beta-search-staged", *STAGED), plan("user-105", "enterprise"), (True, MATCH, 1)),
        (
            flag("beta-search-staged-early-exit", *STAGED, filters={"early_exit": True}),
            plan("user-105", "enterprise"),
            (False, OUT, 0),
        ),
        (flag("beta-search-staged", *STAGED), plan("user-105", "free"), (False, OUT, 0)),
        (
            flag("beta-search-staged-reversed", enterprise(), everybody(10)),
            plan("user-105", "free"),
            (False, OUT, 1),
        ),
        (flag("nav-refresh", enterprise(None)), plan("user-17", "enterprise"), (True, MATCH, 0)),
        (flag("beta-search", everybody(0)), subject(""), (True, MATCH, 0)),
        (flag("beta-search", everybody(62)), subject(""), (True, MATCH, 0)),
        (LAYOUT, plan("user-61", "free"), ("compact", MATCH, 1)),
        (LAYOUT, plan("user-17", "free"), ("control", MATCH, 1)),
        (LAYOUT, plan("user-61", "enterprise"), ("spacious", MATCH, 0)),
        (BAD_OVERRIDE, plan("user-17", "enterprise"), ("compact", MATCH, 0)),
        (
            flag("checkout-layout-partial", everybody(50), filters=HALVES),
            subject("user-77"),
            ("test", MATCH, 0),
        ),
        (
            flag("checkout-layout-partial", everybody(50), filters=HALVES),
            subject("user-105"),
            (False, OUT, 0),
        ),
        (flag("beta-search", everybody(), filters=HALVES), subject(""), ("control", MATCH, 0)),
        (group_flag(), member_of("org-9"), (True, MATCH, 0)),
        (group_flag(), member_of("org-12"), (False, OUT, 0)),
        (group_flag(), member_of("42"), (True, MATCH, 0)),
        (group_flag(), subject(), (False, "no_group_type", 0)),
        (
            flag("checkout-experiment", everybody(), filters=HELD_OUT),
            subject("user-31"),
            ("holdout-7", "holdout_condition_value", None),
        ),
        (
            flag("checkout-experiment", everybody(), filters=HELD_OUT),
            subject("user-77"),
            ("test", MATCH, 0),
        ),
        (
            flag("f", everybody(), filters={"holdout": {"id": 7, "exclusion_percentage": 92}}),
            subject(""),
            (True, MATCH, 0),
        ),
        (
            flag("f", everybody(), filters={"holdout": {"id": 7, "exclusion_percentage": 93}}),
            subject(""),
            ("holdout-7", "holdout_condition_value", None),
        ),
        (flag("f"), subject(), (False, "no_group_type", None)),
    ],
)
def test_outcome__known_case__has_the_known_value_and_reason(definition, asked, expected):
    assert summary(outcome(definition, asked)) == expected


def test_payload__of_the_variant_or_of_true__comes_with_the_outcome():
    assert outcome(SEARCH, plan("user", "enterprise")).payload == PAYLOAD
    assert outcome(SEARCH, plan("user", "free")).payload is None
    assert outcome(LAYOUT, plan("user-61", "free")).payload == PAYLOAD
    assert outcome(LAYOUT, plan("user-17", "free")).payload is None


def test_payload__of_somebody_held_out__is_none():
    held_out = flag("checkout-experiment", everybody(), filters=HELD_OUT)
    assert outcome(held_out, subject("user-31")).payload is None


def test_flag__inactive__is_absent():
    assert outcome(flag("off", everybody(), active=False), subject()) is None


def test_selection__runtime_and_contexts__leave_the_others_out():
    flags = FlagSet(
        [
            flag("server", everybody(), evaluation_runtime="server"),
            flag("client", everybody(), evaluation_runtime="client", flag_id=2),
            flag("all", everybody(), evaluation_runtime="all", flag_id=3),
            flag("docs", everybody(), evaluation_contexts=["docs"], flag_id=4),
        ]
    )
    server = Selection(runtime="server")
    assert set(flags.evaluate(subject(), selection=server)) == {"server", "all", "docs"}
    in_app = Selection(contexts=frozenset({"app"}))
    assert "docs" not in flags.evaluate(subject(), selection=in_app)


@pytest.mark.parametrize(
    "filters",
    [
        {"multivariate": {"variants": "none"}},
        {"multivariate": {"variants": [{"key": "a", "rollout_percentage": "50"}]}},
        {"multivariate": {"variants": [{"key": 1, "rollout_percentage": 50}]}},
        {"multivariate": {"variants": [{"key": "a", "rollout_percentage": float("nan")}]}},
        {"groups": [{"rollout_percentage": True}]},
        {"groups": [1]},
        {"groups": {}},
        {"holdout": {"exclusion_percentage": []}},
    ],
)
def test_flag__with_broken_filters__fails_alone(filters):
    flags = FlagSet([flag("broken", filters=filters), flag("whole", everybody(), flag_id=2)])
    found = flags.evaluate(subject())
    assert found["broken"].has_failed
    assert found["whole"].value is True


@pytest.mark.parametrize(
    "wanted",
    [
        {"key": "p", "operator": "gt", "value": "x", "type": "person"},
        {"key": "p", "operator": "unheard_of", "value": "x", "type": "person"},
        {"key": "id", "operator": "in", "value": 5, "type": "cohort"},
        {"key": "id", "operator": "gt", "value": 1, "type": "cohort"},
        {"key": "1", "operator": "exact", "value": True, "type": "flag"},
        "p",
    ],
)
def test_condition__that_cannot_be_read__does_not_match_and_the_next_one_may(wanted):
    definition = flag("f", {"properties": [wanted]}, everybody(), flag_id=2)
    cohorts = [CohortDefinition(1, is_static=True)]
    found = outcome(definition, subject(properties={"p": 1}), flag("other"), cohorts=cohorts)
    assert summary(found) == (True, MATCH, 1)


def enrolled(**properties):
    return subject(
        properties={f"$feature_enrollment/{key}": one for key, one in properties.items()}
    )


def test_enrollment__property_present__decides():
    early = flag("early", everybody(0), filters={"feature_enrollment": True})
    assert summary(outcome(early, enrolled(early="true"))) == (True, "super_condition_value", 0)
    assert summary(outcome(early, enrolled(early=False))) == (False, "super_condition_value", 0)
    assert summary(outcome(early, subject())) == (False, OUT, 0)


@pytest.mark.parametrize(
    ("columns", "others"),
    [
        ({"bucketing_identifier": "device_id"}, {"device_id": "user_1"}),
        ({"ensure_experience_continuity": True}, {"hash_keys": {"checkout-redesign": "user_1"}}),
        ({"ensure_experience_continuity": True}, {"anonymous_id": "user_1"}),
    ],
    ids=["device", "kept", "anonymous"],
)
@pytest.mark.parametrize(
    "form",
    [
        {"feature_enrollment": True},
        {
            "super_groups": [
                {"properties": [person("$feature_enrollment/checkout-redesign", ["true"])]}
            ]
        },
    ],
    ids=["enrollment", "super_group"],
)
def test_enrollment__flag_that_hashes_another_identifier__gives_its_variant(columns, others, form):
    early = flag("checkout-redesign", everybody(0), filters=HALVES | form, **columns)
    enrolled = {"$feature_enrollment/checkout-redesign": "true"}
    # user_1 is in control, user_3 in test.
    assert outcome(early, subject("user_3", properties=enrolled, **others)).value == "control"
    assert outcome(early, subject("user_3", properties=enrolled)).value == "test"


def test_super_group__property_present__decides():
    wanted = person("$feature_enrollment/early", ["true"])
    super_group = {"properties": [wanted], "rollout_percentage": 100}
    early = flag("early", everybody(0), filters={"super_groups": [super_group]})
    assert summary(outcome(early, enrolled(early="true"))) == (True, "super_condition_value", 0)
    assert summary(outcome(early, enrolled(early="no"))) == (False, "super_condition_value", 0)
    assert summary(outcome(early, subject())) == (False, OUT, 0)


def test_holdout__of_the_older_form__counts_without_properties():
    groups = [{"properties": [], "rollout_percentage": 10, "variant": "holdout-7"}]
    found = outcome(flag("f", everybody(), filters={"holdout_groups": groups}), subject("user-31"))
    assert summary(found) == ("holdout-7", "holdout_condition_value", None)


def test_continuity__stored_identifier__wins_over_the_anonymous_one():
    lasting = flag(
        "checkout-redesign", everybody(), filters=HALVES, ensure_experience_continuity=True
    )
    assert outcome(lasting, subject("user_3")).value == "test"
    assert outcome(lasting, subject("user_3", anonymous_id="user_1")).value == "control"
    kept = subject("user_1", anonymous_id="user_1", hash_keys={"checkout-redesign": "user_3"})
    assert outcome(lasting, kept).value == "test"
