import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saved_metrics.documents import (
    METRIC_TYPES,
    MetricDocumentError,
    action_ids,
    check_exposure_config,
    check_inline_metric,
    check_saved_metric,
    with_action_names,
)

CHECKS = {
    "saved_metric": lambda value: check_saved_metric(document=value),
    "inline_metric": lambda value: check_inline_metric(document=value),
    "exposure_config": lambda value: check_exposure_config(config=value),
}
KINDS = [
    "ExperimentMetric",
    "ExperimentTrendsQuery",
    "ExperimentFunnelsQuery",
    "EventsNode",
    "ActionsNode",
    "ExperimentEventExposureConfig",
]
KNOWN_KEYS = [
    *("kind", "metric_type", "source", "series", "numerator", "denominator", "start_event"),
    *("completion_event", "id", "event", "properties", "type", "key", "value", "operator"),
    *("count_query", "funnels_query", "threshold", "conversion_window", "breakdownFilter"),
    *("breakdowns", "breakdown", "values", "response", "version", "static", "math"),
]
SURROGATES = ["\ud800", "\x00", "9" * 6000]

texts = st.text() | st.sampled_from([*KINDS, *METRIC_TYPES, *SURROGATES, "cohort", "AND"])
numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(2**63)])
keys = st.sampled_from([*KNOWN_KEYS, *SURROGATES]) | st.text()
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=20,
)
metrics = st.builds(
    lambda kind, metric_type, rest: {**rest, "kind": kind, "metric_type": metric_type},
    st.sampled_from(KINDS),
    st.sampled_from(METRIC_TYPES),
    st.dictionaries(st.sampled_from(KNOWN_KEYS), documents, max_size=8),
)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@given(document=documents | metrics)
def test_check__arbitrary_json__raises_only_metric_document_error(check, document):
    with contextlib.suppress(MetricDocumentError):
        check(document)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize("key", ["response", "properties", "values"])
def test_check__deeply_nested_json__raises_only_metric_document_error(check, key):
    deep = {}
    for _ in range(5000):
        deep = {"type": "AND", key: [deep], "values": [deep]}

    with contextlib.suppress(MetricDocumentError):
        check({"kind": "ExperimentTrendsQuery", "count_query": {"series": [], "properties": deep}})


@given(document=metrics)
def test_actions__arbitrary_json__never_raise(document):
    ids = action_ids(document=document)

    assert with_action_names(document=document, names={}).keys() == document.keys()
    assert len(ids) == len(set(ids))
