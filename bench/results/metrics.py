"""The metrics that are measured: ten means of one source, and ten of all kinds."""

Document = dict[str, object]

_PURCHASE = {"kind": "EventsNode", "event": "purchase"}
_SIGNUP = {"kind": "EventsNode", "event": "signup"}
_AMOUNT = _PURCHASE | {"math": "sum", "math_property": "amount"}


def means() -> list[Document]:
    """Return ten means: their windows make them different questions of the same source."""
    return [_metric("mean", days, source=_AMOUNT) for days in range(7, 17)]


def mixed() -> list[Document]:
    """Return four means, two ratios, two funnels and two retentions."""
    return [
        *(_metric("mean", days, source=_AMOUNT) for days in (7, 14)),
        *(_metric("mean", days, source=_PURCHASE | {"math": "total"}) for days in (7, 14)),
        *(_metric("ratio", days, numerator=_AMOUNT, denominator=_PURCHASE) for days in (7, 14)),
        *(_metric("funnel", days, series=[_SIGNUP, _PURCHASE]) for days in (7, 14)),
        *(_metric("retention", days, **_returns(days)) for days in (7, 14)),
    ]


def _returns(days: int) -> Document:
    return {
        "start_event": _SIGNUP,
        "completion_event": _PURCHASE,
        "retention_window_start": 1,
        "retention_window_end": days,
        "retention_window_unit": "day",
        "start_handling": "first_seen",
    }


def _metric(kind: str, days: int, **members: object) -> Document:
    window = {"conversion_window": days, "conversion_window_unit": "day"}
    head = {"kind": "ExperimentMetric", "metric_type": kind, "name": f"{kind}, {days} days"}
    return head | window | members
