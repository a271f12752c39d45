"""The metrics of the demo's experiments."""

from uuid import NAMESPACE_URL, uuid5

Document = dict[str, object]


def _metric(name: str, kind: str, **members: object) -> Document:
    return {
        "kind": "ExperimentMetric",
        "metric_type": kind,
        "uuid": str(uuid5(NAMESPACE_URL, f"demo/{name}")),
        "name": name,
        **members,
    }


def _event(name: str, **members: object) -> Document:
    return {"kind": "EventsNode", "event": name, **members}


WEEK = {"conversion_window": 7, "conversion_window_unit": "day"}
PURCHASE = _metric("Purchase", "funnel", series=[_event("purchase")], goal="increase", **WEEK)
REVENUE = _metric(
    "Revenue per visitor",
    "mean",
    source=_event("purchase", math="sum", math_property="amount"),
    upper_bound_percentile=0.99,
    goal="increase",
)
PAGES = _metric("Pages per visitor", "mean", source=_event("$pageview"), goal="increase")
RETURNED = _metric(
    "Came back within a week",
    "retention",
    start_event={"kind": "ExperimentExposureNode"},
    completion_event=_event(
        "$pageview",
        properties=[{"key": "visit", "value": "second", "operator": "exact", "type": "event"}],
    ),
    retention_window_start=1,
    retention_window_end=7,
    retention_window_unit="day",
    start_handling="first_seen",
    goal="increase",
)
LOAD_TIME = _metric(
    "Load time",
    "ratio",
    numerator=_event("$pageview", math="sum", math_property="load_ms"),
    denominator=_event("$pageview"),
    goal="decrease",
)
PRIMARY, SECONDARY = [PURCHASE, REVENUE], [PAGES, RETURNED, LOAD_TIME]
# The load time may grow by less than a tenth.
GUARDRAILS: Document = {str(LOAD_TIME["uuid"]): {"margin": 0.1}}
