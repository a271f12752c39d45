"""Narrowing and ordering the list of experiments by what a URL asks for."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from core.db.folding import contains
from core.db.ordering import TimeBetween
from core.exceptions import RuleBroken
from core.http.query_text import read_ids, searchable
from experiments.models import Experiment, ExperimentSavedMetric
from experiments.status import EXPOSURE_FROZEN, Status
from feature_flags.models import FeatureFlag
from saved_metrics.querysets import NamesAction, is_about
from tags.listing import has_no_tag, has_tag

DEFAULT_ORDER = "-created_at"
ORDERS = ("created_at", "updated_at", "name", "start_date", "end_date", "duration", "status")
# Until now, for an experiment that has not ended.
TIMED_ORDERS = ("duration", "-duration")
_MAY_BE_NULL = ("start_date", "end_date", "duration")
_STOPPED: dict[str, object] = {"status": Status.STOPPED}
_RUNNING: dict[str, object] = {"status": Status.RUNNING}
_BY_STATUS: dict[str, dict[str, object]] = {
    "draft": {"status": Status.DRAFT},
    "stopped": _STOPPED,
    "complete": _STOPPED,
}
# Of running experiments, by what their flags are like.
_BY_FLAG: dict[str, dict[str, object]] = {
    "running": {"active": True, "exposure_frozen": False},
    "paused": {"active": False},
    EXPOSURE_FROZEN: {"active": True, "exposure_frozen": True},
}


def listed(
    experiments: QuerySet[Experiment],
    *,
    project_id: int,
    parameters: Mapping[str, str],
    clock: Callable[[], datetime],
) -> QuerySet[Experiment]:
    """Return the experiments of the project that a URL asks for, in the order it asks for.

    The clock is read only for an order that depends on the time.

    :raises RuleBroken: when an id or a list cannot be read, or the order is unknown.
    """
    experiments = experiments.filter(archived=parameters.get("archived", "").lower() == "true")
    experiments = experiments.filter(_has_status(parameters.get("status", "").lower(), project_id))
    if search := parameters.get("search"):
        experiments = experiments.filter(_is_named(search, project_id))
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


def _sort_key(name: str, clock: Callable[[], datetime]) -> Expression | F | Func:
    if name == "duration":
        until = Coalesce("end_date", Value(clock(), DateTimeField()))
        return TimeBetween(F("start_date"), until)
    if name == "status":
        places = [When(status=status, then=Value(place)) for place, status in enumerate(Status)]
        return Case(*places)
    return F(name)


def _is_of(column: str, name: str) -> Callable[[str], Q]:
    return lambda text: Q(**{f"{column}__in": read_ids(text, name=name)})


def _uses_metric(text: str) -> Q:
    links = ExperimentSavedMetric.objects.filter(experiment_id=OuterRef("pk"))
    return Q(Exists(links.filter(saved_metric_id__in=read_ids(text, name="saved_metric_id"))))


def _has_status(text: str, project_id: int) -> Q:
    if text in _BY_FLAG:
        return Q(**_RUNNING) & _has_flag(Q(**_BY_FLAG[text]), project_id)
    # Any other value has no effect.
    return Q(**_BY_STATUS.get(text, {}))


def _is_named(text: str, project_id: int) -> Q:
    wanted = searchable(text)
    return contains("name", wanted) | _has_flag(contains("key", wanted), project_id)


def _has_flag(condition: Q, project_id: int) -> Q:
    # Joined, the row of each experiment's flag would be read; these are found in an index.
    flags = FeatureFlag.objects.filter(condition, project=project_id)
    return Q(feature_flag__in=flags.values("pk"))


def about(event: str, *, actions: Collection[int]) -> Q:
    """Return the condition that a metric counts the event, or one of the actions that match it."""
    links = ExperimentSavedMetric.objects.filter(experiment_id=OuterRef("pk"))
    linked = links.filter(is_about("saved_metric__query", event, actions=actions))
    inline = is_about("metrics", event, actions=actions)
    return inline | is_about("metrics_secondary", event, actions=actions) | Q(Exists(linked))


def counts_action(action_id: int) -> Q:
    """Return the condition that a metric or the exposure criteria are about the action."""
    links = ExperimentSavedMetric.objects.filter(experiment_id=OuterRef("pk"))
    linked = links.filter(NamesAction("saved_metric__query", [action_id]))
    columns = ("metrics", "metrics_secondary", "exposure_criteria")
    inline = (Q(NamesAction(column, [action_id])) for column in columns)
    return reduce(or_, inline, Q(Exists(linked)))


def _is_from_prompt(text: str) -> Q:
    return Q(parameters__prompt_metadata__name=searchable(text))


_CONDITIONS: dict[str, Callable[[str], Q]] = {
    "created_by_id": _is_of("created_by_id", "created_by_id"),
    "feature_flag_id": _is_of("feature_flag_id", "feature_flag_id"),
    "holdout_id": _is_of("holdout_id", "holdout_id"),
    "saved_metric_id": _uses_metric,
    "prompt_name": _is_from_prompt,
    "tags": has_tag,
    "excluded_tags": has_no_tag,
}
