"""Narrowing and ordering the list of experiments by what a URL asks for."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from core.exceptions import RuleBroken
from core.http.query_text import is_id, searchable
from experiments.models import Experiment
from experiments.status import Status

DEFAULT_ORDER = "-created_at"
ORDERS = ("created_at", "updated_at", "name", "start_date", "end_date", "duration", "status")
_MAY_BE_NULL = ("start_date", "end_date", "duration")
_STOPPED: dict[str, object] = {"status": Status.STOPPED}
_RUNNING: dict[str, object] = {"status": Status.RUNNING, "feature_flag__active": True}
_BY_STATUS: dict[str, dict[str, object]] = {
    "draft": {"status": Status.DRAFT},
    "running": _RUNNING,
    "paused": _RUNNING | {"feature_flag__active": False},
    "stopped": _STOPPED,
    "complete": _STOPPED,
}


def listed(
    experiments: QuerySet[Experiment],
    *,
    parameters: Mapping[str, str],
    clock: Callable[[], datetime],
) -> QuerySet[Experiment]:
    """Return the experiments that the parameters of a URL ask for, in the order they ask for.

    The clock is read only for an order that depends on the time.

    :raises RuleBroken: when an id is no number, or the order is unknown.
    """
    wanted: dict[str, object] = {"archived": parameters.get("archived", "").lower() == "true"}
    wanted |= _BY_STATUS.get(parameters.get("status", "").lower(), {})
    if parameters.get("created_by_id"):
        wanted["created_by_id__in"] = _ids(parameters["created_by_id"], "created_by_id")
    if parameters.get("feature_flag_id"):
        wanted["feature_flag_id__in"] = _ids(parameters["feature_flag_id"], "feature_flag_id")
    if parameters.get("search"):
        wanted["name__icontains"] = searchable(parameters["search"])
    return _ordered(experiments.filter(**wanted), parameters.get("order") or DEFAULT_ORDER, clock)


def _ordered(
    experiments: QuerySet[Experiment], order: str, clock: Callable[[], datetime]
) -> QuerySet[Experiment]:
    name = order.removeprefix("-")
    if name not in ORDERS:
        raise RuleBroken(f"order must be one of {', '.join(ORDERS)}, each with or without '-'.")
    key = _sort_key(name, clock)
    # Both databases agree only when told where nulls go; where there are none, SQLite must not be
    # told, or it sorts instead of reading its index. The id makes the order total.
    nulls = True if name in _MAY_BE_NULL else None
    if order.startswith("-"):
        return experiments.order_by(key.desc(nulls_first=nulls), "-id")
    return experiments.order_by(key.asc(nulls_last=nulls), "id")


def _sort_key(name: str, clock: Callable[[], datetime]) -> Expression | F:
    if name == "duration":
        until = Coalesce("end_date", Value(clock(), DateTimeField()))
        return ExpressionWrapper(until - F("start_date"), DurationField())
    if name == "status":
        places = [When(status=status, then=Value(place)) for place, status in enumerate(Status)]
        return Case(*places)
    return F(name)


def _ids(text: str, name: str) -> list[int]:
    parts = text.split(",")
    if not all(map(is_id, parts)):
        raise RuleBroken(f"{name} must be an id.")
    return [int(part) for part in parts]
