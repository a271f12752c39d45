"""Narrowing and ordering the list of experiments by what a URL asks for."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from core.db.folding import contains
from core.exceptions import RuleBroken
from core.http.query_text import json_list, read_ids, searchable
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.status import Status
from saved_metrics.querysets import is_about

DEFAULT_ORDER = "-created_at"
ORDERS = ("created_at", "updated_at", "name", "start_date", "end_date", "duration", "status")
# Until now, for an experiment that has not ended.
TIMED_ORDERS = ("duration", "-duration")
_MAY_BE_NULL = ("start_date", "end_date", "duration")
_STOPPED: dict[str, object] = {"status": Status.STOPPED}
_RUNNING: dict[str, object] = {"status": Status.RUNNING, "feature_flag__active": True}
_BY_STATUS: dict[str, dict[str, object]] = {
    "draft": {"status": Status.DRAFT},
    "running": _RUNNING,
    "paused": _RUNNING | {"feature_flag__active": False},
    "stopped": _STOPPED,
    "complete": _STOPPED,
    # Newer clients know it; nothing here is in it.
    "exposure_frozen": {"pk__in": ()},
}


def listed(
    experiments: QuerySet[Experiment],
    *,
    parameters: Mapping[str, str],
    clock: Callable[[], datetime],
) -> QuerySet[Experiment]:
    """Return the experiments that the parameters of a URL ask for, in the order they ask for.

    The clock is read only for an order that depends on the time.

    :raises RuleBroken: when an id or a list cannot be read, or the order is unknown.
    """
    wanted: dict[str, object] = {"archived": parameters.get("archived", "").lower() == "true"}
    wanted |= _BY_STATUS.get(parameters.get("status", "").lower(), {})
    experiments = experiments.filter(**wanted)
    for name, condition in _CONDITIONS.items():
        if parameters.get(name):
            experiments = experiments.filter(condition(parameters[name]))
    return _ordered(experiments, parameters.get("order") or DEFAULT_ORDER, clock)


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


def _is_of(column: str, name: str) -> Callable[[str], Q]:
    return lambda text: Q(**{f"{column}__in": read_ids(text, name=name)})


def _uses_metric(text: str) -> Q:
    links = ExperimentSavedMetric.objects.filter(experiment_id=OuterRef("pk"))
    return Q(Exists(links.filter(saved_metric_id__in=read_ids(text, name="saved_metric_id"))))


def _is_named(text: str) -> Q:
    wanted = searchable(text)
    return contains("name", wanted) | contains("feature_flag__key", wanted)


def about(event: str, *, actions: Collection[int]) -> Q:
    """Return the condition that a metric counts the event, or one of the actions that match it."""
    links = ExperimentSavedMetric.objects.filter(experiment_id=OuterRef("pk"))
    linked = links.filter(is_about("saved_metric__query", event, actions=actions))
    inline = is_about("metrics", event, actions=actions)
    return inline | is_about("metrics_secondary", event, actions=actions) | Q(Exists(linked))


def _is_from_prompt(text: str) -> Q:
    return Q(parameters__prompt_metadata__name=searchable(text))


def _has_tag(text: str) -> Q:
    # Experiments have no tags.
    return Q(pk__in=()) if _tags(text, "tags") else Q()


def _has_no_tag(text: str) -> Q:
    _tags(text, "excluded_tags")
    return Q()


def _tags(text: str, name: str) -> list[object]:
    found = json_list(text)
    if found is None:
        raise RuleBroken(f'{name} must be a JSON list, such as ["a", "b"].')
    return found


_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "created_by_id": _is_of("created_by_id", "created_by_id"),
    "feature_flag_id": _is_of("feature_flag_id", "feature_flag_id"),
    "holdout_id": _is_of("holdout_id", "holdout_id"),
    "saved_metric_id": _uses_metric,
    "search": _is_named,
    "prompt_name": _is_from_prompt,
    "tags": _has_tag,
    "excluded_tags": _has_no_tag,
}
