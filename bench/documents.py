"""What the rows of the bench hold: documents shaped like the specification's example."""

import random
import uuid
from datetime import UTC, datetime, timedelta

Document = dict[str, object]

NEWEST = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
# The first person of an empty database is the one who calls.
VIEWER = 1
USERS, HOLDOUTS, SAVED_METRICS = 50, 20, 40
# Where the viewer sees no difference between what is stored and what is shown.
VARIANTS = [
    {"key": "control", "name": "Control Group", "rollout_percentage": 50},
    {"key": "test", "name": "Test Variant", "rollout_percentage": 50},
]
EXPOSURE = {
    "filterTestAccounts": True,
    "exposure_config": {
        "kind": "ExperimentEventExposureConfig",
        "event": "$pageview",
        "properties": [],
    },
}
_BROWSER = {"key": "$browser", "value": ["Chrome"], "operator": "exact", "type": "event"}
_EVENTS = ("checkout started", "order completed", "$pageview", "signed up", "plan upgraded")
_WORDS = ("button", "decides", "finish", "first", "how", "many", "people", "see", "that", "what")


def age(number: int) -> datetime:
    """Return when the row with this number was made; higher numbers are younger."""
    return NEWEST - timedelta(days=400) + timedelta(minutes=number)


def sentence(chance: random.Random, words: int) -> str:
    """Return that many words."""
    return " ".join(chance.choices(_WORDS, k=words)).capitalize() + "."


def metric(chance: random.Random, kind: str) -> Document:
    """Return the definition of a metric with a uuid, without a fingerprint."""
    common = {
        "kind": "ExperimentMetric",
        "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "name": sentence(chance, 4),
        "metric_type": kind,
        "goal": "increase",
        "conversion_window": 14,
        "conversion_window_unit": "day",
    }
    if kind == "mean":
        return common | {"source": _event(chance) | {"properties": [_BROWSER], "math": "total"}}
    return common | {"series": [_event(chance), _event(chance)], "funnel_order_type": "ordered"}


def flag_filters(holdout: Document | None) -> Document:
    """Return what a flag of two variants serves."""
    return {
        "groups": [
            {"properties": [], "rollout_percentage": 100, "aggregation_group_type_index": None}
        ],
        "multivariate": {"variants": VARIANTS},
        "aggregation_group_type_index": None,
        "holdout": holdout,
    }


def creation() -> Document:
    """Return the body of a POST; `@MARK@` stands for what makes it another one each time."""
    return {
        "name": "Checkout @MARK@",
        "description": sentence(random.Random(7), 30),  # noqa: S311
        "feature_flag_key": "checkout-@MARK@",
        "parameters": {"feature_flag_variants": VARIANTS, "minimum_detectable_effect": 30},
        "metrics": [metric(random.Random(8), "mean")],  # noqa: S311
        "exposure_criteria": EXPOSURE,
        "stats_config": {"method": "bayesian"},
    }


def _event(chance: random.Random) -> Document:
    event = chance.choice(_EVENTS)
    return {"kind": "EventsNode", "event": event, "name": event}
