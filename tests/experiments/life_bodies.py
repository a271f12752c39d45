"""What a client may send about experiments: mostly welcome, sometimes wrong."""

from hypothesis import strategies as st

from tests import factories

ACTIVE, INACTIVE = "active", "inactive"
values = st.sampled_from
EARLY, LATE = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"


def _split(*shares: object) -> dict:
    keys = ("control", "test", "third")
    return {
        "feature_flag_variants": [
            {"key": key, "rollout_percentage": share}
            for key, share in zip(keys, shares, strict=False)
        ]
    }


HALVES, FIFTHS = _split(50, 50), _split(20, 80)
PARAMETERS = [
    None,
    {},
    {"minimum_detectable_effect": 5},
    {"rollout_percentage": 30},
    {"aggregation_group_type_index": 1},
    FIFTHS,
    _split(20, 30),
    _split(20, 30, 50),
    {"feature_flag_variants": [{"key": key, "split_percent": 50} for key in ("control", "blue")]},
]
METRICS = [
    factories.MEAN_METRIC,
    factories.FUNNEL_METRIC,
    factories.MEAN_METRIC | {"uuid": "m1"},
    factories.FUNNEL_METRIC | {"uuid": "m2"},
]
# Each of these is refused, or is in some company or at some stage.
WRONG = [
    {"name": None},
    {"type": "other"},
    {"start_date": "soon"},
    {"start_date": LATE, "end_date": EARLY},
    {"parameters": _split(20, 30)},
    {"parameters": _split(100)},
    {"parameters": {"rollout_percentage": 300}},
    {"metrics": [{"kind": "Unknown"}]},
    {"metrics": [METRICS[2]], "metrics_secondary": [METRICS[2]]},
    {"primary_metrics_ordered_uuids": ["m1"]},
    {"stats_config": {"method": "magic"}},
    {"exposure_criteria": {"exposure_config": 3}},
    {"holdout_id": 987654},
    {"saved_metrics_ids": [{"id": 987654}]},
]
metric_lists = st.none() | st.lists(values(METRICS), max_size=2)
keys = values(["a", "b", ACTIVE, INACTIVE])
welcome = st.fixed_dictionaries(
    {},
    optional={
        "name": values(["One", "Two"]),
        "type": values(["web", "product", None]),
        "archived": st.booleans(),
        "parameters": values(PARAMETERS),
        "metrics": metric_lists,
        "metrics_secondary": metric_lists,
        "primary_metrics_ordered_uuids": values([[], ["m2", "m1", "gone"]]),
        "start_date": values([None, EARLY, "2099-01-01T00:00:00Z"]),
        "end_date": values([None, LATE]),
        "stats_config": values([None, {}, {"method": "frequentist"}]),
        "exposure_criteria": values([None, {"filterTestAccounts": False}]),
    },
)
changes = welcome | st.tuples(welcome, values(WRONG)).map(lambda both: both[0] | both[1])
verdicts = values([{}, {"conclusion": "won"}, {"conclusion_comment": "Good"}, {"conclusion": "?"}])
shipments = st.tuples(values(["control", "test", "test", "third", ""]), verdicts).map(
    lambda both: {"variant_key": both[0]} | both[1]
)
steps = st.one_of(
    st.tuples(values(["launch", "pause", "resume", "archive", "unarchive", "reset"]), st.just({})),
    st.tuples(st.just("end"), verdicts),
    st.tuples(st.just("ship_variant"), shipments),
)
