"""What the API's document tells of metrics: for readers, while the models here decide."""

from saved_metrics.documents.base import JSONObject

_SOURCE: JSONObject = {"$ref": "#/components/schemas/MetricSource"}
_OUTLIERS: JSONObject = {"$ref": "#/components/schemas/OutlierHandling"}
_TEXT: JSONObject = {"type": ["string", "null"]}
_NUMBER: JSONObject = {"type": ["number", "null"]}
_WHOLE: JSONObject = {"type": ["integer", "null"]}
_SWITCH: JSONObject = {"type": ["boolean", "null"]}
_UNIT = {**_TEXT, "description": "`second`, `minute`, `hour`, `day`, `week` or `month`."}


def _object(description: str, properties: JSONObject, **more: object) -> JSONObject:
    return {"type": "object", "description": description, "properties": properties, **more}


def _described(schema: JSONObject, description: str) -> JSONObject:
    return (
        {"allOf": [schema]} | {"description": description}
        if "$ref" in schema
        else {
            **schema,
            "description": description,
        }
    )


_PERCENTILES: JSONObject = {
    "lower_bound_percentile": _described(_NUMBER, "From 0 to 1: smaller values are raised to it."),
    "upper_bound_percentile": _described(_NUMBER, "From 0 to 1: larger values are cut to it."),
    "ignore_zeros": _described(_SWITCH, "true: the percentiles are those of values other than 0."),
}
SCHEMAS: JSONObject = {
    "ExperimentMetric": _object(
        "What is measured. `metric_type` decides which members are needed: `mean` a `source`; "
        "`funnel` a `series`; `ratio` a `numerator` and a `denominator`; `retention` a "
        "`start_event`, a `completion_event`, the three `retention_window_…` and `start_handling`. "
        "Unknown members are refused. Metrics of the past have a legacy `kind` and other members.",
        {
            "kind": {"type": "string", "description": "`ExperimentMetric`."},
            "metric_type": {"type": "string", "enum": ["mean", "funnel", "ratio", "retention"]},
            "uuid": _described(_TEXT, "Given by the server when it is left out, and kept."),
            "fingerprint": _described(
                _TEXT, "Written by the server: changes with what a result depends on."
            ),
            "name": _TEXT,
            "goal": _described(_TEXT, "`increase` or `decrease`: which change is a good one."),
            "source": _described(_SOURCE, "Of a mean: what is counted or summed."),
            "threshold": _NUMBER,
            **_PERCENTILES,
            "series": {
                "type": "array",
                "items": _SOURCE,
                "description": "Of a funnel: its steps after the exposure, at least one.",
            },
            "funnel_order_type": _described(_TEXT, "`ordered`, `unordered` or `strict`."),
            "numerator": _described(_SOURCE, "Of a ratio: what is divided."),
            "denominator": _described(_SOURCE, "Of a ratio: by what it is divided."),
            "numerator_outlier_handling": {"anyOf": [_OUTLIERS, {"type": "null"}]},
            "denominator_outlier_handling": {"anyOf": [_OUTLIERS, {"type": "null"}]},
            "start_event": _described(
                _SOURCE, "Of a retention: what begins it, or an `ExperimentExposureNode`."
            ),
            "completion_event": _described(_SOURCE, "Of a retention: what counts as coming back."),
            "retention_window_start": {"type": "integer"},
            "retention_window_end": {"type": "integer"},
            "retention_window_unit": _UNIT,
            "start_handling": {
                "type": "string",
                "description": "Of a retention: `first_seen` or `last_seen`, which start counts.",
            },
            "conversion_window": _described(
                _WHOLE, "How long after the exposure events count; without one until the end."
            ),
            "conversion_window_unit": _UNIT,
        },
        additionalProperties={},
        example={
            "kind": "ExperimentMetric",
            "metric_type": "funnel",
            "name": "Checkout",
            "goal": "increase",
            "series": [{"kind": "EventsNode", "event": "order placed"}],
            "conversion_window": 14,
            "conversion_window_unit": "day",
        },
    ),
    "MetricSource": _object(
        "Events by their name (`EventsNode`), an action (`ActionsNode`) or rows of a warehouse "
        "table (`ExperimentDataWarehouseNode`).",
        {
            "kind": {"type": "string", "description": "`EventsNode` when it is left out."},
            "event": _described(_TEXT, "Of an `EventsNode`: the event's name; null is any event."),
            "id": {"description": "Of an `ActionsNode`: the id of the project's action."},
            "name": _TEXT,
            "math": _described(
                _TEXT,
                "`total` (the default: how many events), `sum`, `avg`, `min`, `max`, `dau`, …",
            ),
            "math_property": _described(
                _TEXT, "The property whose values `sum`, `avg`, `min` and `max` are about."
            ),
            "properties": {
                "type": ["array", "null"],
                "items": {"type": "object", "additionalProperties": {}},
                "description": "Filters that an event must pass, all of them.",
            },
        },
        additionalProperties={},
        example={"kind": "EventsNode", "event": "order placed", "math": "total"},
    ),
    "OutlierHandling": _object("Where values are cut.", _PERCENTILES),
}
